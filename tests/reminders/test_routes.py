"""Reminders over HTTP: GET counts the households; POST texts them, once per idempotency key."""

from datetime import datetime

import pytest
from sqlalchemy import select

from alerting.deliveries.tables import deliveries, texts
from tests.support.city import NEXT_VILLAGE, QIANFO
from tests.support.running import Running

KEY = {"Idempotency-Key": "0123456789abcdef"}
REMINDERS = (
    select(deliveries.c.recipient)
    .join(texts, texts.c.id == deliveries.c.text)
    .where(texts.c.kind == "reminder")
)
WAITING = select(deliveries.c.id).where(
    deliveries.c.state == "queued", deliveries.c.channel == "sms"
)


@pytest.mark.sends
async def test_non_responders_are_counted_then_texted_once(service: Running) -> None:
    alert = (await service.raised("informant", QIANFO))["id"]
    await service.until(WAITING, lambda rows: not rows)
    path = f"/api/alerts/{alert}/send-again"
    status, told = await service.get(path, "commander", division=QIANFO)
    assert status == 200
    assert (told["households"], told["people"], told["unreachable"]) == (9, 22, 1)
    assert datetime.fromisoformat(told["predicted_finish"]).tzinfo is not None
    assert service.rows(REMINDERS) == []
    for _ in range(2):
        status, sent = await service.post(path, "commander", {"division": QIANFO}, **KEY)
        assert (status, sent["households"], sent["segments"]) == (200, 9, told["segments"])
        assert len(service.rows(REMINDERS)) == 9


async def test_unauthorised_officer_is_refused(service: Running) -> None:
    alert = (await service.raised("informant", QIANFO))["id"]
    path = f"/api/alerts/{alert}/send-again"
    body = {"division": QIANFO}
    assert (await service.post(path, "grid", body))[0] == 403
    assert (await service.post(path, "far-commander", body))[0] == 404
    assert (await service.post(path, "commander", {"division": NEXT_VILLAGE}))[0] == 422
    assert (await service.post(path, "commander", {}))[0] == 422
    assert (await service.get(path, "grid", division=QIANFO))[0] == 403
