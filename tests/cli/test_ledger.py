"""`alerting ledger`: verify, anchor and export."""

import re
from pathlib import Path

from sqlalchemy import Engine, update

from alerting.ledger.events.alerts import AlertClosed, AlertRaised
from alerting.ledger.writer import Transaction
from alerting.roll.enrol import enrol
from alerting.roll.tables import tallies
from alerting.roll.tallies import add_joined
from contacts.directory import households_in
from tests.cli.conftest import Shell
from tests.support.alert_rows import enrolled_city, stored_alert
from tests.support.city import NOW, POLICY, QIANFO, found_city


def test_exit_code_is_1_after_tampering(shell: Shell, engine: Engine) -> None:
    assert shell.run("ledger", "verify").stdout == (
        "0 alerts, 0 households, 0 pieces of evidence, 0 reduced entries: 0 differences\n"
    )
    with engine.begin() as connection:
        enrolled_city(connection, QIANFO)
    run = shell.run("ledger", "verify")
    assert (run.returncode, run.stderr) == (0, "")
    assert (
        run.stdout
        == "1 alerts, 10 households, 0 pieces of evidence, 0 reduced entries: 0 differences\n"
    )
    with engine.begin() as connection:
        connection.execute(update(tallies).values(people_unaccounted=0))
    run = shell.run("ledger", "verify")
    assert run.returncode == 1
    first, last = run.stdout.splitlines()
    assert first.startswith(f"alert 1, tally of {QIANFO}: kept Tally(")
    assert last.endswith("1 differences")


def test_anchors_are_printed_and_checked(shell: Shell, engine: Engine, tmp_path: Path) -> None:
    with engine.begin() as connection:
        found_city(connection)
        stored_alert(connection)
        transaction = Transaction(connection, POLICY)
        transaction.append(1, AlertClosed(), NOW)
        transaction.flush()
    printed = shell.run("ledger", "anchor").stdout
    assert re.fullmatch(r"1 1 [0-9a-f]{64}\n", printed)
    kept = tmp_path / "anchors"
    kept.write_text(printed)
    assert shell.run("ledger", "verify", "--anchor", str(kept)).returncode == 0
    kept.write_text(f"1 1 {'0' * 64}\n")
    run = shell.run("ledger", "verify", "--anchor", str(kept))
    assert (run.returncode, run.stdout.splitlines()[0].split(":")[0]) == (
        1,
        "alert 1, anchored log entry 1",
    )
    kept.write_text("no anchor\n")
    run = shell.run("ledger", "verify", "--anchor", str(kept))
    assert (run.returncode, "anchor, line 1" in run.stderr) == (2, True)


def test_log_can_be_exported_and_verified_without_a_database(
    shell: Shell, engine: Engine, tmp_path: Path
) -> None:
    with engine.begin() as connection:
        found_city(connection)
        stored_alert(connection)
        transaction = Transaction(connection, POLICY)
        transaction.append(1, AlertRaised(divisions=(QIANFO,)), NOW)
        transaction.flush()
        enrol(connection, 1, 1, households_in([QIANFO]), POLICY.household, NOW)
        add_joined(connection, 1, 1)
    file = tmp_path / "log.jsonl"
    run = shell.run("ledger", "export", "1", str(file))
    assert re.fullmatch(r"10 households to [0-9a-f]{64}, 1 entries to [0-9a-f]{64}\n", run.stdout)
    assert file.stat().st_mode & 0o777 == 0o600
    kept = tmp_path / "anchors"
    kept.write_text(shell.run("ledger", "anchor").stdout)
    shell.set(ALERTING_DATABASE_URL="sqlite:///nowhere/alerting.db")
    run = shell.run("ledger", "verify", "--export", str(file), "--anchor", str(kept))
    assert run.returncode == 0, run.stderr
    people = "10 households 25 people"
    assert f"{QIANFO}: {people}; verified 0 households 0 people" in run.stdout
    assert f"unaccounted {people}, needs help 0 households 0 people" in run.stdout
    assert "50 % known: not yet" in run.stdout
    assert run.stdout.endswith(": 0 faults\n")
    file.write_text(file.read_text().replace('"headcount":2', '"headcount":1', 1))
    run = shell.run("ledger", "verify", "--export", str(file))
    assert (run.returncode, "line 2: household" in run.stdout) == (1, True)


def test_refused_export_tells_what_to_do(shell: Shell, engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "log.jsonl"
    run = shell.run("ledger", "export", "7", str(file))
    assert (run.returncode, "there is no alert 7" in run.stderr, file.exists()) == (2, True, False)
    with engine.begin() as connection:
        found_city(connection)
        stored_alert(connection)
    file.write_text("mine")
    run = shell.run("ledger", "export", "1", str(file))
    assert (run.returncode, str(file) in run.stderr, file.read_text()) == (2, True, "mine")
    run = shell.run("ledger", "verify", "--export", str(file))
    assert (run.returncode, "line 1: this is no log" in run.stderr) == (2, True)
