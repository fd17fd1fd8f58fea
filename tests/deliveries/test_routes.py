"""The route that shows the state of sending."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
import pytest_asyncio
from sqlalchemy import func, select, update

from alerting.config import Loops
from alerting.deliveries.tables import deliveries, providers, texts
from tests.support.city import QIANFO
from tests.support.clocks import clock_file
from tests.support.gateway import Gateway
from tests.support.running import Running, running_service

PATH = "/api/alerts/1/sending"
HIGH_NOON = datetime(2026, 8, 29, 4).astimezone()


@pytest_asyncio.fixture
async def still_service(database_url: str, gateway: Gateway) -> AsyncIterator[Running]:
    """A service whose clock is stopped, so that no text waits longer on a slow machine."""
    stopped = clock_file(0)
    async with running_service(database_url, gateway, clock=stopped, loops=Loops.API) as running:
        yield running


async def test_backlog_and_forecast_are_shown(still_service: Running) -> None:
    service = still_service
    await service.raised("informant", QIANFO)
    queued = select(func.sum(texts.c.segments)).join(deliveries, deliveries.c.text == texts.c.id)
    ((segments,),) = service.rows(queued.where(deliveries.c.channel == "sms"))
    status, body = await service.get(PATH, "grid")
    assert status == 200
    assert (body["segments"], body["finishes_late"]) == (segments, False)
    assert datetime.fromisoformat(body["waits_since"]) <= service.runtime.clock.now()
    at_once = timedelta(seconds=segments / service.runtime.policy.sending.segments_per_second)
    assert datetime.fromisoformat(body["predicted_finish"]) <= service.runtime.clock.now() + at_once
    long_ago = service.runtime.clock.now() - timedelta(hours=1)
    await service.change(update(deliveries).values(due_at=long_ago))
    late = (await service.get(PATH, "grid"))[1]
    assert late["finishes_late"] is True
    assert datetime.fromisoformat(late["waits_since"]) == long_ago


@pytest.mark.sends
async def test_down_provider_is_shown(service: Running) -> None:
    await service.raised("informant", QIANFO)
    await service.change(
        update(providers)
        .where(providers.c.name == "twilio-voice")
        .values(condition="down", since=HIGH_NOON)
    )
    _, body = await service.get(PATH, "commander")
    shown = {one["name"]: one for one in body["providers"]}
    assert shown["twilio"]["condition"] == "up"
    assert shown["twilio-voice"]["condition"] == "down"
    assert datetime.fromisoformat(shown["twilio-voice"]["since"]) == HIGH_NOON


async def test_sending_of_an_alert_outside_the_callers_division_is_refused(
    service: Running,
) -> None:
    await service.raised("informant", QIANFO)
    assert (await service.get(PATH, None))[0] == 401
    assert (await service.get(PATH, "far-commander"))[0] == 404
