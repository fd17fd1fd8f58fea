"""The route for the next steps: officers, phone numbers, and scope."""

from typing import Any

import pytest
from sqlalchemy import update

from alerting.officer_calls.tables import officer_calls
from tests.support.city import NOW, QIANFO, officer_phone
from tests.support.running import Running


async def not_woken(service: Running, caller: str) -> Any:
    _, body = await service.get("/api/alerts/1/next-steps", caller)
    return next(step for step in body["steps"] if step["reason"] == "officers_not_woken")


@pytest.fixture
async def silent(service: Running) -> Running:
    """Return a service with an alert whose grid officer did not respond to calls."""
    await service.raised("commander", QIANFO)
    called = update(officer_calls).where(officer_calls.c.officer == "grid")
    await service.change(called.values(told_above_at=NOW, steps_done=99, next_at=None))
    return service


async def test_step_shows_the_officer_and_their_phone_number(
    silent: Running,
) -> None:
    step = await not_woken(silent, "commander")
    assert step["officer"] == {
        "id": "grid",
        "name": "officer grid",
        "division": QIANFO,
        "phone": officer_phone("grid"),
    }
    assert (await not_woken(silent, "city-duty"))["officer"]["phone"] == officer_phone("grid")


async def test_steps_of_an_alert_elsewhere_are_not_found(service: Running) -> None:
    await service.raised("commander", QIANFO)
    assert (await service.get("/api/alerts/1/next-steps", "next-grid"))[0] == 404
