"""`alerting ledger reduce` lists alerts, and removes personal data only with --apply."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select

from alerting.cap.lifecycle import AlertState
from alerting.deliveries.tables import texts
from alerting.ledger.alerts import set_state
from alerting.ledger.tables import alerts
from alerting.runtime import wall_clock
from tests.cli.conftest import Shell
from tests.support.alert_rows import stored_alert
from tests.support.city import found_city

DAY = timedelta(days=1)


def ended(engine: Engine, days_ago: int, number: int) -> int:
    """Insert an alert that ended `days_ago` days ago, with one text; return its id."""
    with engine.begin() as connection:
        alert = stored_alert(connection, number)
        at = wall_clock() - days_ago * DAY
        set_state(connection, alert, AlertState.ALL_CLEAR, at)
        text = {"alert": alert, "kind": "doors", "language": "zh", "body": "张三", "segments": 1}
        connection.execute(insert(texts).values(text))
    return alert


def bodies(engine: Engine) -> list[str]:
    with engine.begin() as connection:
        return list(connection.scalars(select(texts.c.body).order_by(texts.c.alert)))


def test_list_changes_nothing_and_apply_removes_personal_data(
    shell: Shell, engine: Engine, tmp_path: Path
) -> None:
    with engine.begin() as connection:
        found_city(connection)
    first, _, last = (ended(engine, *each) for each in ((31, 27), (29, 28), (200, 29)))
    with engine.begin() as connection:
        stored_alert(connection, 30)
    file = tmp_path / "policy.toml"
    file.write_text("[retention]\npersonal_data = 30\n", encoding="utf-8")
    shell.set(ALERTING_POLICY=str(file))
    run = shell.run("ledger", "reduce")
    listed = run.stdout.splitlines()
    assert (run.returncode, run.stderr) == (0, "")
    assert [line.split(",")[0] for line in listed] == [
        f"alert {last} (#29)",
        f"alert {first} (#27)",
        "2 alerts to be reduced; --apply reduces them",
    ]
    assert bodies(engine) == ["张三"] * 3
    run = shell.run("ledger", "reduce", "--apply")
    assert run.stdout.splitlines() == [
        f"alert {last} (#29): 1 rows reduced",
        f"alert {first} (#27): 1 rows reduced",
        "0 texts without an alert emptied",
    ]
    assert bodies(engine) == ["", "张三", ""]
    assert shell.run("ledger", "verify").stdout.endswith("0 reduced entries: 0 differences\n")


def test_reduce_does_not_create_a_database(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    shell.set(ALERTING_DATABASE_URL="sqlite:///alerting.db")
    for command in ("ledger reduce", "ledger reduce --apply", "ledger verify", "prune", "backup a"):
        run = shell.run(*command.split())
        assert run.returncode == 2, command
        assert "alerting.db: there is no such database" in run.stderr, command
        assert list(empty.iterdir()) == [], command


def test_prune_removes_personal_data_after_the_default_days(shell: Shell, engine: Engine) -> None:
    with engine.begin() as connection:
        found_city(connection)
    ended(engine, 181, 27)
    kept = ended(engine, 179, 28)
    assert "alert 1 (#27): 1 rows reduced\n" in shell.run("prune").stdout
    assert bodies(engine) == ["", "张三"]
    with engine.begin() as connection:
        done = select(alerts.c.reduced_seq).where(alerts.c.id == kept)
        assert connection.scalars(done).one() is None
