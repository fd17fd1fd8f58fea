"""Tests of a text's path through the gateway: rates, callbacks, replies."""

import asyncio
from datetime import datetime
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException

from tests.drill.gateway.conftest import (
    ACCOUNT,
    SENDER,
    Arrival,
    Receiver,
    RunningGateway,
    StartGateway,
    phone,
)

pytestmark = [
    pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The 'auth' parameter is deprecated:DeprecationWarning"),
]


async def send(gateway: RunningGateway, receiver: Receiver, number: int, **fields: Any) -> str:
    """Create a text whose callbacks go to /status?n=NUMBER, and return its identifier."""
    fields = {"body": "Leave now"} | fields
    created = await gateway.client.messages.create_async(
        to=phone(number),
        from_=SENDER,
        status_callback=f"{receiver.url}/status?n={number}",
        **fields,
    )
    return str(created.sid)


async def test_all_statuses_are_posted_and_signed(
    start_gateway: StartGateway, receiver: Receiver
) -> None:
    gateway = await start_gateway(50)
    sid = await send(gateway, receiver, 1)
    await receiver.until(lambda: len(receiver.arrivals) == 2)

    assert [each.signed for each in receiver.arrivals] == [True, True]
    forms = {form["MessageStatus"]: form for form in receiver.at("/status?n=1")}
    assert set(forms) == {"sent", "delivered"}
    for status, form in forms.items():
        assert form["MessageSid"] == form["SmsSid"] == sid
        assert form["SmsStatus"] == status
        assert (form["To"], form["From"], form["AccountSid"]) == (phone(1), SENDER, ACCOUNT)
        assert "ErrorCode" not in form
    assert len(forms["delivered"]["RawDlrDoneDate"]) == 10


async def test_expired_fault_accepts_a_text_and_never_sends_it(
    start_gateway: StartGateway, receiver: Receiver
) -> None:
    gateway = await start_gateway(100)
    await gateway.tell("faults", [{"kind": "expired", "count": 1, "seconds": 0.1}])
    await send(gateway, receiver, 1)
    await send(gateway, receiver, 2)
    await receiver.until(lambda: len(receiver.arrivals) == 3)
    [failed] = receiver.at("/status?n=1")
    assert (failed["MessageStatus"], failed["ErrorCode"]) == ("failed", "30036")
    assert {form["MessageStatus"] for form in receiver.at("/status?n=2")} == {"sent", "delivered"}
    one, two = await gateway.control("messages")
    assert (one["status"], one["sent_at"], two["status"]) == ("failed", None, "delivered")
    assert one["status_callback"] == f"{receiver.url}/status?n=1"


async def test_each_sender_sends_at_its_rate(start_gateway: StartGateway) -> None:
    gateway = await start_gateway(10, "--segments-per-second", "5")
    bodies = [
        "字" * 71
    ] * 10  # Each has two segments: each sender sends 20 segments at 50 per real second.
    for number, body in enumerate(bodies):
        for sender in (SENDER, phone(99)):
            await gateway.client.messages.create_async(to=phone(number), from_=sender, body=body)
    stats = await gateway.until_stats(lambda stats: stats["sent"] == 20)
    first, last = (datetime.fromisoformat(stats[f"{end}_handed_over"]) for end in ("first", "last"))
    # The last text must wait for the 18 segments before it.
    assert (last - first).total_seconds() >= 0.35
    assert stats["segments"] == 40


async def test_text_queued_beyond_its_validity_fails(
    start_gateway: StartGateway, receiver: Receiver
) -> None:
    gateway = await start_gateway(20, "--segments-per-second", "0.1")
    await send(gateway, receiver, 1, validity_period=5)
    sid = await send(gateway, receiver, 2, validity_period=5)
    await receiver.until(lambda: len(receiver.at("/status?n=2")) == 1)
    form = receiver.at("/status?n=2")[0]
    assert (form["MessageStatus"], form["ErrorCode"]) == ("failed", "30036")
    failed = await gateway.client.messages(sid).fetch_async()
    assert (failed.status, failed.error_code, failed.date_sent) == ("failed", 30036, None)


async def test_undelivered_text_reports_the_faults_error_code(
    start_gateway: StartGateway, receiver: Receiver
) -> None:
    gateway = await start_gateway(50)
    await gateway.tell("faults", [{"kind": "undelivered", "count": 1, "code": 30005}])
    sid = await send(gateway, receiver, 1)
    await receiver.until(lambda: len(receiver.arrivals) == 2)
    forms = {form["MessageStatus"]: form for form in receiver.at("/status?n=1")}
    assert forms["undelivered"]["ErrorCode"] == "30005"
    assert (await gateway.client.messages(sid).fetch_async()).error_code == 30005
    texts = await gateway.control(f"messages?to={phone(1).replace('+', '%2B')}")
    assert [(text["status"], text["body"]) for text in texts] == [("undelivered", "Leave now")]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("lost_callback", ["delivered"]),
        ("repeated_callback", ["delivered", "sent", "sent"]),
        ("reordered_callback", ["delivered", "sent"]),
    ],
)
async def test_callbacks_can_be_lost_repeated_or_reordered(
    start_gateway: StartGateway, receiver: Receiver, kind: str, expected: list[str]
) -> None:
    gateway = await start_gateway(1000)
    await gateway.tell("faults", [{"kind": kind, "count": 1, "seconds": 0.5}])
    await send(gateway, receiver, 1)
    await receiver.until(lambda: len(receiver.arrivals) == len(expected))
    await gateway.until_stats(lambda stats: stats["callbacks"]["waiting"] == 0)
    statuses = [form["MessageStatus"] for form in receiver.at("/status?n=1")]
    assert sorted(statuses) == expected
    if kind == "reordered_callback":
        assert statuses == ["delivered", "sent"]


async def test_posts_are_retried_until_the_service_is_up(
    start_gateway: StartGateway, receiver: Receiver
) -> None:
    gateway = await start_gateway(100, "--sms-webhook", f"{receiver.url}/sms")
    await receiver.stop()
    for number in range(50):
        await send(gateway, receiver, number)
    await gateway.tell("inbound", {"from": phone(1), "to": SENDER, "body": "1"})
    stats = await gateway.until_stats(lambda stats: stats["callbacks"]["failed"] > 0)
    assert stats["callbacks"]["posted"] == 0

    await receiver.start()
    await receiver.until(lambda: len(receiver.arrivals) == 101)
    assert all(each.signed for each in receiver.arrivals)
    assert {form["MessageStatus"] for form in receiver.at("/status?n=7")} == {"sent", "delivered"}
    assert len(receiver.at("/sms")) == 1


async def test_inbound_text_is_retried_with_one_identifier_until_accepted(
    start_gateway: StartGateway, receiver: Receiver
) -> None:
    gateway = await start_gateway(1, "--sms-webhook", f"{receiver.url}/sms?key=a%20b")

    def fail_twice(_arrival: Arrival) -> tuple[int, str]:
        return (500, "") if len(receiver.arrivals) < 3 else (200, "<Response/>")

    receiver.answer = fail_twice
    status, answer = await gateway.tell(
        "inbound", {"from": phone(1), "to": SENDER, "body": "老人走不动"}
    )
    assert status == 201
    await receiver.until(lambda: len(receiver.arrivals) == 3)
    forms = receiver.at("/sms?key=a%20b")
    assert [form["MessageSid"] for form in forms] == [answer["sid"]] * 3
    assert all(each.signed for each in receiver.arrivals)
    assert forms[0] == forms[0] | {
        "From": phone(1),
        "To": SENDER,
        "Body": "老人走不动",
        "NumMedia": "0",
        "NumSegments": "1",
        "AccountSid": ACCOUNT,
        "SmsStatus": "received",
    }
    stats = await gateway.until_stats(lambda stats: stats["callbacks"]["waiting"] == 0)
    assert (stats["inbound"], stats["callbacks"]["posted"], stats["callbacks"]["failed"]) == (
        1,
        1,
        2,
    )


async def test_twiml_answer_reaches_the_handset(
    start_gateway: StartGateway, receiver: Receiver
) -> None:
    gateway = await start_gateway(100, "--sms-webhook", f"{receiver.url}/sms")
    receiver.answer = lambda _arrival: (
        200,
        "<Response><Message>Are all of you out?</Message></Response>",
    )
    await gateway.tell("inbound", {"from": phone(1), "to": SENDER, "body": "???"})
    await gateway.until_stats(lambda stats: stats["delivered"] == 1)
    [text] = await gateway.control("messages")
    assert (text["to"], text["from"]) == (phone(1), SENDER)
    assert (text["body"], text["status"]) == ("Are all of you out?", "delivered")


async def test_answer_that_is_not_twiml_sends_nothing(
    start_gateway: StartGateway, receiver: Receiver
) -> None:
    gateway = await start_gateway(1, "--sms-webhook", f"{receiver.url}/sms")
    receiver.answer = lambda _arrival: (200, "ok")
    await gateway.tell("inbound", {"from": phone(1), "to": SENDER, "body": "1"})
    await gateway.until_stats(lambda stats: stats["callbacks"]["posted"] == 1)
    assert await gateway.control("messages") == []


@pytest.mark.long
async def test_texts_after_opt_out_are_refused_until_opt_in(
    start_gateway: StartGateway, receiver: Receiver
) -> None:
    gateway = await start_gateway(1)
    await gateway.tell("inbound", {"from": phone(1), "to": SENDER, "body": " ＳＴＯＰ "})
    with pytest.raises(TwilioRestException) as refusal:
        await send(gateway, receiver, 1)
    assert (refusal.value.status, refusal.value.code) == (400, 21610)
    await send(gateway, receiver, 2)
    await gateway.tell("inbound", {"from": phone(1), "to": SENDER, "body": "start"})
    await send(gateway, receiver, 1)


async def test_household_replies_by_itself(start_gateway: StartGateway, receiver: Receiver) -> None:
    gateway = await start_gateway(600, "--sms-webhook", f"{receiver.url}/sms")
    people = [
        {"code": f"511921100208{n:04d}", "headcount": 3, "phones": [phone(n)]} for n in range(40)
    ]
    assert await gateway.tell("people", people) == (200, {"people": 40})
    await asyncio.gather(*(send(gateway, receiver, n) for n in range(40)))
    await receiver.until(lambda: len(receiver.at("/sms")) >= 25)
    sms = receiver.at("/sms")
    assert {form["To"] for form in sms} == {SENDER}
    assert sum(form["Body"] in {"1", "１", "safe", "1 3"} for form in sms) > 5
