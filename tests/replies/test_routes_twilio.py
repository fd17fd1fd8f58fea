"""Twilio's callbacks are refused without a valid signature, and stored before the response."""

import asyncio

import aiohttp
import pytest
from sqlalchemy import func, select
from twilio.request_validator import RequestValidator

from alerting.deliveries.tables import attempts, deliveries, receipts, texts
from alerting.ledger.tables import alerts
from alerting.policy.sections import Channel
from alerting.replies.tables import inbound
from alerting.roll.tables import evidence, roll
from tests.support.city import (
    QIANFO,
    headcount,
    household_code,
    household_phone,
    officer_phone,
)
from tests.support.confirmations import answered
from tests.support.gateway import TOKEN
from tests.support.running import Running, message_id

PHONE = household_phone(QIANFO, 3)
SENT = select(deliveries.c.state).where(deliveries.c.channel == Channel.SMS).distinct()


async def all_delivered(service: Running) -> None:
    await service.until(SENT, lambda rows: rows == [("delivered",)])


def bodies_to(service: Running, phone: str) -> list[str]:
    return [text["body"] for text in service.gateway.taken(service.sender) if text["to"] == phone]


async def test_evidence_is_committed_before_the_response(service: Running) -> None:
    await service.raised("informant", QIANFO)
    fields = {"MessageSid": message_id(), "From": PHONE, "Body": "1"}
    status, answer = await service.form("/twilio/sms", fields)
    assert (status, answer) == (200, "<Response/>")
    stands = select(roll.c.standing).where(roll.c.household == household_code(QIANFO, 3))
    assert service.rows(stands) == [("evacuated",)]


@pytest.mark.sends
async def test_call_for_help_is_answered_by_text(service: Running) -> None:
    await service.raised("informant", QIANFO)
    await service.text(PHONE, "２")
    await all_delivered(service)
    assert len(bodies_to(service, PHONE)) == 2
    assert "求助收到" in bodies_to(service, PHONE)[1]
    _, body = await service.get("/api/alerts/1", "commander")
    assert body["not_clear"][1] == {"reason": "help_open", "number": 1}


async def test_concurrent_posts_of_one_text_count_once(service: Running) -> None:
    await service.raised("informant", QIANFO)
    sid = message_id()
    await asyncio.gather(*(service.text(PHONE, "1 2", sid) for _ in range(6)))
    assert service.rows(select(func.count()).select_from(inbound)) == [(1,)]
    assert service.rows(select(func.count()).select_from(evidence)) == [(1,)]


@pytest.mark.sends
async def test_informants_text_raises_and_is_answered(service: Running) -> None:
    phone = officer_phone("informant")
    await service.text(phone, "滑坡 后山裂缝变宽")
    await all_delivered(service)
    ((number,),) = service.rows(select(alerts.c.number))
    (call, raised) = sorted(bodies_to(service, phone), key=lambda body: f"#{number}" in body)
    people = sum(headcount(n) for n in range(1, 11))
    assert f"预警#{number}已发出：10户{people}人" in raised
    assert "叫应：" in call
    await service.text(phone, "滑坡 又垮了一块")
    await service.text(officer_phone("grid"), "landslide")
    assert service.rows(select(func.count()).select_from(alerts)) == [(1,)]


async def test_texts_of_strangers_and_questions_raise_no_alert(service: Running) -> None:
    await service.text("+8610001234567", "滑坡")
    await service.text(PHONE, "滑坡 房子垮了")
    await service.text(officer_phone("informant"), "滑坡了吗")
    await service.text(officer_phone("informant"), "没有滑坡")
    assert service.rows(select(alerts)) == []
    assert service.rows(select(func.count()).select_from(inbound)) == [(4,)]


async def test_officers_bare_1_confirms(service: Running) -> None:
    await service.raised("informant", QIANFO)
    await service.hand_over()
    await service.text(officer_phone("commander"), "1")
    assert answered(service) == [(1, "commander", "sms")]


async def test_wrong_signature_is_refused(service: Running) -> None:
    await service.raised("informant", QIANFO)
    fields = {"MessageSid": message_id(), "From": PHONE, "Body": "1"}
    right = RequestValidator(TOKEN).compute_signature(f"{service.url}/twilio/sms", fields)
    for path, sent, signature in [
        ("/twilio/sms", fields, "invented"),
        ("/twilio/sms", fields | {"Body": "2"}, right),
        ("/twilio/sms?a=b", fields, right),
        ("/twilio/status?attempt=x", fields, right),
        ("/twilio/status", {}, "invented"),
    ]:
        status, answer = await service.form(path, sent, signature)
        assert (status, "X-Twilio-Signature" in answer) == (403, True)
    async with service.session.post(f"{service.url}/twilio/sms", data=b"\xff\xfe=%ff") as refused:
        assert refused.status == 403
    assert service.rows(select(inbound)) == []


async def test_request_with_shifted_field_boundaries_is_refused(service: Running) -> None:
    """The signature covers names and values without separators."""
    await service.raised("informant", QIANFO)
    sid = message_id()
    forged = f"SM{'f' * 32}"
    sent = {"Body": "1", "From": PHONE, "MessageSid": sid, "To": "+8610009999999"}
    written = {**sent, "Body": f"1From{PHONE}MessageSid{forged}Zz"}
    for fields, joined in (
        (sent, {"Body": "1", "From": PHONE, "MessageSid": f"{sid}To{sent['To']}"}),
        (
            written,
            {
                "Body": "1",
                "From": PHONE,
                "MessageSid": forged,
                "Zz": f"From{PHONE}MessageSid{sid}To{sent['To']}",
            },
        ),
    ):
        right = RequestValidator(TOKEN).compute_signature(f"{service.url}/twilio/sms", fields)
        assert (await service.form("/twilio/sms", joined, right))[0] == 422
        assert service.rows(select(inbound)) == []


async def test_missing_field_is_named(service: Running) -> None:
    for fields, said in [
        ({"From": PHONE, "Body": "1"}, "MessageSid"),
        ({"MessageSid": message_id(), "Body": "1"}, "From"),
    ]:
        status, answer = await service.form("/twilio/sms", fields)
        assert (status, said in answer) == (422, True)
    status, _ = await service.form(
        "/twilio/status", {"MessageSid": message_id(), "MessageStatus": "sent"}
    )
    assert status == 422


async def test_text_without_body_is_empty(service: Running) -> None:
    await service.raised("informant", QIANFO)
    assert (await service.form("/twilio/sms", {"MessageSid": message_id(), "From": PHONE}))[
        0
    ] == 200
    assert service.rows(select(inbound.c.body, inbound.c.intent)) == [("", "unclear")]


async def token_of(service: Running, phone: str) -> str:
    rows = service.rows(
        select(attempts.c.token)
        .join(deliveries, deliveries.c.id == attempts.c.delivery)
        .where(deliveries.c.number == phone)
    )
    return str(rows[0][0])


@pytest.mark.sends
async def test_receipts_in_any_order_have_the_same_result(service: Running) -> None:
    await service.raised("informant", QIANFO)
    await all_delivered(service)
    token = await token_of(service, PHONE)
    before = service.rows(select(func.count()).select_from(receipts))[0][0]
    for status in ("sent", "queued", "undelivered", "delivered", "sent"):
        fields = {"MessageSid": message_id(), "MessageStatus": status, "ErrorCode": "30003"}
        assert (await service.form(f"/twilio/status?attempt={token}", fields))[0] == 204
    assert service.rows(SENT) == [("delivered",)]
    assert service.rows(select(func.count()).select_from(receipts)) == [(before + 5,)]


@pytest.mark.sends
async def test_foreign_receipts_are_refused(service: Running) -> None:
    await service.raised("informant", QIANFO)
    await all_delivered(service)
    fields = {"MessageSid": message_id(), "MessageStatus": "sent"}
    assert (await service.form("/twilio/status?attempt=invented", fields))[0] == 404
    token = await token_of(service, PHONE)
    unknown = fields | {"MessageStatus": "teleported"}
    status, answer = await service.form(f"/twilio/status?attempt={token}", unknown)
    assert (status, "teleported" in answer) == (422, True)


async def test_concurrent_answers_are_all_recorded(service: Running) -> None:
    await service.raised("informant", QIANFO)
    phones = [household_phone(QIANFO, n) for n in range(1, 10)]
    await asyncio.gather(*(service.text(phone, "1") for phone in phones * 20))
    assert service.rows(select(func.count()).select_from(inbound)) == [(180,)]
    _, body = await service.get("/api/alerts/1", "grid")
    assert body["counts"]["households"]["evacuated"] == 9
    status, metrics = await service.get("/metrics", "commander")
    assert status == 200
    assert 'alerting_texts_received_total{intent="evacuated"}' in metrics


async def test_answer_uses_the_replys_language(service: Running) -> None:
    phone = household_phone(QIANFO, 7)
    await service.raised("informant", QIANFO)
    await service.text(phone, "trapped")
    rows = service.rows(select(texts.c.language).where(texts.c.kind == "confirm_help"))
    assert rows == [("en",)]


async def test_get_is_not_allowed(service: Running) -> None:
    async with aiohttp.ClientSession() as stranger:
        for path in ("/twilio/sms", "/twilio/status"):
            async with stranger.get(service.url + path) as answer:
                assert answer.status == 405
