"""An officer's exercises are bounded by the hour; actual alerts and other officers are not."""

from datetime import timedelta

import pytest

from alerting.alerts.quota import MOST_EXERCISES
from alerting.errors import TooManyError
from alerting.ledger.tables import alerts
from alerting.runtime import Clock
from tests.support.city import QIANFO
from tests.support.running import Running, Workplace, request_for, workplace


@pytest.fixture
async def rehearsed(work: Workplace) -> Workplace:
    """A place where one officer has raised as many exercises as are allowed."""
    for _ in range(MOST_EXERCISES):
        await work.raised("commander", QIANFO)
    return work


async def test_further_exercise_is_refused(rehearsed: Workplace) -> None:
    for status in ("Exercise", "Test"):
        with pytest.raises(TooManyError, match="an actual alert is never held back"):
            await rehearsed.raised("commander", QIANFO, status=status)


async def test_other_officer_still_rehearses(rehearsed: Workplace) -> None:
    raised = await rehearsed.raised("county-duty", QIANFO)
    assert raised.alert.id == MOST_EXERCISES + 1


async def test_exercises_of_an_earlier_hour_do_not_count(rehearsed: Workplace) -> None:
    earlier = rehearsed.runtime.clock.now() - timedelta(hours=1)
    rehearsed.change(alerts.update().values(sent=earlier))
    raised = await rehearsed.raised("commander", QIANFO)
    assert raised.reached is not None


async def test_repeated_request_is_accepted_still(service: Running) -> None:
    body = request_for(QIANFO)
    key = {"Idempotency-Key": "key-of-the-phone"}
    status, first = await service.post("/api/alerts", "commander", body, **key)
    assert status == 201
    for _ in range(MOST_EXERCISES - 1):
        await service.raised("commander", QIANFO)
    status, again = await service.post("/api/alerts", "commander", body, **key)
    assert (status, again["id"]) == (200, first["id"])
    status, refused = await service.post("/api/alerts", "commander", request_for(QIANFO))
    assert (status, refused["code"]) == (429, "too_many_requests")


async def test_actual_alert_is_never_held_back(database_url: str) -> None:
    async with workplace(database_url, Clock()) as work:
        for _ in range(MOST_EXERCISES):
            await work.raised("commander", QIANFO)
        raised = await work.raised("commander", QIANFO, status="Actual")
    assert raised.reached is not None
