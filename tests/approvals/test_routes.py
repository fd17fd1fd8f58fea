"""Approvals over HTTP: requested by raising or widening, listed, approved and declined."""

import asyncio
import json
from typing import Any

from sqlalchemy import func, select
from websockets.asyncio.client import connect

from alerting.approvals.tables import approvals
from alerting.ledger.tables import alerts
from tests.support.approvals import look_next_door, on_roll
from tests.support.city import COUNTY, FAR_TOWN, NEXT_VILLAGE, QIANFO, TOWN, headcount
from tests.support.patience import PATIENCE_SECONDS
from tests.support.running import Running, request_for

PEOPLE = sum(headcount(n) for n in range(1, 11))


async def decided(service: Running, caller: str, word: str, approval: int = 1) -> tuple[int, Any]:
    return await service.post(f"/api/approvals/{approval}/{word}", caller)


async def test_raise_returns_the_waiting_area(service: Running) -> None:
    body = await service.raised("informant", QIANFO, NEXT_VILLAGE)
    assert body["divisions"] == [QIANFO]
    assert body["reached"]["households"] == 10
    (waiting,) = body["approvals"]
    assert waiting["divisions"] == [NEXT_VILLAGE]
    assert (waiting["cause"], waiting["state"]) == ("wider_area", "waiting")
    assert (waiting["asked"], waiting["asked_by"]) == (TOWN, "informant")
    assert waiting["passes_at"] > waiting["asked_at"]
    assert (waiting["decided_by"], waiting["decided_at"]) == (None, None)


async def test_repeated_key_gives_one_alert_and_one_approval(service: Running) -> None:
    request, key = request_for(QIANFO, NEXT_VILLAGE), {"Idempotency-Key": "key-of-the-phone"}
    answers = await asyncio.gather(
        *(service.post("/api/alerts", "informant", request, **key) for _ in range(5))
    )
    assert sorted(status for status, _ in answers) == [200] * 4 + [201]
    assert {each["id"] for _, body in answers for each in body["approvals"]} == {1}
    for table in (alerts, approvals):
        assert service.rows(select(func.count()).select_from(table)) == [(1,)]


async def test_preview_shows_the_waiting_area(service: Running) -> None:
    path = "/api/alerts/preview"
    status, body = await service.post(path, "informant", request_for(QIANFO, NEXT_VILLAGE))
    assert (status, body["households"]) == (200, 10)
    assert body["waits_for_approval"] == [NEXT_VILLAGE]
    _, body = await service.post(path, "commander", request_for(TOWN))
    assert (body["households"], body["waits_for_approval"]) == (20, [])
    assert service.rows(select(func.count()).select_from(approvals)) == [(0,)]


async def test_widen_asks_for_approval(service: Running) -> None:
    await service.raised("informant", QIANFO)
    await look_next_door(service)
    area = {"area": {"divisions": [FAR_TOWN]}}
    for _ in range(2):
        status, body = await service.post("/api/alerts/1/widen", "grid", area)
        assert (status, body["reached"]) == (200, None)
        waiting = [(each["cause"], each["divisions"]) for each in body["approvals"]]
        assert waiting == [("adjacent_villages", [NEXT_VILLAGE]), ("wider_area", [FAR_TOWN])]


async def test_approved_area_is_alerted(service: Running) -> None:
    await service.raised("informant", QIANFO, NEXT_VILLAGE)
    status, body = await decided(service, "commander", "approve")
    assert status == 200
    assert (body["state"], body["decided_by"], body["passes_at"]) == ("approved", "commander", None)
    assert (body["reached"]["households"], body["reached"]["people"]) == (10, PEOPLE)
    assert body["reached"]["predicted_finish"] >= body["decided_at"]
    status, body = await decided(service, "county-duty", "approve")
    assert (status, body["state"], body["reached"]) == (200, "approved", None)
    status, body = await decided(service, "county-duty", "decline")
    assert (status, "cancel or update the alert" in body["detail"]) == (409, True)


async def test_declined_area_is_not_alerted(service: Running) -> None:
    await service.raised("informant", QIANFO, NEXT_VILLAGE)
    for _ in range(2):
        status, body = await decided(service, "commander", "decline")
        assert (status, body["state"], body["reached"]) == (200, "declined", None)
    assert (await decided(service, "commander", "approve"))[0] == 409
    assert on_roll(service, NEXT_VILLAGE) == 0


async def test_officers_who_may_not_decide_are_refused(service: Running) -> None:
    await service.raised("informant", QIANFO, COUNTY)
    for caller, word, status, said in [
        ("informant", "approve", 403, "informant"),
        ("grid", "decline", 403, "grid_officer"),
        ("commander", "approve", 403, "higher tier"),
        ("far-commander", "approve", 404, "no approval 1"),
        ("next-grid", "decline", 404, "no approval 1"),
    ]:
        got, body = await decided(service, caller, word)
        assert (got, said in body["detail"]) == (status, True), (caller, body)
    assert (await decided(service, "city-duty", "approve", 99))[0] == 404
    assert (await decided(service, "city-duty", "approve", 2**31))[0] == 422
    assert on_roll(service, NEXT_VILLAGE) == 0


async def test_decision_on_a_cancelled_alert_is_refused(service: Running) -> None:
    await service.raised("informant", QIANFO, NEXT_VILLAGE)
    assert (await service.post("/api/alerts/1/cancel", "commander", {"reason": "误报"}))[0] == 200
    for word in ("approve", "decline"):
        status, body = await decided(service, "commander", word)
        assert (status, "no longer open" in body["detail"]) == (409, True)
    assert on_roll(service, NEXT_VILLAGE) == 0


async def test_waiting_approvals_are_listed_first(service: Running) -> None:
    await service.raised("informant", QIANFO)
    await look_next_door(service)
    await decided(service, "commander", "decline")
    await service.post("/api/alerts/1/widen", "informant", {"area": {"divisions": [FAR_TOWN]}})
    for caller, states in [
        ("informant", ["waiting", "declined"]),
        ("city-duty", ["waiting", "declined"]),
        ("far-commander", ["waiting"]),
    ]:
        status, listed = await service.get("/api/alerts/1/approvals", caller)
        assert (status, [each["state"] for each in listed]) == (200, states), caller
        assert listed[0]["asked_by_name"] == "officer informant"
        assert [each["decided_by_name"] for each in listed] == [None, "officer commander"][
            : len(states)
        ]
    for path, caller in [("1", "next-grid"), ("7", "city-duty")]:
        assert (await service.get(f"/api/alerts/{path}/approvals", caller))[0] == 404


async def test_asked_officer_gets_the_request_by_websocket_at_once(service: Running) -> None:
    url = service.url.replace("http", "ws") + "/api/inbox"
    headers = {"Authorization": f"Bearer {service.tokens['far-commander']}"}
    async with (
        connect(url, additional_headers=headers) as socket,
        asyncio.timeout(PATIENCE_SECONDS),
    ):
        await service.raised("informant", QIANFO, FAR_TOWN)
        message = json.loads(await socket.recv())
    assert message["alert"] == 1
    assert "批准或否决" in message["text"]
    assert "远镇" in message["text"]
