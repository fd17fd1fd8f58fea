"""`alerting cap` and `alerting sensors` print tokens once and revoke them."""

from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import Engine, select

from alerting.access.machines import MachineKind, issue_machine_token, machine_of_token
from alerting.access.tables import machine_tokens
from alerting.runtime import wall_clock
from tests.cli.conftest import Shell
from tests.support import cap_documents, sensors


class _Machine(NamedTuple):
    """A machine in the policy, and the command that issues its tokens."""

    command: str
    kind: MachineKind
    name: str
    word: str
    """The word for such a machine in the command's texts."""
    policy: str


_MACHINES = (
    _Machine("cap", MachineKind.CAP_SENDER, "weather-bureau", "sender", cap_documents.POLICY),
    _Machine("sensors", MachineKind.SENSOR, "gauge-1", "sensor", sensors.POLICY),
)


@pytest.fixture(params=_MACHINES, ids=lambda each: each.command)
def machine(request: pytest.FixtureRequest, shell: Shell, tmp_path: Path) -> _Machine:
    """Return a machine; the shell's commands use its policy."""
    one: _Machine = request.param
    file = tmp_path / "policy.toml"
    file.write_text(one.policy, encoding="utf-8")
    shell.set(ALERTING_POLICY=str(file))
    return one


def test_token_is_printed_once_stored_hashed_and_revoked(
    shell: Shell, engine: Engine, machine: _Machine
) -> None:
    command, kind, name, word, _policy = machine
    run = shell.run(command, "token", name, "--days", "1")
    assert (run.returncode, run.stderr) == (0, "")
    told, token = run.stdout.split()

    def holder() -> str | None:
        with engine.begin() as connection:
            return machine_of_token(connection, kind, token, wall_clock())

    assert (told, holder()) == (name, name)
    with engine.begin() as connection:
        assert token not in connection.execute(select(machine_tokens.c.hash)).scalars().all()
    run = shell.run(command, "revoke", name)
    assert (run.returncode, run.stdout) == (0, f"{name}: 1 revoked\n")
    assert holder() is None
    run = shell.run(command, "token", "nobody")
    assert run.returncode == 2
    assert f"nobody: the policy names no such {word}; add it to [[" in run.stderr
    with engine.begin() as connection:
        assert len(connection.execute(select(machine_tokens)).all()) == 1


def test_revoke_refuses_an_unknown_name(shell: Shell, engine: Engine, machine: _Machine) -> None:
    command, kind, name, word, _policy = machine
    run = shell.run(command, "revoke", name)
    assert (run.returncode, run.stdout) == (0, f"{name}: 0 revoked\n")
    with engine.begin() as connection:
        issue_machine_token(connection, kind, name, wall_clock(), timedelta(days=1))
        issue_machine_token(connection, kind, "gone", wall_clock(), timedelta(days=1))
    run = shell.run(command, "revoke", name, "nosuch")
    assert (run.returncode, run.stdout) == (2, "")
    assert f"nosuch: no such {word} has a token or is in the policy" in run.stderr
    assert "correct the name" in run.stderr
    run = shell.run(command, "revoke", name, "gone")
    assert run.stdout == f"{name}: 1 revoked\ngone: 1 revoked\n"
