"""`alerting sensors`: tokens printed once and revoked."""

from pathlib import Path

from sqlalchemy import Engine, select

from alerting.runtime import wall_clock
from alerting.sensors.tables import sensor_tokens
from alerting.sensors.tokens import sensor_of_token
from tests.cli.conftest import Shell
from tests.support.sensors import POLICY


def test_token_is_printed_once_stored_hashed_and_revoked(
    shell: Shell, engine: Engine, tmp_path: Path
) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(POLICY, encoding="utf-8")
    shell.set(ALERTING_POLICY=str(file))
    run = shell.run("sensors", "token", "gauge-1", "--days", "1")
    assert (run.returncode, run.stderr) == (0, "")
    name, token = run.stdout.split()

    def holder() -> str | None:
        with engine.begin() as connection:
            return sensor_of_token(connection, token, wall_clock())

    assert (name, holder()) == ("gauge-1", "gauge-1")
    with engine.begin() as connection:
        assert token not in connection.execute(select(sensor_tokens.c.hash)).scalars().all()
    run = shell.run("sensors", "revoke", "gauge-1")
    assert (run.returncode, run.stdout) == (0, "gauge-1: 1 revoked\n")
    assert holder() is None


def test_sensor_that_the_policy_does_not_name_gets_no_token(shell: Shell, engine: Engine) -> None:
    run = shell.run("sensors", "token", "nobody")
    assert run.returncode == 2
    assert "nobody: the policy names no such sensor" in run.stderr
    with engine.begin() as connection:
        assert connection.execute(select(sensor_tokens)).all() == []
