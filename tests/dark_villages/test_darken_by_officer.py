"""A commander may declare a village dark, and then every household gets a door task."""

import pytest
from sqlalchemy import select

from alerting.alerts.correct import cancel
from alerting.dark_villages.darken import send_to_doors
from alerting.dark_villages.tables import dark_villages
from alerting.doors.tables import tasks
from alerting.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from alerting.escalation.households import follow_households
from tests.support.city import NEXT_VILLAGE, QIANFO, TOWN
from tests.support.running import Workplace


async def test_every_household_of_the_village_gets_a_door_task(work: Workplace) -> None:
    alert = (await work.raised("commander", TOWN)).alert
    for _ in range(2):
        await send_to_doors(work.runtime, work.somebody("commander"), alert.id, QIANFO)
    now = work.runtime.clock.now()
    await work.runtime.ledger.write(lambda tx: follow_households(tx, now))
    doors = [row.division for row in work.rows(select(tasks))]
    assert (doors.count(QIANFO), doors.count(NEXT_VILLAGE)) == (10, 1)
    (dark,) = work.rows(select(dark_villages))
    assert (dark.division, dark.found_by) == (QIANFO, "commander")


@pytest.mark.parametrize(
    ("caller", "division", "error"),
    [
        ("grid", QIANFO, ForbiddenError),
        ("commander", TOWN, InvalidError),
        ("commander", NEXT_VILLAGE, InvalidError),
        ("far-commander", QIANFO, NotFoundError),
    ],
)
async def test_invalid_caller_or_division_is_refused(
    work: Workplace, caller: str, division: str, error: type[Exception]
) -> None:
    alert = (await work.raised("grid", QIANFO)).alert
    with pytest.raises(error):
        await send_to_doors(work.runtime, work.somebody(caller), alert.id, division)
    assert work.rows(select(dark_villages)) == []


async def test_declaration_is_refused_once_the_alert_is_over(work: Workplace) -> None:
    alert = (await work.raised("grid", QIANFO)).alert
    commander = work.somebody("commander")
    await cancel(work.runtime, commander, alert.id, "false alarm")
    with pytest.raises(ConflictError):
        await send_to_doors(work.runtime, commander, alert.id, QIANFO)
