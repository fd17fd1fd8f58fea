"""Officers hand on their door tasks, and commanders send officers to doors."""

import pytest
from sqlalchemy import select

from alerting.doors.rules import Cause, TaskState
from alerting.doors.tables import tasks
from alerting.doors.take import hand_on
from alerting.errors import ForbiddenError, InvalidError, NotFoundError
from alerting.escalation.households import follow_households
from tests.support.city import NEXT_VILLAGE, PHONELESS_EVERY, QIANFO, household_code
from tests.support.running import Workplace

PHONELESS = household_code(QIANFO, PHONELESS_EVERY)
HOME = household_code(QIANFO, 3)


async def raised(work: Workplace) -> int:
    """Raise an alert that gives the grid officer one door task; return the alert's id.

    The task is for the household without a phone.
    """
    alert = (await work.raised("grid", QIANFO)).alert
    await work.runtime.ledger.write(lambda tx: follow_households(tx, alert.sent))
    return alert.id


def doors(work: Workplace, household: str) -> list[tuple[str, str, str]]:
    rows = work.rows(select(tasks).where(tasks.c.household == household).order_by(tasks.c.id))
    return [(row.officer, row.cause, row.state) for row in rows]


async def test_officer_hands_on_their_own_task(work: Workplace) -> None:
    alert = await raised(work)
    handed = await hand_on(work.runtime, work.somebody("grid"), alert, PHONELESS, "commander")
    assert handed.task.officer == "commander"
    assert doors(work, PHONELESS) == [
        ("grid", Cause.CANNOT_BE_REACHED, TaskState.PASSED_ON),
        ("commander", Cause.HANDED_ON, TaskState.OPEN),
    ]


async def test_commander_sends_an_officer_before_the_ladder_does(work: Workplace) -> None:
    alert = await raised(work)
    await hand_on(work.runtime, work.somebody("commander"), alert, HOME, "grid")
    assert doors(work, HOME) == [("grid", Cause.HANDED_ON, TaskState.OPEN)]


async def test_assigning_the_same_officer_again_changes_nothing(work: Workplace) -> None:
    alert = await raised(work)
    for _ in range(2):
        await hand_on(work.runtime, work.somebody("commander"), alert, PHONELESS, "grid")
    assert len(doors(work, PHONELESS)) == 1


async def test_officer_cannot_hand_on_another_officers_task(work: Workplace) -> None:
    alert = await raised(work)
    with pytest.raises(ForbiddenError, match="send somebody"):
        await hand_on(work.runtime, work.somebody("grid"), alert, HOME, "commander")
    for stranger, home in [("next-grid", HOME), ("commander", household_code(NEXT_VILLAGE, 3))]:
        with pytest.raises(NotFoundError):
            await hand_on(work.runtime, work.somebody(stranger), alert, home, "grid")


@pytest.mark.parametrize("other", ["nobody", "next-grid", "administrator"])
async def test_task_cannot_go_to_an_officer_who_may_not_report(work: Workplace, other: str) -> None:
    alert = await raised(work)
    with pytest.raises(InvalidError) as refused:
        await hand_on(work.runtime, work.somebody("commander"), alert, HOME, other)
    assert refused.value.field == "officer"
    assert doors(work, HOME) == []
