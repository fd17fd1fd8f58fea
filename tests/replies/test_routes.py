"""The review queue over HTTP: scope, masked phones and settlement."""

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
        "media": [],
    }
    assert await service.get("/api/texts", "next-grid") == (200, [])


@pytest.mark.parametrize(
    ("caller", "sender"), [("city-duty", MASKED), ("county-duty", PHONE), ("commander", PHONE)]
)
async def test_phone_is_masked_for_officers_above_the_county(
    service: Running, caller: str, sender: str
) -> None:
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


async def test_invalid_settlement_is_refused(service: Running, subtests: pytest.Subtests) -> None:
    sid = await waiting(service)
    refused: list[tuple[dict[str, object], int]] = [
        ({"report": "missed_roll_call"}, 422),
        ({"report": "evacuated", "people": -1}, 422),
        ({"report": "evacuated", "household": "12"}, 422),
        ({"reprot": "evacuated"}, 422),
        ({"report": "evacuated", "alert": 9}, 404),
    ]
    for body, status in refused:
        with subtests.test(str(body)):
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


LINK = "https://api.twilio.com/2010-04-01/Accounts/AC0/Messages/MM1/Media/ME1"


async def pictured(service: Running, sender: str, body: str = "", **media: str) -> None:
    fields = {"MessageSid": message_id(), "From": sender, "Body": body, **media}
    assert (await service.form("/twilio/sms", fields))[0] == 200


async def test_picture_without_words_comes_first_with_its_link(service: Running) -> None:
    await waiting(service)
    media = {"NumMedia": "2", "MediaUrl0": LINK, "MediaUrl1": "javascript:alert(1)"}
    await pictured(service, household_phone(QIANFO, 4), " ", **media)
    _, texts = await service.get("/api/texts", "grid")
    assert [text["household"][-4:] for text in texts] == ["0004", "0003"]
    assert texts[0]["reason"] == "a picture without words"
    assert texts[0]["media"] == [LINK]


@pytest.mark.parametrize("body", ["STOP", "1", "救命"])
async def test_words_beside_a_picture_are_read(service: Running, body: str) -> None:
    await service.raised("informant", QIANFO)
    await pictured(service, PHONE, body, MediaUrl0=LINK)
    _, texts = await service.get("/api/texts", "grid")
    assert texts == []


async def test_strangers_picture_waits_even_without_an_open_alert(service: Running) -> None:
    await pictured(service, "+8610000000077", MediaUrl0=LINK)
    _, (text,) = await service.get("/api/texts", "county-duty")
    assert (text["household"], text["media"]) == (None, [LINK])
