"""`alerting contacts move-village` counts first, then moves, and names the files to change."""

from pathlib import Path

from sqlalchemy import Engine, func, select

from alerting.security_log.tables import security_events
from contacts.tables import HOUSEHOLDS
from tests.cli.conftest import Shell
from tests.support.city import NEXT_VILLAGE, QIANFO, found_city


def homes_in(engine: Engine, village: str) -> int:
    with engine.begin() as connection:
        counted = select(func.count()).where(HOUSEHOLDS.c.division == village)
        return int(connection.execute(counted).scalar_one())


def test_dry_run_counts_and_the_real_run_moves(
    shell: Shell, engine: Engine, tmp_path: Path
) -> None:
    with engine.begin() as connection:
        found_city(connection)
    policy = tmp_path / "policy.toml"
    policy.write_text(f'[issuer.divisions.{QIANFO}]\nname = "千佛村"\n', encoding="utf-8")
    shell.set(ALERTING_POLICY=str(policy))
    counts = "0 grids, 10 households, 25 people, 2 officers, 0 hazard points"
    told = f"{QIANFO} to {NEXT_VILLAGE}: {counts}, 10 households under another number"
    remedy = f"{policy} names {QIANFO}: write {NEXT_VILLAGE} there, then restart each process"
    command = ("contacts", "move-village", QIANFO, NEXT_VILLAGE)
    run = shell.run(*command, "--dry-run")
    assert (run.stdout.splitlines(), run.stderr) == ([f"would move {told}", remedy], "")
    assert homes_in(engine, QIANFO) == 10
    run = shell.run(*command)
    assert (run.stdout.splitlines(), run.stderr) == ([f"moved {told}", remedy], "")
    assert (homes_in(engine, QIANFO), homes_in(engine, NEXT_VILLAGE)) == (0, 20)
    with engine.begin() as connection:
        noted = select(security_events.c.detail).where(security_events.c.division == NEXT_VILLAGE)
        assert connection.execute(noted).scalar_one() == f"village: {told}"
    again = shell.run(*command)
    assert (again.returncode, f"there is no division {QIANFO}" in again.stderr) == (2, True)
