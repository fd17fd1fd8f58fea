"""Visitors on the roll are counted like others and get unique codes."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, insert, select

from alerting.accounting.audit import verify
from alerting.accounting.evidence import NewEvidence
from alerting.accounting.record import record_evidence
from alerting.accounting.visitors import Visitors
from alerting.accounting.visitors import enrol_visitors as add_visitors
from alerting.doors.rules import Cause
from alerting.doors.tasks import pending
from alerting.errors import ConflictError
from alerting.escalation.households import follow_households
from alerting.ledger.events.alerts import AlertRaised
from alerting.ledger.events.kinds import EventKind
from alerting.ledger.tables import events
from alerting.ledger.writer import Transaction
from alerting.roll.enrol import enrol
from alerting.roll.entries import RollEntry, entries
from alerting.roll.rules.evidence import Report, Rung
from alerting.roll.rules.standing import Standing
from alerting.roll.tallies import add_joined, tallies_at
from contacts.directory import households_in
from contacts.tables import HOUSEHOLDS
from tests.support.alert_rows import stored_alert
from tests.support.city import (
    NEXT_VILLAGE,
    NOW,
    POLICY,
    QIANFO,
    after,
    found_city,
    household_code,
)

LAST = household_code(QIANFO, 9999)
TOURISTS = Visitors(QIANFO, "自驾游客", 3, "路边", "grid")


@pytest.fixture
def called(engine: Engine) -> Iterator[Transaction]:
    """Yield a transaction with Qianfo on the roll of alert 1."""
    with engine.begin() as connection:
        found_city(connection)
        stored_alert(connection)
        transaction = Transaction(connection, POLICY)
        seq = transaction.append(1, AlertRaised(divisions=(QIANFO,)), NOW)
        enrol(connection, 1, seq, households_in([QIANFO]), POLICY.household, NOW)
        add_joined(connection, 1, seq)
        yield transaction


def entry(connection: Connection, code: str = LAST) -> RollEntry:
    return entries(connection, [(1, code)])[1, code]


def test_visitors_join_the_roll_and_tally_unaccounted(called: Transaction) -> None:
    connection = called.connection
    before = tallies_at(connection, 1, [QIANFO])[QIANFO]
    assert add_visitors(called, 1, TOURISTS, after(60)) == LAST
    new = tallies_at(connection, 1, [QIANFO])[QIANFO] - before
    assert (new.people, new.people_unaccounted) == (3, 3)
    assert (new.households, new.households_unaccounted) == (1, 1)
    added = entry(connection)
    assert (added.head, added.address, added.headcount) == ("自驾游客", "路边", 3)
    assert (added.added_by, added.officer, added.reachable) == ("grid", None, False)
    assert added.standing.standing is Standing.UNACCOUNTED
    called.flush()
    (log,) = connection.execute(
        select(events).where(events.c.kind == EventKind.VISITORS_ADDED)
    ).all()
    assert (log.division, log.subject) == (QIANFO, LAST)
    assert verify(connection).differences == ()


def test_first_visitors_of_an_empty_division_are_counted(called: Transaction) -> None:
    assert tallies_at(called.connection, 1, [NEXT_VILLAGE]) == {}
    add_visitors(called, 1, Visitors(NEXT_VILLAGE, "工人", 5, "", "commander"), NOW)
    assert tallies_at(called.connection, 1, [NEXT_VILLAGE])[NEXT_VILLAGE].people == 5
    called.flush()
    assert verify(called.connection).differences == ()


def household(connection: Connection) -> dict[str, Any]:
    """Return the row of the village's first household."""
    first = select(HOUSEHOLDS).where(HOUSEHOLDS.c.code == household_code(QIANFO, 1))
    return dict(connection.execute(first).mappings().one())


def test_codes_count_down_past_taken_ones(called: Transaction) -> None:
    taken = household(called.connection) | {"code": household_code(QIANFO, 9998)}
    called.connection.execute(insert(HOUSEHOLDS).values(taken))
    codes = [add_visitors(called, 1, TOURISTS, NOW) for _ in range(3)]
    assert codes == [household_code(QIANFO, number) for number in (9999, 9997, 9996)]


def test_division_without_free_codes_is_refused(called: Transaction) -> None:
    row = household(called.connection)
    every = [row | {"code": household_code(QIANFO, number)} for number in range(11, 10000)]
    called.connection.execute(insert(HOUSEHOLDS), every)
    with pytest.raises(ConflictError, match="name another grid or village"):
        add_visitors(called, 1, TOURISTS, NOW)


def test_missing_visitors_get_a_door_task_at_once(called: Transaction) -> None:
    """Visitors have no phone number, so the village's grid officer is sent."""
    connection = called.connection
    add_visitors(called, 1, TOURISTS, after(1))
    assert entry(connection).position.next_at == after(1)
    while follow_households(called, after(1)):
        pass
    task = pending(connection, [(1, LAST)])[1, LAST]
    assert (task.officer, task.cause) == ("grid", Cause.CANNOT_BE_REACHED)


@pytest.mark.parametrize(("report", "ends"), [(Report.EVACUATED, True), (Report.NOT_HOME, False)])
def test_evidence_on_visitors_counts_like_other_evidence(
    called: Transaction, report: Report, ends: bool
) -> None:
    code = add_visitors(called, 1, TOURISTS, NOW)
    item = NewEvidence(1, code, NOW, NOW, Rung.OFFICER, "grid", report, None, "officer", "visitors")
    (standing,) = record_evidence(called, [item])
    assert standing is not None
    assert (standing.people.evacuated == 3) is ends
    assert (entry(called.connection).position.next_at is None) is ends
    called.flush()
    assert verify(called.connection).differences == ()
