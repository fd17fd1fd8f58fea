"""`alerting cap` and `alerting sensors`: tokens printed once and revoked."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from alerting.access.machines import MachineKind, issue_machine_token, machine_of_token
from alerting.access.tables import machine_tokens
from alerting.runtime import wall_clock
from tests.cli.conftest import Shell
from tests.support import cap_documents, sensors

COMMANDS = [
    ("cap", MachineKind.CAP_SENDER, "weather-bureau", "sender", cap_documents.POLICY),
    ("sensors", MachineKind.SENSOR, "gauge-1", "sensor", sensors.POLICY),
]


@pytest.mark.parametrize(("command", "kind", "machine", "word", "policy"), COMMANDS)
def test_token_is_printed_once_stored_hashed_and_revoked(
    shell: Shell,
    engine: Engine,
    tmp_path: Path,
    command: str,
    kind: MachineKind,
    machine: str,
    word: str,
    policy: str,
) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(policy, encoding="utf-8")
    shell.set(ALERTING_POLICY=str(file))
    run = shell.run(command, "token", machine, "--days", "1")
    assert (run.returncode, run.stderr) == (0, "")
    name, token = run.stdout.split()

    def holder() -> str | None:
        with engine.begin() as connection:
            return machine_of_token(connection, kind, token, wall_clock())

    assert (name, holder()) == (machine, machine)
    with engine.begin() as connection:
        assert token not in connection.execute(select(machine_tokens.c.hash)).scalars().all()
    run = shell.run(command, "revoke", machine)
    assert (run.returncode, run.stdout) == (0, f"{machine}: 1 revoked\n")
    assert holder() is None
    run = shell.run(command, "token", "nobody")
    assert run.returncode == 2
    assert f"nobody: the policy names no such {word}; add it to [[" in run.stderr
    with engine.begin() as connection:
        assert len(connection.execute(select(machine_tokens)).all()) == 1


@pytest.mark.parametrize(("command", "kind", "machine", "word", "policy"), COMMANDS)
def test_revoke_refuses_a_name_that_nobody_knows(
    shell: Shell,
    engine: Engine,
    tmp_path: Path,
    command: str,
    kind: MachineKind,
    machine: str,
    word: str,
    policy: str,
) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(policy, encoding="utf-8")
    shell.set(ALERTING_POLICY=str(file))
    run = shell.run(command, "revoke", machine)
    assert (run.returncode, run.stdout) == (0, f"{machine}: 0 revoked\n")
    with engine.begin() as connection:
        issue_machine_token(connection, kind, machine, wall_clock(), timedelta(days=1))
        issue_machine_token(connection, kind, "gone", wall_clock(), timedelta(days=1))
    run = shell.run(command, "revoke", machine, "nosuch")
    assert (run.returncode, run.stdout) == (2, "")
    assert f"nosuch: no such {word} has a token, and the policy names none" in run.stderr
    assert "correct the name" in run.stderr
    run = shell.run(command, "revoke", machine, "gone")
    assert run.stdout == f"{machine}: 1 revoked\ngone: 1 revoked\n"
