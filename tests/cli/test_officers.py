"""`alerting officers`: tokens given out once, and revoked."""

from datetime import timedelta

from sqlalchemy import Engine, select

from alerting.clock import wall_clock
from contacts.tables import OFFICER_TOKENS
from contacts.tokens import officer_of_token
from tests.city import found_city
from tests.cli.conftest import Shell


def test_a_token_is_printed_once_stored_hashed_and_revoked(shell: Shell, engine: Engine) -> None:
    with engine.begin() as connection:
        found_city(connection)
    run = shell.run("officers", "token", "grid", "commander", "--days", "1")
    assert (run.returncode, run.stderr) == (0, "")
    tokens = dict(line.split() for line in run.stdout.splitlines())
    assert list(tokens) == ["grid", "commander"]

    def holder(token: str, days: float = 0) -> str | None:
        with engine.begin() as connection:
            found = officer_of_token(connection, token, wall_clock() + timedelta(days=days))
        return found.id if found else None

    assert [holder(token) for token in tokens.values()] == ["grid", "commander"]
    assert holder(tokens["grid"], days=1.1) is None
    with engine.begin() as connection:
        stored = connection.execute(select(OFFICER_TOKENS.c.hash)).scalars().all()
    assert not set(stored) & set(tokens.values())
    run = shell.run("officers", "revoke", "grid")
    assert (run.returncode, run.stdout) == (0, "grid: 1 revoked\n")
    assert [holder(token) for token in tokens.values()] == [None, "commander"]


def test_one_unknown_officer_and_nobody_gets_a_token(shell: Shell, engine: Engine) -> None:
    with engine.begin() as connection:
        found_city(connection)
    run = shell.run("officers", "token", "grid", "nobody")
    assert run.returncode == 2
    assert "'nobody' is not a known officer" in run.stderr
    with engine.begin() as connection:
        assert connection.execute(select(OFFICER_TOKENS)).all() == []
