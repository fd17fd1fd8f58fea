"""`alerting officers` prints links and tokens once, lists sessions, and revokes access."""

import io
from datetime import UTC, datetime, timedelta

import pytest
import segno
from sqlalchemy import Engine, select

from alerting.runtime import wall_clock
from contacts.sign_in.credentials import hash_of, officers_of_tokens
from contacts.sign_in.links import find_link, redeem_link
from contacts.sign_in.passkeys import NewPasskey, add_passkey, passkeys_of
from contacts.sign_in.recovery import issue_recovery_code
from contacts.sign_in.sessions import SESSION_LASTS, begin_session, signed_in_by
from contacts.tables import OFFICER_SESSIONS, OFFICER_TOKENS, SIGN_IN_LINKS
from tests.cli.conftest import SERVICE, Shell
from tests.support.city import found_city


def test_token_is_printed_once_stored_hashed_and_revoked(shell: Shell, engine: Engine) -> None:
    with engine.begin() as connection:
        found_city(connection)
    run = shell.run("officers", "token", "grid", "commander", "--days", "1")
    assert (run.returncode, run.stderr) == (0, "")
    tokens = dict(line.split() for line in run.stdout.splitlines())
    assert list(tokens) == ["grid", "commander"]

    def holder(token: str, days: float = 0) -> str | None:
        with engine.begin() as connection:
            found = officers_of_tokens(
                connection, [hash_of(token)], wall_clock() + timedelta(days=days)
            )
        return found[hash_of(token)].id if found else None

    assert [holder(token) for token in tokens.values()] == ["grid", "commander"]
    assert holder(tokens["grid"], days=1.1) is None
    with engine.begin() as connection:
        stored = connection.execute(select(OFFICER_TOKENS.c.hash)).scalars().all()
    assert not set(stored) & set(tokens.values())
    run = shell.run("officers", "revoke", "grid")
    assert (run.returncode, run.stdout) == (0, "grid: 1 revoked\n")
    assert [holder(token) for token in tokens.values()] == [None, "commander"]


def test_no_token_is_issued_if_an_officer_is_unknown(shell: Shell, engine: Engine) -> None:
    with engine.begin() as connection:
        found_city(connection)
    run = shell.run("officers", "token", "grid", "nobody")
    assert run.returncode == 2
    assert "'nobody' is not a known officer" in run.stderr
    with engine.begin() as connection:
        assert connection.execute(select(OFFICER_TOKENS)).all() == []


@pytest.fixture
def founded(engine: Engine) -> Engine:
    with engine.begin() as connection:
        found_city(connection)
    return engine


def tokens_of(stdout: str) -> dict[str, str]:
    """Return the tokens in the printed links, by officer."""
    lines = dict(line.split() for line in stdout.splitlines())
    assert all(url.startswith("http://127.0.0.1:9/in/") for url in lines.values())
    return {officer: url.rpartition("/")[2] for officer, url in lines.items()}


def test_links_are_printed_with_their_path(shell: Shell, founded: Engine) -> None:
    run = shell.run("officers", "link", "grid", "commander", "--to", "/board/3")
    assert (run.returncode, run.stderr) == (0, "")
    tokens = tokens_of(run.stdout)
    assert list(tokens) == ["grid", "commander"]
    with founded.begin() as connection:
        got = {
            officer: redeem_link(connection, token, wall_clock(), "")
            for officer, token in tokens.items()
        }
    assert {officer: (each.officer, each.path) for officer, each in got.items() if each} == {
        "grid": ("grid", "/board/3"),
        "commander": ("commander", "/board/3"),
    }


def test_link_needs_only_the_public_url(shell: Shell, founded: Engine) -> None:
    address, *others = SERVICE
    shell.unset(*others)
    assert shell.run("officers", "link", "grid").returncode == 0
    shell.unset(address)
    run = shell.run("officers", "link", "grid")
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith("ALERTING_PUBLIC_URL: it is missing; set the address")


def test_qr_code_is_printed(shell: Shell, founded: Engine) -> None:
    run = shell.run("officers", "link", "grid", "--qr")
    assert run.returncode == 0
    line, *picture = run.stdout.splitlines()
    expected = io.StringIO()
    segno.make_qr(line.split()[1]).terminal(expected, compact=True)
    assert picture == expected.getvalue().splitlines()
    assert len(picture) > 15
    with founded.begin() as connection:
        assert find_link(connection, tokens_of(line)["grid"], wall_clock())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("grid", "nobody"), "'nobody' is not a known officer"),
        (("grid", "--to", "//evil.example"), "is not a path on this service"),
        (("grid", "--to", "https://evil.example"), "is not a path on this service"),
    ],
)
def test_invalid_arguments_create_no_link(
    shell: Shell, founded: Engine, arguments: tuple[str, ...], said: str
) -> None:
    run = shell.run("officers", "link", *arguments)
    assert run.returncode == 2
    assert said in run.stderr
    assert run.stdout == ""
    with founded.begin() as connection:
        assert connection.execute(select(SIGN_IN_LINKS)).all() == []


def test_sessions_of_one_officer_are_listed(shell: Shell, founded: Engine) -> None:
    begun = datetime.now(UTC) - timedelta(hours=1)
    with founded.begin() as connection:
        begin_session(connection, "grid", begun, "Phone 1")
        begin_session(connection, "grid", begun - SESSION_LASTS, "yesterday's")
        begin_session(connection, "commander", begun, "another's")
    run = shell.run("officers", "sessions", "grid")
    since, until = (f"{time:%F %H:%M}" for time in (begun, begun + SESSION_LASTS))
    assert (run.returncode, run.stdout) == (0, f"{since}  {since}  {until}  Phone 1\n")
    assert shell.run("officers", "sessions", "informant").stdout == ""


def test_revoking_ends_tokens_links_and_sessions(shell: Shell, founded: Engine) -> None:
    shell.run("officers", "token", "grid")
    tokens = tokens_of(shell.run("officers", "link", "grid", "commander").stdout)
    with founded.begin() as connection:
        session = begin_session(connection, "grid", wall_clock(), "")
    with founded.begin() as connection:
        add_passkey(connection, "grid", NewPasskey("phone", "id", "key", 0), wall_clock())
        issue_recovery_code(connection, "grid", "administrator", wall_clock())
    run = shell.run("officers", "revoke", "grid")
    assert (run.returncode, run.stdout) == (0, "grid: 5 revoked\n")
    with founded.begin() as connection:
        assert not signed_in_by(connection, [hash_of(session)], wall_clock())
        assert find_link(connection, tokens["grid"], wall_clock()) is None
        assert passkeys_of(connection, "grid") == []
        assert find_link(connection, tokens["commander"], wall_clock())
        assert len(connection.execute(select(OFFICER_SESSIONS)).all()) == 1
