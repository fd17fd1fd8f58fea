"""Door tasks are counted by village, officer and state."""

from datetime import timedelta

from sqlalchemy import Engine

from alerting.doors.listing import DoorCount, count_doors
from alerting.doors.rules import Cause, TaskState
from alerting.doors.tasks import Door, assign, mark_taken, pending
from alerting.ledger.writer import Transaction
from tests.support.alert_rows import stored_alert
from tests.support.city import (
    FAR_TOWN,
    NEXT_VILLAGE,
    NOW,
    POLICY,
    QIANFO,
    TOWN,
    after,
    found_city,
    household_code,
)


def door(village: str, number: int, officer: str | None) -> Door:
    home = household_code(village, number)
    due_at = NOW + timedelta(minutes=number)
    return Door(1, home, village, officer, Cause.SILENT, due_at)


def sent(engine: Engine) -> None:
    """Open three tasks in Qianfo and an unassigned task in the next village.

    One of Qianfo's tasks is then taken, and another is handed on.
    """
    with engine.begin() as connection:
        found_city(connection)
        stored_alert(connection)
        transaction = Transaction(connection, POLICY)
        doors = [door(QIANFO, n, "grid") for n in (3, 4, 5)]
        assign(transaction, [*doors, door(NEXT_VILLAGE, 1, None)], after(1))
        key = 1, household_code(QIANFO, 4)
        mark_taken(transaction, pending(connection, [key])[key], after(2))
        assign(transaction, [door(QIANFO, 5, "commander")], after(3))
        transaction.flush()


def test_counts_are_by_village_officer_and_state(engine: Engine) -> None:
    sent(engine)
    with engine.begin() as connection:
        found = count_doors(connection, 1, TOWN)
    in_qianfo = [one for one in found if one.division == QIANFO]
    named = "officer commander", "officer grid"
    assert in_qianfo == [
        DoorCount(QIANFO, "commander", named[0], TaskState.OPEN, 1, NOW + timedelta(minutes=5)),
        DoorCount(QIANFO, "grid", named[1], TaskState.OPEN, 1, NOW + timedelta(minutes=3)),
        DoorCount(QIANFO, "grid", named[1], TaskState.PASSED_ON, 1, NOW + timedelta(minutes=5)),
        DoorCount(QIANFO, "grid", named[1], TaskState.TAKEN, 1, NOW + timedelta(minutes=4)),
    ]
    assert [one for one in found if one.division != QIANFO] == [
        DoorCount(NEXT_VILLAGE, None, None, TaskState.OPEN, 1, NOW + timedelta(minutes=1))
    ]


def test_counts_cover_only_the_given_division_and_alert(engine: Engine) -> None:
    sent(engine)
    with engine.begin() as connection:
        assert {one.division for one in count_doors(connection, 1, QIANFO)} == {QIANFO}
        assert count_doors(connection, 1, FAR_TOWN) == []
        assert count_doors(connection, 2, TOWN) == []
