"""The nightly check runs once, in the small hours, and never during an actual alert."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from alerting.ledger.tables import alerts
from alerting.readiness.look import ReadinessWatch, is_due
from alerting.readiness.tables import readiness_places
from tests.support.city import POLICY, QIANFO
from tests.support.running import TickingClock, Workplace, workplace

NIGHT = datetime(2026, 8, 28, 19, 0, tzinfo=UTC)
"""Three o'clock at night in Shanghai."""
DAY = NIGHT + timedelta(hours=9)


@pytest.mark.parametrize(
    ("last", "now", "due"),
    [
        (None, NIGHT, True),
        (None, DAY, False),
        (NIGHT - timedelta(hours=23), NIGHT, True),
        (NIGHT - timedelta(hours=1), NIGHT, False),
        (NIGHT - timedelta(hours=23), DAY, False),
    ],
)
def test_check_is_due_once_each_night(last: datetime | None, now: datetime, due: bool) -> None:
    assert is_due(last, POLICY, now) is due


def looks(work: Workplace) -> int:
    return len(work.rows(select(readiness_places.c.at).distinct()))


async def test_only_one_of_two_processes_stores_the_nightly_check(database_url: str) -> None:
    async with workplace(database_url, TickingClock(NIGHT)) as work:
        watches = [ReadinessWatch(work.runtime) for _ in range(2)]
        assert [await each.look_if_due() for each in watches] == [True, False]
        assert looks(work) == 1


async def test_check_waits_for_the_end_of_an_actual_alert(database_url: str) -> None:
    async with workplace(database_url, TickingClock(NIGHT)) as work:
        await work.raised("commander", QIANFO)
        actual = update(alerts).values(status="Actual")
        await work.runtime.ledger.write(lambda transaction: transaction.connection.execute(actual))
        assert not await ReadinessWatch(work.runtime).look_if_due()
        assert looks(work) == 0


async def test_check_does_not_wait_for_the_end_of_an_exercise(database_url: str) -> None:
    async with workplace(database_url, TickingClock(NIGHT)) as work:
        await work.raised("commander", QIANFO, status="Exercise")
        assert await ReadinessWatch(work.runtime).look_if_due()
