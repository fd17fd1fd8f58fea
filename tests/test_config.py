"""Settings are read from the environment and .env; all errors are reported together."""

import re
import sys
from base64 import b64encode
from datetime import timedelta
from pathlib import Path

import pytest

from alerting.config import (
    AddressSettings,
    DatabaseSettings,
    Loops,
    Settings,
    SettingsError,
    SmsCentre,
    load_settings,
)
from alerting.policy.policy import default_policy
from alerting.policy.without_calls import without_calls
from alerting.setting_values import public_url

GOOD = {
    "ALERTING_PUBLIC_URL": "https://alerts.example.org/",
    "ALERTING_TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "ALERTING_TWILIO_AUTH_TOKEN": "secret",
    "ALERTING_TWILIO_FROM": "+8610007000001",
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty working folder; set the minimal settings in the environment."""
    monkeypatch.chdir(tmp_path)
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    return tmp_path


def test_four_settings_are_enough() -> None:
    settings = load_settings()
    assert settings.public_url == "https://alerts.example.org"
    assert settings.database_url == "sqlite:///alerting.db"
    assert settings.nats_url is None
    assert settings.clock is None
    assert settings.policy.alert.validity == timedelta(days=1)
    assert "secret" not in repr(settings)


def test_environment_overrides_the_env_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ALERTING_TWILIO_FROM")
    (folder / ".env").write_text(
        "ALERTING_TWILIO_FROM=+8610007000002\nALERTING_PUBLIC_URL=https://other.example.org\n"
        "SOMETHING_ELSE=1\n"
    )
    settings = load_settings()
    assert settings.twilio_from == "+8610007000002"
    assert settings.public_url == "https://alerts.example.org"


WRONG = {
    "ALERTING_HOME_LANGUAGE": "xx",
    "ALERTING_HOME_REGION": "China",
    "ALERTING_DATABASE_URL": "mysql://somewhere",
    "ALERTING_PUBLIC_URL": "alerts.example.org",
    "ALERTING_POLICY": "nowhere.toml",
    "ALERTING_TWILIO_ACCOUNT_SID": "AC12",
    "ALERTING_TWILIO_FROM": "10007000001",
    "ALERTING_TWILIO_BASE_URL": "ftp://somewhere",
    "ALERTING_SMPP_URL": "smpp://too-long-a-system-id:secret@centre.example.org",
    "ALERTING_SMPP_FROM": "106-900",
    "ALERTING_SMS_FIRST": "pigeon",
    "ALERTING_WORK_GROUPS": "nowhere.toml",
    "ALERTING_LOOPS": "round",
    "ALERTING_NATS_URL": "http://somewhere",
    "ALERTING_NATS_DIVISION": "51192",
    "ALERTING_TILES_URL": "https://{s}.tiles.example.org/{z}/{x}/{y}.png",
    "ALERTING_LABEL_TILES_URL": "https://tiles.example.org/{z}/{x}.png",
    "ALERTING_TILES_ATTRIBUTION": "天" * 201,
    "ALERTING_OUTLINES": "nowhere.geojson",
    "ALERTING_CLOCK": "nowhere",
}


def test_all_wrong_settings_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in WRONG.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert [problem.partition(":")[0] for problem in refused.value.problems] == list(WRONG)
    assert str(refused.value).splitlines() == list(refused.value.problems)


@pytest.mark.parametrize("name", WRONG)
def test_each_wrong_setting_is_refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, WRONG[name])
    with pytest.raises(SettingsError, match=f"^{name}: ") as refused:
        load_settings()
    assert len(refused.value.problems) == 1


def test_empty_environment_names_required_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in GOOD:
        monkeypatch.delenv(name)
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert [problem.partition(":")[0] for problem in refused.value.problems] == [
        "ALERTING_PUBLIC_URL",
        "nothing can be sent",
    ]
    for name in ("ALERTING_TWILIO_ACCOUNT_SID", "ALERTING_SMPP_URL"):
        assert name in str(refused.value)


CENTRE = {
    "ALERTING_SMPP_URL": "smpp://office:p%40ss@centre.example.org",
    "ALERTING_SMPP_FROM": "106900",
}


@pytest.mark.parametrize("name", [*list(GOOD)[1:], *CENTRE])
def test_provider_needs_all_its_settings(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    for other, value in CENTRE.items():
        monkeypatch.setenv(other, value)
    monkeypatch.delenv(name)
    with pytest.raises(SettingsError, match=rf"^{name}: not set; set all of .*, or none$"):
        load_settings()


def test_sms_centre_alone_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(GOOD)[1:]:
        monkeypatch.delenv(name)
    for name, value in CENTRE.items():
        monkeypatch.setenv(name, value)
    settings = load_settings()
    assert settings.twilio is None
    assert settings.sms_centre == SmsCentre("centre.example.org", 2775, "office", "p@ss", "106900")
    assert "p%40ss" not in repr(settings)
    assert settings.policy.household == without_calls(default_policy()).household


def test_calls_stay_in_the_policy_with_a_provider_that_calls() -> None:
    assert load_settings().policy.household == default_policy().household


@pytest.mark.parametrize(
    "url", ["http://a:b@c", "smpp://a:b@", "smpp://:b@c", "smpp://a:nine-char@c", "smpp://名:b@c"]
)
def test_invalid_url_of_an_sms_centre_is_refused(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("ALERTING_SMPP_URL", url)
    monkeypatch.setenv("ALERTING_SMPP_FROM", "106900")
    with pytest.raises(SettingsError, match=r"^ALERTING_SMPP_URL: write smpp://"):
        load_settings()


def test_policy_file_overrides_named_values(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "policy.toml").write_text("[alert]\nvalidity = 3600\n")
    monkeypatch.setenv("ALERTING_POLICY", "policy.toml")
    policy = load_settings().policy
    assert policy.alert.validity == timedelta(hours=1)
    assert policy.sending.segments_per_second == 100


def test_policy_may_shorten_the_household_link(
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
def test_invalid_policy_names_its_key(
    folder: Path, monkeypatch: pytest.MonkeyPatch, text: str, said: str
) -> None:
    (folder / "policy.toml").write_text(text)
    monkeypatch.setenv("ALERTING_POLICY", "policy.toml")
    monkeypatch.setenv("ALERTING_TWILIO_FROM", "none")
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert len(refused.value.problems) == 2
    assert said in str(refused.value)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_policy_not_in_utf8_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    (folder / "policy.toml").write_bytes("[alert]\ninstruction = '去高处'".encode(encoding))
    monkeypatch.setenv("ALERTING_POLICY", "policy.toml")
    said = "^ALERTING_POLICY: policy.toml: it is not in UTF-8; save it as UTF-8 text$"
    with pytest.raises(SettingsError, match=said):
        load_settings()


def test_policy_with_byte_order_mark_is_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "policy.toml").write_text("[alert]\nvalidity = 3600\n", encoding="utf-8-sig")
    monkeypatch.setenv("ALERTING_POLICY", "policy.toml")
    assert load_settings().policy.alert.validity == timedelta(hours=1)


def test_each_policy_problem_names_the_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "policy.toml").write_text("[alert]\nvalidity = 0\ntarget = 0\n")
    monkeypatch.setenv("ALERTING_POLICY", "policy.toml")
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert [problem.rsplit(":", 1)[0] for problem in refused.value.problems] == [
        "ALERTING_POLICY: policy.toml: alert.validity",
        "ALERTING_POLICY: policy.toml: alert.target",
    ]


def test_drill_clock_is_an_existing_file(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    (folder / "clock").touch()
    monkeypatch.setenv("ALERTING_CLOCK", "clock")
    assert load_settings().clock == Path("clock")


def test_both_database_kinds_are_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    for url in ("sqlite:///a.db", "postgresql://u@h/d", "postgresql+psycopg://u:p@h:5432/d"):
        monkeypatch.setenv("ALERTING_DATABASE_URL", url)
        assert Settings().database_url == url


def test_problems_are_explained_in_plain_words(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in WRONG.items():
        monkeypatch.setenv(name, value)
    for _ in range(2):
        with pytest.raises(SettingsError) as refused:
            load_settings()
        for problem in refused.value.problems:
            assert not re.search(r"Input should|pattern|[\^$*\\]|valid |type=", problem), problem
            assert re.search(r"\b(write|set|name|save|add|remove)\b", problem), problem
        for name in WRONG:
            monkeypatch.setenv(name, "a b [x")


def test_missing_setting_has_a_remedy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("ALERTING_PUBLIC_URL")
    with pytest.raises(SettingsError, match=r"ALERTING_PUBLIC_URL=https://") as refused:
        load_settings()
    assert len(refused.value.problems) == 1


MISSPELT = {
    "ALERTING_DATABASE": "ALERTING_DATABASE_URL",
    "ALERTING_TWILIO_BASE_ULR": "ALERTING_TWILIO_BASE_URL",
    "alerting_publik_url": "ALERTING_PUBLIC_URL",
    "ALERTNG_PUBLIC_URL": "ALERTING_PUBLIC_URL",
}


@pytest.mark.parametrize(("wrong", "right"), MISSPELT.items())
@pytest.mark.parametrize("kind", [Settings, DatabaseSettings])
def test_misspelt_setting_stops_every_command(
    monkeypatch: pytest.MonkeyPatch, wrong: str, right: str, kind: type[DatabaseSettings]
) -> None:
    monkeypatch.setenv(wrong, "sqlite:///other.db")
    said = f"{wrong}: there is no such setting; did you mean {right}?"
    with pytest.raises(SettingsError) as refused:
        load_settings(kind)
    assert refused.value.problems == (said,)


@pytest.mark.parametrize(("wrong", "right"), MISSPELT.items())
def test_misspelt_setting_in_the_env_file_is_refused(folder: Path, wrong: str, right: str) -> None:
    (folder / ".env").write_text(f"# ours\nexport {wrong}=x\nTWILIO_AUTH_TOKEN=another's\n")
    said = f"{wrong} in .env: there is no such setting; did you mean {right}?"
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert refused.value.problems == (said,)


def test_unknown_setting_is_named_without_a_guess(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALERTING_QQQ", "1")
    with pytest.raises(SettingsError, match=r"^ALERTING_QQQ: .*; remove it, or correct"):
        load_settings()


def test_env_file_with_byte_order_mark_is_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ALERTING_PUBLIC_URL")
    text = "ALERTING_PUBLIC_URL=https://other.example.org\n"
    (folder / ".env").write_text(text, encoding="utf-8-sig")
    assert load_settings().public_url == "https://other.example.org"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "gb18030"])
def test_env_file_not_in_utf8_is_refused(folder: Path, encoding: str) -> None:
    (folder / ".env").write_bytes("# 通江\nALERTING_LOOPS=api\n".encode(encoding))
    with pytest.raises(SettingsError, match=r"^\.env: it is not in UTF-8; save it as UTF-8 text$"):
        load_settings()


def test_each_command_needs_only_its_own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in GOOD:
        monkeypatch.delenv(name)
    assert load_settings(DatabaseSettings).database_url == "sqlite:///alerting.db"
    monkeypatch.setenv("ALERTING_PUBLIC_URL", GOOD["ALERTING_PUBLIC_URL"])
    assert load_settings(AddressSettings).public_url == "https://alerts.example.org"
    with pytest.raises(SettingsError, match="nothing can be sent"):
        load_settings()
    assert load_settings(loops=Loops.READ_ONLY).twilio is None


@pytest.mark.parametrize(
    ("module", "name", "extra"),
    [
        ("psycopg", "ALERTING_DATABASE_URL", "scale"),
        ("nats", "ALERTING_NATS_URL", "scale"),
        ("smpplib", "ALERTING_SMPP_URL", "smpp"),
        ("apprise", "ALERTING_WORK_GROUPS", "groups"),
    ],
)
def test_error_of_a_missing_extra_has_the_install_command(
    monkeypatch: pytest.MonkeyPatch, module: str, name: str, extra: str
) -> None:
    right = {
        "ALERTING_DATABASE_URL": "postgresql+psycopg://u@h/d",
        "ALERTING_NATS_URL": "nats://h:4222",
        "ALERTING_WORK_GROUPS": "groups.toml",
        **CENTRE,
    }
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setenv("ALERTING_SMPP_FROM", right["ALERTING_SMPP_FROM"])
    monkeypatch.setenv(name, right[name])
    with pytest.raises(SettingsError, match=rf"{name}: .*evacuation-alerting\[{extra}\]"):
        load_settings()


@pytest.mark.parametrize(
    "url", ["http://alerts.example.org", "http://10.0.0.1:8000", "http://[::]"]
)
def test_public_url_without_tls_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="https://"):
        public_url(url)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8000", "http://[::1]:8000", "http://localhost", "https://a.example"]
)
def test_public_url_of_this_machine_needs_no_tls(url: str) -> None:
    assert public_url(url) == url


GATEWAY = """
[[gateways]]
name = "own"
url = "https://sms.example.org/send"
per_second = 7
price_per_segment = 0.03
json = { to = "{{ to }}", text = "{{ text }}", password = "{{ secret.own_password }}" }
[gateways.answer]
id = "/id"
"""


@pytest.fixture
def gateway_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set a policy with a gateway, and no other provider."""
    (folder / "policy.toml").write_text(GATEWAY)
    monkeypatch.setenv("ALERTING_POLICY", "policy.toml")
    for name in ("ACCOUNT_SID", "AUTH_TOKEN", "FROM"):
        monkeypatch.delenv(f"ALERTING_TWILIO_{name}")


@pytest.mark.usefixtures("gateway_alone")
def test_gateway_alone_is_enough(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / ".env").write_text("ALERTING_SECRET__OWN_PASSWORD=12:3=\n")
    settings = load_settings()
    assert settings.secrets == {"own_password": "12:3="}
    assert [each.name for each in settings.gateways] == ["own"]
    assert "12:3" not in repr(settings)
    sending = settings.policy.sending
    assert (sending.segments_per_second, sending.cost_per_segment) == (7, 0.03)
    assert settings.segments_per_second == 100


def test_invalid_key_of_a_webhook_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hook = '[[webhooks]]\nname = "office"\nurl = "https://a.example/h"\nsecret = "hook"\n'
    (folder / "policy.toml").write_text(hook)
    monkeypatch.setenv("ALERTING_POLICY", "policy.toml")
    monkeypatch.setenv("ALERTING_SECRET__HOOK", "guess")
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert (
        "ALERTING_SECRET__HOOK: write whsec_ and 24 to 64 random bytes in base64"
        in refused.value.problems
    )
    key = bytes(range(24))
    monkeypatch.setenv("ALERTING_SECRET__HOOK", "whsec_" + b64encode(key).decode())
    assert load_settings().webhook_keys == {"hook": key}


@pytest.mark.usefixtures("gateway_alone")
def test_missing_and_unknown_secrets_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALERTING_SECRET__OWN_PASWORD", "x")
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert refused.value.problems == (
        "ALERTING_SECRET__OWN_PASSWORD: the gateway own needs this secret; set it",
        "ALERTING_SECRET__OWN_PASWORD: the policy names no such secret; did you mean "
        "ALERTING_SECRET__OWN_PASSWORD?",
    )


@pytest.mark.usefixtures("gateway_alone")
def test_first_provider_may_be_a_gateway(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALERTING_SECRET__OWN_PASSWORD", "x")
    monkeypatch.setenv("ALERTING_SMS_FIRST", "own")
    assert load_settings().sms_first == "own"
    monkeypatch.setenv("ALERTING_SMS_FIRST", "owm")
    said = "^ALERTING_SMS_FIRST: write twilio or smpp or own$"
    with pytest.raises(SettingsError, match=said):
        load_settings()


@pytest.mark.usefixtures("gateway_alone")
def test_read_only_copy_needs_no_secrets() -> None:
    assert load_settings(loops=Loops.READ_ONLY).gateways == ()


def test_secret_without_a_name_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALERTING_SECRET", "x")
    with pytest.raises(SettingsError, match=r"^ALERTING_SECRET: write ALERTING_SECRET__NAME="):
        load_settings()


def group_file(tmp_path: Path, text: str) -> str:
    file = tmp_path / "groups.toml"
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_work_groups_are_read_with_their_owners(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    text = '511921 = ["json://a:secret@h/x", "json://h/y"]\n"zhang san" = "json://h/z"\n'
    monkeypatch.setenv("ALERTING_WORK_GROUPS", group_file(tmp_path, text))
    settings = load_settings()
    found = [(g.name, g.owner, g.address.get_secret_value()) for g in settings.work_groups]
    assert found == [
        ("511921/1", "511921", "json://a:secret@h/x"),
        ("511921/2", "511921", "json://h/y"),
        ("zhang san/1", "zhang san", "json://h/z"),
    ]
    assert "secret" not in repr(settings)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('511921 = "secret-token"', "511921/1 is no address"),
        ('511921 = ["json://h/x", 7]', "511921/2 is no address"),
        ('511921 = {secret = "json://h/x"}', "511921/1 is no address"),
        ("511921 = json://secret", "it is not TOML"),
    ],
)
def test_error_of_a_work_groups_url_does_not_quote_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str, said: str
) -> None:
    monkeypatch.setenv("ALERTING_WORK_GROUPS", group_file(tmp_path, text))
    with pytest.raises(SettingsError, match=said) as refused:
        load_settings()
    assert "secret" not in str(refused.value)
