"""The review queue over HTTP: scope, masked phones, and settling once."""

import pytest

from tests.support.city import QIANFO, household_code, household_phone
from tests.support.running import Running, message_id

HOME = household_code(QIANFO, 3)
PHONE = household_phone(QIANFO, 3)
MASKED = f"{PHONE[:-8]}****{PHONE[-4:]}"


async def waiting(service: Running) -> str:
    await service.raised("informant", QIANFO)
    sid = message_id()
    await service.text(PHONE, "今天天气", sid)
    return sid


async def test_waiting_text_is_listed_for_its_division(service: Running) -> None:
    sid = await waiting(service)
    status, (text,) = await service.get("/api/texts", "grid")
    assert status == 200
    assert text.pop("received_at").endswith("Z")
    assert text == {
        "provider_id": sid,
        "sender": PHONE,
        "body": "今天天气",
        "intent": "unclear",
        "reason": "a part is not understood",
        "alert": 1,
        "household": HOME,
        "suspected": False,
    }
    assert await service.get("/api/texts", "next-grid") == (200, [])


@pytest.mark.parametrize(
    ("caller", "sender"), [("city-duty", MASKED), ("county-duty", PHONE), ("commander", PHONE)]
)
async def test_phone_is_masked_above_its_county(service: Running, caller: str, sender: str) -> None:
    await waiting(service)
    _, (text,) = await service.get("/api/texts", caller)
    assert text["sender"] == sender


async def test_text_is_settled_once(service: Running) -> None:
    sid = await waiting(service)
    path = f"/api/texts/{sid}/settle"
    body = {"report": "evacuated", "people": 4, "note": "rang them"}
    for _ in range(2):
        status, answer = await service.post(path, "grid", body)
        assert (status, answer["standing"]["standing"]) == (200, "evacuated")
    assert (await service.post(path, "grid", {}))[0] == 409
    assert await service.get("/api/texts", "grid") == (200, [])
    _, household = await service.get("/api/alerts/1", "grid")
    assert household["counts"]["households"]["evacuated"] == 1


async def test_text_is_dismissed(service: Running) -> None:
    sid = await waiting(service)
    answer = await service.post(f"/api/texts/{sid}/settle", "grid", {"note": "weather"})
    assert answer == (200, {"provider_id": sid, "standing": None})


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"report": "missed_roll_call"}, 422),
        ({"report": "evacuated", "people": -1}, 422),
        ({"report": "evacuated", "household": "12"}, 422),
        ({"reprot": "evacuated"}, 422),
        ({"report": "evacuated", "alert": 9}, 404),
    ],
)
async def test_invalid_settlement_is_refused(
    service: Running, body: dict[str, object], status: int
) -> None:
    sid = await waiting(service)
    assert (await service.post(f"/api/texts/{sid}/settle", "grid", body))[0] == status
    assert len((await service.get("/api/texts", "grid"))[1]) == 1


async def test_hazard_text_is_listed_without_an_open_alert(service: Running) -> None:
    await service.text(PHONE, "滑坡了")
    _, (text,) = await service.get("/api/texts", "commander")
    assert (text["household"], text["reason"]) == (HOME, "hazard_unheard")


async def test_text_from_a_short_code_does_not_wait(service: Running) -> None:
    await service.raised("informant", QIANFO)
    await service.text("10086", "您的话费余额不足")
    assert await service.get("/api/texts", "city-duty") == (200, [])
