"""`alerting cap`: tokens of senders printed once and revoked."""

from pathlib import Path

from sqlalchemy import Engine, select

from alerting.cap_inbox.senders import sender_of_token
from alerting.cap_inbox.tables import cap_sender_tokens
from alerting.runtime import wall_clock
from tests.cli.conftest import Shell
from tests.support.cap_documents import POLICY


def test_token_is_printed_once_stored_hashed_and_revoked(
    shell: Shell, engine: Engine, tmp_path: Path
) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(POLICY, encoding="utf-8")
    shell.set(ALERTING_POLICY=str(file))
    run = shell.run("cap", "token", "weather-bureau", "--days", "1")
    assert (run.returncode, run.stderr) == (0, "")
    name, token = run.stdout.split()

    def holder() -> str | None:
        with engine.begin() as connection:
            return sender_of_token(connection, token, wall_clock())

    assert (name, holder()) == ("weather-bureau", "weather-bureau")
    with engine.begin() as connection:
        assert token not in connection.execute(select(cap_sender_tokens.c.hash)).scalars().all()
    run = shell.run("cap", "revoke", "weather-bureau")
    assert (run.returncode, run.stdout) == (0, "weather-bureau: 1 revoked\n")
    assert holder() is None


def test_sender_that_the_policy_does_not_name_gets_no_token(shell: Shell, engine: Engine) -> None:
    run = shell.run("cap", "token", "nobody")
    assert run.returncode == 2
    assert "nobody: the policy names no such sender" in run.stderr
    with engine.begin() as connection:
        assert connection.execute(select(cap_sender_tokens)).all() == []
