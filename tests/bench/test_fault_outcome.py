"""The evaluation of fault runs finds each kind of error, without false alarms."""

from pathlib import Path
from typing import Any

import pytest

from scripts.benches.fault_outcome import FaultOutcome, in_flight, judge, texts_waiting
from tests.support.encrypting import opened

SECOND = 1_000_000
LEASE = 3.0
TABLES = """
    CREATE TABLE texts (id, kind, body);
    INSERT INTO texts VALUES (1, 'alert', as_personal('leave')),
        (2, 'reminder', as_personal('leave'));
    CREATE TABLE deliveries (id, text, channel, recipient_kind, number, state, error_code);
    INSERT INTO deliveries VALUES
        (1, 1, 'sms', 'household', as_phone('+1'), 'delivered', NULL),
        (2, 1, 'sms', 'household', as_phone('+2'), 'accepted', NULL),
        (3, 2, 'sms', 'household', as_phone('+1'), 'queued', NULL),
        (4, 1, 'sms', 'officer', as_phone('+9'), 'queued', NULL),
        (5, 1, 'voice', 'household', as_phone('+1'), 'sending', NULL);
    CREATE TABLE attempts
        (token, delivery, number, started_at, finished_at, outcome, error_code);
    INSERT INTO attempts VALUES
        ('a', 1, 1, 0, 100, 'accepted', NULL), ('b', 2, 1, 0, 100, 'accepted', NULL);
    CREATE TABLE receipts (attempt);
    CREATE TABLE events (kind, payload);
    INSERT INTO events VALUES
        ('deliveries.attempted', as_personal('{"accepted": 2}')),
        ('deliveries.attempted', as_personal('{"unknown": 1}')),
        ('deliveries.receipted', as_personal('{"unknown": 7}'));
"""


def text(number: str, attempt: str, status: str = "delivered") -> dict[str, Any]:
    callback = f"http://service/status?attempt={attempt}"
    return {"to": number, "body": "leave", "status": status, "status_callback": callback}


TAKEN = [text("+1", "a"), text("+2", "b", "sent")]


class Run:
    """The database file of a run in which two households were told correctly."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.change(TABLES)

    def change(self, script: str) -> None:
        with opened(self.file) as database:
            database.executescript(script)

    def judged(
        self, taken: list[dict[str, Any]], crashed: tuple[set[int], ...] = (), households: int = 2
    ) -> FaultOutcome:
        return judge(
            self.file,
            taken,
            households=households,
            crashed_with=crashed,
            lease_seconds=LEASE,
        )


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run(tmp_path / "ledger.db")


def test_good_run_passes(run: Run) -> None:
    fault_outcome = run.judged(TAKEN)
    assert fault_outcome.is_good
    assert (fault_outcome.unknown, fault_outcome.tries, fault_outcome.duplicates) == (1, 2, {})


def test_only_alert_texts_to_households_are_evaluated(run: Run) -> None:
    assert texts_waiting(run.file) == 0
    run.change("UPDATE deliveries SET state = 'unknown' WHERE id = 2")
    assert texts_waiting(run.file) == 1
    assert in_flight(run.file) == {2}


@pytest.mark.parametrize("state", ["accepted", "delivered", "queued", "unknown", "failed"])
def test_text_that_the_gateway_never_accepted_is_lost_in_any_state(run: Run, state: str) -> None:
    run.change(f"UPDATE deliveries SET state = '{state}' WHERE id = 2")
    assert run.judged(TAKEN[:1]).lost == {"+2"}


@pytest.mark.parametrize(
    ("state", "code", "lost"),
    [
        ("refused", "21211", False),
        ("refused", "NULL", True),
        ("expired", "NULL", False),
        ("cancelled", "NULL", False),
    ],
)
def test_delivery_ended_for_a_stated_reason_is_not_lost(
    run: Run, state: str, code: str, lost: bool
) -> None:
    run.change(f"UPDATE deliveries SET state = '{state}', error_code = {code} WHERE id = 2")
    assert bool(run.judged(TAKEN[:1]).lost) is lost


def test_household_without_a_delivery_is_lost(run: Run) -> None:
    assert len(run.judged(TAKEN, households=3).lost) == 1


def test_duplicate_without_an_unknown_outcome_is_unexplained(run: Run) -> None:
    fault_outcome = run.judged([*TAKEN, text("+1", "c")])
    assert fault_outcome.duplicates == {"+1": 1}
    assert fault_outcome.unexplained == {"+1"}
    assert not fault_outcome.is_good


@pytest.mark.parametrize("status", ["failed", "undelivered"])
def test_replacement_of_a_text_that_never_arrived_is_not_a_duplicate(run: Run, status: str) -> None:
    assert run.judged([*TAKEN, text("+1", "c", status)]).is_good


@pytest.mark.parametrize(
    "doubt",
    [
        "outcome = 'unknown'",
        "outcome = NULL, finished_at = NULL",
        "outcome = 'refused'",
        f"finished_at = {LEASE * SECOND}",
    ],
)
def test_duplicate_is_explained_by_an_unknown_outcome_of_its_delivery(run: Run, doubt: str) -> None:
    copied = [*TAKEN, text("+1", "c")]
    run.change(f"UPDATE attempts SET {doubt} WHERE delivery = 1")
    assert run.judged(copied).is_good
    run.change("UPDATE attempts SET delivery = 3 - delivery")
    assert run.judged(copied).unexplained == {"+1"}


def test_clear_refusal_does_not_explain_a_duplicate(run: Run) -> None:
    run.change("UPDATE attempts SET outcome = 'refused', error_code = 20429 WHERE delivery = 1")
    assert run.judged([*TAKEN, text("+1", "c")]).unexplained == {"+1"}


def test_duplicate_is_explained_by_a_kill_in_flight(run: Run) -> None:
    copied = [*TAKEN, text("+1", "c")]
    assert run.judged(copied, crashed=({1}, set())).is_good
    assert not run.judged(copied, crashed=({2},)).is_good


def test_more_duplicates_than_unknown_outcomes_are_unexplained(run: Run) -> None:
    run.change("UPDATE attempts SET outcome = 'unknown' WHERE delivery = 1")
    fault_outcome = run.judged([*TAKEN, text("+1", "c"), text("+1", "d"), text("+1", "e")])
    assert fault_outcome.unexplained == frozenset()
    assert fault_outcome.duplicates_unexplained == 3 - 1


SECOND_TRY = "INSERT INTO attempts VALUES ('c', 1, {number}, {began}, NULL, 'accepted', NULL);"


@pytest.mark.parametrize(
    ("change", "began", "overlaps"),
    [
        ("", 99, True),
        ("", 100, False),
        ("UPDATE attempts SET finished_at = NULL;", 100, True),
        ("UPDATE attempts SET finished_at = NULL;", int(LEASE * SECOND), False),
        ("UPDATE attempts SET finished_at = NULL; INSERT INTO receipts VALUES ('a');", 9, False),
    ],
)
def test_attempt_must_not_overlap_the_previous_one(
    run: Run, change: str, began: int, overlaps: bool
) -> None:
    run.change(change + SECOND_TRY.format(number=2, began=began))
    assert run.judged(TAKEN).claimed_twice == ({"+1"} if overlaps else set())


def test_attempt_claimed_by_two_processes_is_an_error(run: Run) -> None:
    run.change(SECOND_TRY.format(number=1, began=9 * SECOND))
    assert run.judged(TAKEN).claimed_twice == {"+1"}


def test_attempt_sent_twice_is_found_at_the_gateway(run: Run) -> None:
    run.change("UPDATE attempts SET outcome = 'unknown' WHERE delivery = 1")
    assert run.judged([*TAKEN, text("+1", "a")]).claimed_twice == {"+1"}
