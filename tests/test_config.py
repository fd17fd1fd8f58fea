"""Settings from the environment and .env; all that is wrong is said at once."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from alerting.config import Settings, SettingsError, SmsCentre, load_settings

GOOD = {
    "ALERTING_PUBLIC_URL": "https://alerts.example.org/",
    "ALERTING_TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "ALERTING_TWILIO_AUTH_TOKEN": "secret",
    "ALERTING_TWILIO_FROM": "+8610007000001",
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to start in, and the least settings that do."""
    monkeypatch.chdir(tmp_path)
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    return tmp_path


def test_four_settings_are_enough() -> None:
    settings = load_settings()
    assert settings.public_url == "https://alerts.example.org"
    assert settings.database_url == "sqlite:///alerting.db"
    assert settings.nats_url is None
    assert settings.clock_speed == 1.0
    assert settings.policy.alert.validity == timedelta(days=1)
    assert "secret" not in repr(settings)


def test_an_env_file_is_read_and_the_environment_wins(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ALERTING_TWILIO_FROM")
    (folder / ".env").write_text(
        "ALERTING_TWILIO_FROM=+8610007000002\nALERTING_PUBLIC_URL=https://other.example.org\n"
        "SOMETHING_ELSE=1\n"
    )
    settings = load_settings()
    assert settings.twilio_from == "+8610007000002"
    assert settings.public_url == "https://alerts.example.org"


WRONG = {
    "ALERTING_DATABASE_URL": "mysql://somewhere",
    "ALERTING_NATS_URL": "http://somewhere",
    "ALERTING_NATS_DIVISION": "51192",
    "ALERTING_PUBLIC_URL": "alerts.example.org",
    "ALERTING_TWILIO_ACCOUNT_SID": "AC12",
    "ALERTING_TWILIO_FROM": "10007000001",
    "ALERTING_TWILIO_BASE_URL": "ftp://somewhere",
    "ALERTING_SMPP_URL": "smpp://too-long-a-system-id:secret@centre.example.org",
    "ALERTING_SMPP_FROM": "106-900",
    "ALERTING_SMS_FIRST": "pigeon",
    "ALERTING_TILES_URL": "https://{s}.tiles.example.org/{z}/{x}/{y}.png",
    "ALERTING_POLICY": "nowhere.toml",
    "ALERTING_CLOCK_SPEED": "0.5",
    "ALERTING_CLOCK_ANCHOR": "2022-08-29T05:10:00",
}


def test_everything_that_is_wrong_is_listed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in WRONG.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert [problem.partition(":")[0] for problem in refused.value.problems] == list(WRONG)
    assert str(refused.value).splitlines() == list(refused.value.problems)


@pytest.mark.parametrize("name", WRONG)
def test_each_is_refused_alone(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, WRONG[name])
    with pytest.raises(SettingsError, match=f"^{name}: ") as refused:
        load_settings()
    assert len(refused.value.problems) == 1


def test_nothing_set_names_what_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in GOOD:
        monkeypatch.delenv(name)
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert [problem.partition(":")[0] for problem in refused.value.problems] == [
        "ALERTING_PUBLIC_URL"
    ]
    monkeypatch.setenv("ALERTING_PUBLIC_URL", GOOD["ALERTING_PUBLIC_URL"])
    with pytest.raises(SettingsError, match="nothing can be sent") as refused:
        load_settings()
    for name in ("ALERTING_TWILIO_ACCOUNT_SID", "ALERTING_SMPP_URL"):
        assert name in str(refused.value)


CENTRE = {
    "ALERTING_SMPP_URL": "smpp://office:p%40ss@centre.example.org",
    "ALERTING_SMPP_FROM": "106900",
}


@pytest.mark.parametrize("name", [*list(GOOD)[1:], *CENTRE])
def test_a_provider_is_set_as_a_whole(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    for other, value in CENTRE.items():
        monkeypatch.setenv(other, value)
    monkeypatch.delenv(name)
    with pytest.raises(SettingsError, match=f"{name}.*: set all of them or none"):
        load_settings()


def test_an_sms_centre_alone_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(GOOD)[1:]:
        monkeypatch.delenv(name)
    for name, value in CENTRE.items():
        monkeypatch.setenv(name, value)
    settings = load_settings()
    assert settings.twilio is None
    assert settings.sms_centre == SmsCentre("centre.example.org", 2775, "office", "p@ss", "106900")
    assert "p%40ss" not in repr(settings)


@pytest.mark.parametrize(
    "url", ["http://a:b@c", "smpp://a:b@", "smpp://:b@c", "smpp://a:nine-char@c", "smpp://名:b@c"]
)
def test_an_sms_centres_address_is_checked(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("ALERTING_SMPP_URL", url)
    monkeypatch.setenv("ALERTING_SMPP_FROM", "106900")
    with pytest.raises(SettingsError, match=r"^ALERTING_SMPP_URL: write smpp://"):
        load_settings()


def test_a_policy_file_changes_what_it_names(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "policy.toml").write_text("[alert]\nvalidity = 3600\n")
    monkeypatch.setenv("ALERTING_POLICY", "policy.toml")
    policy = load_settings().policy
    assert policy.alert.validity == timedelta(hours=1)
    assert policy.sending.segments_per_second == 100


def test_links_lead_to_the_service_unless_the_policy_knows_a_shorter_way(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert load_settings().policy.household_page == "https://alerts.example.org/h/"
    (folder / "policy.toml").write_text('household_page = "a.cn/h/"\n')
    monkeypatch.setenv("ALERTING_POLICY", "policy.toml")
    assert load_settings().policy.household_page == "a.cn/h/"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("household_page = 'a.cn/h'", "household_page"),
        ("household_page = 'a.cn /h/'", "household_page"),
        ("[alert]\nvalidty = 1", "alert.validty"),
        ("[sirens]\nloud = true", "sirens"),
        ("[sending]\nlease = -1", "sending.lease"),
        ("alert = [", "not TOML"),
    ],
)
def test_a_policy_that_cannot_be_is_said_with_its_key(
    folder: Path, monkeypatch: pytest.MonkeyPatch, text: str, said: str
) -> None:
    (folder / "policy.toml").write_text(text)
    monkeypatch.setenv("ALERTING_POLICY", "policy.toml")
    monkeypatch.setenv("ALERTING_TWILIO_FROM", "none")
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert len(refused.value.problems) == 2
    assert said in str(refused.value)


def test_a_policy_in_another_encoding_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "policy.toml").write_bytes("[alert]\nassembly_point = '村小学'".encode("gb18030"))
    monkeypatch.setenv("ALERTING_POLICY", "policy.toml")
    with pytest.raises(SettingsError, match="UTF-8"):
        load_settings()


def test_a_drills_anchor_has_a_time_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALERTING_CLOCK_ANCHOR", "2022-08-29T05:10:00+08:00")
    monkeypatch.setenv("ALERTING_CLOCK_SPEED", "60")
    anchor = load_settings().clock_anchor
    assert anchor == datetime(2022, 8, 28, 21, 10, tzinfo=UTC)


def test_databases_of_both_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    for url in ("sqlite:///a.db", "postgresql://u@h/d", "postgresql+psycopg://u:p@h:5432/d"):
        monkeypatch.setenv("ALERTING_DATABASE_URL", url)
        assert Settings().database_url == url


def test_a_misspelt_setting_does_not_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALERTING_DATABASE", "sqlite:///other.db")
    with pytest.raises(SettingsError, match="ALERTING_DATABASE: there is no such setting"):
        load_settings()
