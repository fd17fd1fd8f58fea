"""A door task is taken by its officer, or by another officer who goes instead."""

from typing import Any

import pytest
from sqlalchemy import insert, select

from alerting.accounting.report import Finding, report
from alerting.doors.rules import TaskState
from alerting.doors.tables import tasks
from alerting.doors.take import take_task
from alerting.errors import ConflictError, NotFoundError
from alerting.escalation.households import follow_households
from alerting.ledger.tables import events
from alerting.roll.rules.evidence import Report
from contacts.tables import OFFICERS
from tests.support.city import PHONELESS_EVERY, QIANFO, household_code
from tests.support.running import Workplace

HOME = household_code(QIANFO, PHONELESS_EVERY)


async def door_of(work: Workplace) -> int:
    """Raise an alert, and open the door task of the household without a phone; return its id."""
    alert = (await work.raised("grid", QIANFO)).alert
    await work.runtime.ledger.write(lambda tx: follow_households(tx, alert.sent))
    return int(task_rows(work)[0].id)


def task_rows(work: Workplace) -> list[Any]:
    return work.rows(select(tasks).order_by(tasks.c.id))


async def test_assigned_officer_takes_the_task(work: Workplace) -> None:
    taken = await take_task(work.runtime, work.somebody("grid"), await door_of(work))
    assert (taken.task.state, taken.task.officer) == (TaskState.TAKEN, "grid")
    assert taken.task.taken_at is not None
    assert (taken.head, taken.headcount, taken.phone) == ("住户0010", 3, None)
    (logged,) = work.rows(select(events).where(events.c.kind == "task.taken"))
    assert logged.subject == HOME


async def test_another_officer_takes_the_task_over(work: Workplace) -> None:
    task = await door_of(work)
    taken = await take_task(work.runtime, work.somebody("commander"), task)
    assert taken.task.officer == "commander"
    assert [(row.officer, row.state) for row in task_rows(work)] == [
        ("grid", TaskState.PASSED_ON),
        ("commander", TaskState.TAKEN),
    ]


async def test_task_that_was_passed_on_cannot_be_taken(work: Workplace) -> None:
    task = await door_of(work)
    work.change(
        insert(OFFICERS).values(id="more", name="more", role="grid_officer", division=QIANFO)
    )
    await take_task(work.runtime, work.somebody("commander"), task)
    with pytest.raises(ConflictError, match="passed_on"):
        await take_task(work.runtime, work.somebody("more"), task)


@pytest.mark.parametrize("stranger", ["next-grid", "far-commander", "administrator"])
async def test_task_outside_the_callers_division_is_not_found(
    work: Workplace, stranger: str
) -> None:
    task = await door_of(work)
    with pytest.raises(NotFoundError):
        await take_task(work.runtime, work.somebody(stranger), task)
    with pytest.raises(NotFoundError):
        await take_task(work.runtime, work.somebody("grid"), task + 1)


async def test_done_task_cannot_be_taken(work: Workplace) -> None:
    task = await door_of(work)
    found = Finding(
        household=HOME,
        report=Report.EVACUATED,
        people=None,
        given_at=None,
        note="",
        key="key-0001",
    )
    grid = work.somebody("grid")
    await report(work.runtime, grid, task_rows(work)[0].alert, found)
    with pytest.raises(ConflictError, match="done"):
        await take_task(work.runtime, grid, task)
