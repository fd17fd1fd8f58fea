"""The full record of a household."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Connection, Engine, update

from alerting.accounting.evidence import NewEvidence
from alerting.accounting.household import HouseholdRecord, record_of
from alerting.accounting.record import record_evidence
from alerting.accounting.visitors import Visitors
from alerting.accounting.visitors import enrol_visitors as add_visitors
from alerting.doors.rules import Cause
from alerting.doors.tasks import Door, assign
from alerting.errors import NotFoundError
from alerting.ledger.alerts import insert_areas
from alerting.ledger.writer import Transaction
from alerting.roll.enrol import enrol
from alerting.roll.rules.evidence import Report, Rung
from alerting.roll.tallies import add_joined
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
    household_phone,
    somebody,
)

HOME = household_code(QIANFO, 2)
WORD = NewEvidence(
    alert=1,
    household=HOME,
    given_at=after(60),
    recorded_at=after(61),
    rung=Rung.OFFICER,
    given_by="grid",
    report=Report.EVACUATED,
    people=None,
    persons=frozenset({0, 2}),
    channel="officer",
    source="first",
    note="在路口",
)


@pytest.fixture
def called(engine: Engine) -> Iterator[Transaction]:
    """Yield a transaction with Qianfo on the roll of alert 1, which also covers the next village.

    The people of household 2 are known by name.
    """
    with engine.begin() as connection:
        found_city(connection)
        names = update(HOUSEHOLDS).where(HOUSEHOLDS.c.code == HOME)
        connection.execute(names.values(persons="甲;乙;丙"))
        stored_alert(connection)
        insert_areas(connection, 1, [NEXT_VILLAGE], 1)
        enrol(connection, 1, 1, households_in([QIANFO]), POLICY.household, NOW)
        add_joined(connection, 1, 1)
        yield Transaction(connection, POLICY)


def record(connection: Connection, code: str = HOME, caller: str = "commander") -> HouseholdRecord:
    return record_of(connection, 1, code, somebody(connection, caller))


def test_new_record_has_no_evidence_and_everybody_missing(called: Transaction) -> None:
    seen = record(called.connection)
    assert (seen.said, seen.door) == ([], None)
    assert seen.missing == {0, 1, 2}
    assert seen.entry.persons == ("甲", "乙", "丙")
    assert seen.phones == (household_phone(QIANFO, 2),)


def test_evidence_is_ordered_by_when_it_was_given(called: Transaction) -> None:
    earlier = replace(
        WORD, source="late", given_at=after(5), report=Report.NOT_HOME, persons=None, note=""
    )
    record_evidence(called, [WORD, earlier])
    seen = record(called.connection)
    assert [said.evidence.report for said in seen.said] == [Report.NOT_HOME, Report.EVACUATED]
    last = seen.said[-1]
    assert (last.recorded_at, last.channel, last.note) == (after(61), "officer", "在路口")
    assert last.evidence.persons == WORD.persons
    assert seen.missing == {1}


def test_record_includes_the_pending_door_task(called: Transaction) -> None:
    assign(called, [Door(1, HOME, QIANFO, "grid", Cause.SILENT, after(480))], after(480))
    door = record(called.connection).door
    assert door is not None
    assert (door.officer, door.cause, door.due_at) == ("grid", Cause.SILENT, after(480))
    record_evidence(called, [replace(WORD, persons=None)])
    assert record(called.connection).door is None


def test_visitors_have_no_phones(called: Transaction) -> None:
    code = add_visitors(called, 1, Visitors(QIANFO, "游客", 2, "", "grid"), NOW)
    assert record(called.connection, code).phones == ()


@pytest.mark.parametrize(
    ("caller", "code"),
    [
        ("commander", household_code(QIANFO, 99)),
        ("far-commander", HOME),
        ("next-grid", HOME),
    ],
)
def test_household_outside_the_callers_divisions_is_not_found(
    called: Transaction, caller: str, code: str
) -> None:
    with pytest.raises(NotFoundError):
        record(called.connection, code, caller)
