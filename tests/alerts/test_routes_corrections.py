"""Cancel, update and all-clear over HTTP, while texts are being sent."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from alerting.cap.lifecycle import AlertState
from alerting.deliveries.tables import deliveries
from alerting.ledger.tables import alerts
from tests.support.city import QIANFO
from tests.support.running import Json, Running

pytestmark = pytest.mark.sends

UNSETTLED = select(deliveries.c.id).where(
    deliveries.c.channel == "sms", deliveries.c.state.in_(["queued", "sending", "unknown"])
)
REASON = {"reason": "a false alarm"}


def nothing(rows: list[Any]) -> bool:
    return not rows


async def sent(service: Running, **changes: Any) -> int:
    """Raise an alert, wait until everybody with a phone was sent a text, and return its id."""
    alert: int = (await service.raised("informant", QIANFO, **changes))["id"]
    await service.until(UNSETTLED, nothing)
    return alert


async def test_cancel_returns_recipients_and_finish(service: Running) -> None:
    alert = await sent(service)
    before = service.runtime.clock.now()
    status, body = await service.post(f"/api/alerts/{alert}/cancel", "commander", REASON)
    assert (status, body["state"]) == (200, "cancelled")
    assert {k: body["correction"][k] for k in ("recipients", "texts")} == {
        "recipients": 14,
        "texts": 14,
    }
    assert datetime.fromisoformat(body["correction"]["predicted_finish"]) > before
    await service.until(UNSETTLED, nothing)
    texts = service.gateway.taken(service.sender)
    originals, corrections = texts[:14], texts[14:]
    assert {t["to"] for t in corrections} == {t["to"] for t in originals}
    assert len(corrections) == 14


async def test_cancel_while_sending_reaches_exactly_the_sent_recipients(service: Running) -> None:
    service.gateway.set_faults({"kind": "delay", "seconds": 0.2})
    alert = (await service.raised("informant", QIANFO))["id"]
    begun = select(deliveries.c.id).where(deliveries.c.state != "queued")
    await service.until(begun, bool)
    status, _ = await service.post(f"/api/alerts/{alert}/cancel", "commander", REASON)
    assert status == 200
    await service.until(UNSETTLED, nothing)
    order: dict[str, list[bool]] = {}
    for text in service.gateway.taken(service.sender):
        order.setdefault(text["to"], []).append("取消" in text["body"] or "NO NEED" in text["body"])
    assert order
    assert set(map(tuple, order.values())) == {(False, True)}


async def test_update_returns_the_updated_alert(service: Running) -> None:
    alert = await sent(service)
    status, body = await service.post(
        f"/api/alerts/{alert}/update", "commander", {"event": "泥石流", "colour": "orange"}
    )
    assert (status, body["event"], body["severity"]) == (200, "泥石流", "Severe")
    assert body["correction"]["texts"] == 14


async def test_all_clear_is_refused_before_the_close(service: Running) -> None:
    alert = await sent(service)
    status, body = await service.post(f"/api/alerts/{alert}/all-clear", "commander")
    assert (status, "open does not allow all_clear" in body["detail"]) == (409, True)
    with service.runtime.database.writer.begin() as connection:
        connection.execute(update(alerts).values(state=AlertState.CLOSED))
    status, body = await service.post(f"/api/alerts/{alert}/all-clear", "commander")
    assert (status, body["state"], body["correction"]["texts"]) == (200, "all_clear", 14)


VERBS: dict[str, Any] = {"cancel": REASON, "update": {"event": "泥石流"}, "all-clear": None}


async def test_refusals_have_the_same_statuses_for_every_verb(
    service: Running, subtests: pytest.Subtests
) -> None:
    alert = await sent(service)
    for verb, body in VERBS.items():
        with subtests.test(verb):
            path = f"/api/alerts/{alert}/{verb}"
            assert (await service.post(path, None, body))[0] == 401
            assert (await service.post(path, "administrator", body))[0] == 403
            assert (await service.post(path, "far-commander", body))[0] == 404
            assert (await service.post(f"/api/alerts/999/{verb}", "commander", body))[0] == 404
    assert (await service.post(f"/api/alerts/{alert}/cancel", "commander", REASON))[0] == 200
    for verb, body in VERBS.items():
        with subtests.test(verb, state="cancelled"):
            path = f"/api/alerts/{alert}/{verb}"
            assert (await service.post(path, "commander", body))[0] == 409


INVALID_BODIES: list[tuple[str, Json, str]] = [
    ("cancel", {}, "reason"),
    ("cancel", {"reason": " "}, "reason"),
    ("update", {}, "changes"),
    ("update", {"event": ""}, "event"),
    ("update", {"status": "Actual"}, "status"),
    ("update", {"area": {"divisions": ["5119"]}}, "area"),
]


async def test_invalid_body_is_refused_by_field(
    service: Running, subtests: pytest.Subtests
) -> None:
    alert = await sent(service)
    for verb, body, field in INVALID_BODIES:
        with subtests.test(str(body), verb=verb):
            status, answer = await service.post(f"/api/alerts/{alert}/{verb}", "commander", body)
            assert status == 422
            assert field in answer["detail"]
