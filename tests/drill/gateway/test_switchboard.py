"""Tests of calls through the gateway to people whose behaviour depends on the seed."""

from collections.abc import Callable
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException

from alerting.drill.city.people import Behaviour, Kind, behaviour
from tests.drill.gateway.conftest import (
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

EVENTS = ["initiated", "ringing", "answered", "completed"]
ASK = (
    "<Response><Gather numDigits='1' action='/key?step=1' timeout='5'>"
    "<Say>山体滑坡，请立即撤离</Say></Gather><Say>没有收到按键</Say></Response>"
)
THANKS = "<Response><Say>Thank you</Say><Hangup/><Say>never said</Say></Response>"


def code_where(holds: Callable[[Behaviour], bool]) -> str:
    codes = (f"511921100208{n:04d}" for n in range(10000))
    return next(code for code in codes if holds(behaviour(1, code, 3, True, False)))


async def people_of(gateway: RunningGateway, holds: Callable[[Behaviour], bool]) -> str:
    person = {"code": code_where(holds), "headcount": 3, "phones": [phone(1)]}
    await gateway.tell("people", [person])
    return phone(1)


async def call(gateway: RunningGateway, receiver: Receiver, to: str, **fields: Any) -> str:
    created = await gateway.client.calls.create_async(
        to=to,
        from_=SENDER,
        status_callback=f"{receiver.url}/call",
        status_callback_event=EVENTS,
        **fields,
    )
    assert created.status == "queued"
    return str(created.sid)


def script(arrival: Arrival) -> tuple[int, str]:
    documents = {"/voice": ASK, "/key?step=1": THANKS, "/again": "<Response/>"}
    return 200, documents.get(arrival.path, "")


def statuses(receiver: Receiver) -> list[str]:
    forms = sorted(receiver.at("/call"), key=lambda form: int(form["SequenceNumber"]))
    return [form["CallStatus"] for form in forms]


async def test_call_to_a_dead_phone_fails(start_gateway: StartGateway, receiver: Receiver) -> None:
    gateway = await start_gateway(500)
    person = {"code": "1", "headcount": 3, "phones": [phone(1)], "dead": [phone(1)]}
    await gateway.tell("people", [person])
    await call(gateway, receiver, phone(1), twiml=ASK)
    await receiver.until(lambda: len(receiver.at("/call")) == 3)
    assert statuses(receiver) == ["initiated", "ringing", "failed"]


async def test_person_answers_and_presses_a_key(
    start_gateway: StartGateway, receiver: Receiver
) -> None:
    gateway = await start_gateway(50)
    receiver.answer = script
    to = await people_of(gateway, lambda each: each.kind is Kind.STAYS)
    sid = await call(gateway, receiver, to, url=f"{receiver.url}/voice", machine_detection="Enable")
    await receiver.until(lambda: len(receiver.at("/call")) == 4)

    assert all(each.signed for each in receiver.arrivals)
    assert statuses(receiver) == ["initiated", "ringing", "in-progress", "completed"]
    [pressed] = receiver.at("/key?step=1")
    assert (pressed["Digits"], pressed["CallSid"], pressed["To"]) == ("3", sid, to)
    [end] = [form for form in receiver.at("/call") if form["CallStatus"] == "completed"]
    assert (
        int(end["CallDuration"]) >= 4
    )  # The person hears the question, and then takes time to press a key.
    assert end["AnsweredBy"] == "human"
    ended = await gateway.client.calls(sid).fetch_async()
    assert (ended.status, ended.duration) == ("completed", end["CallDuration"])
    assert ended.start_time is not None
    assert ended.end_time is not None
    assert ended.start_time <= ended.end_time


@pytest.mark.parametrize(
    ("pick_up", "answered_by"), [("answers", "human"), ("voicemail", "machine_start")]
)
async def test_asynchronous_detection_reports_by_callback_during_the_call(
    start_gateway: StartGateway, receiver: Receiver, pick_up: str, answered_by: str
) -> None:
    gateway = await start_gateway(50)
    receiver.answer = script
    to = await people_of(
        gateway, lambda each: each.call.pick_up == pick_up and each.call.key is None
    )
    detection = {
        "machine_detection": "Enable",
        "async_amd": "true",
        "async_amd_status_callback": f"{receiver.url}/detected",
    }
    await call(gateway, receiver, to, url=f"{receiver.url}/voice", **detection)
    await receiver.until(lambda: "completed" in statuses(receiver))
    [asked], [detected] = receiver.at("/voice"), receiver.at("/detected")
    assert "AnsweredBy" not in asked
    assert detected.keys() == {"AccountSid", "AnsweredBy", "CallSid", "MachineDetectionDuration"}
    assert detected["AnsweredBy"] == answered_by


async def test_synchronous_detection_result_is_in_the_script_request(
    start_gateway: StartGateway, receiver: Receiver
) -> None:
    gateway = await start_gateway(50)
    receiver.answer = script
    to = await people_of(gateway, lambda each: each.kind is Kind.STAYS)
    await call(gateway, receiver, to, url=f"{receiver.url}/voice", machine_detection="Enable")
    await receiver.until(lambda: "completed" in statuses(receiver))
    [asked] = receiver.at("/voice")
    assert asked["AnsweredBy"] == "human"


async def test_no_key_is_pressed_after_a_text_reply(
    start_gateway: StartGateway, receiver: Receiver
) -> None:
    gateway = await start_gateway(200, "--sms-webhook", f"{receiver.url}/sms")
    receiver.answer = script
    to = await people_of(gateway, lambda each: each.kind is Kind.ANSWERS_SOON)
    await gateway.client.messages.create_async(to=to, from_=SENDER, body="Leave now")
    await receiver.until(lambda: len(receiver.at("/sms")) == 1)
    await call(gateway, receiver, to, url=f"{receiver.url}/voice")
    await receiver.until(lambda: "completed" in statuses(receiver))
    assert receiver.at("/key?step=1") == []


async def test_no_text_is_sent_after_a_key_press(
    start_gateway: StartGateway, receiver: Receiver
) -> None:
    gateway = await start_gateway(800, "--sms-webhook", f"{receiver.url}/sms")
    receiver.answer = script
    to = await people_of(
        gateway,
        lambda each: each.kind is Kind.ANSWERS_SOON and each.replies[0].delay_seconds > 500,
    )
    await gateway.client.messages.create_async(to=to, from_=SENDER, body="Leave now")
    await gateway.until_stats(lambda stats: stats["delivered"] == 1)
    await call(gateway, receiver, to, url=f"{receiver.url}/voice")
    await receiver.until(lambda: len(receiver.at("/key?step=1")) == 1)
    await gateway.until_stats(lambda stats: stats["story_seconds"] > 1200)
    assert receiver.at("/sms") == []


@pytest.mark.parametrize(
    ("pick_up", "expected", "answered_by"),
    [
        ("rings", ["initiated", "ringing", "no-answer"], None),
        ("busy", ["initiated", "ringing", "busy"], None),
        ("voicemail", ["initiated", "ringing", "in-progress", "completed"], "machine_start"),
    ],
)
async def test_unanswered_calls_end_with_their_status(
    start_gateway: StartGateway,
    receiver: Receiver,
    pick_up: str,
    expected: list[str],
    answered_by: str | None,
) -> None:
    gateway = await start_gateway(200)
    to = await people_of(gateway, lambda each: each.call.pick_up == pick_up)
    sid = await call(
        gateway, receiver, to, twiml=ASK, machine_detection="DetectMessageEnd", timeout=30
    )
    await receiver.until(lambda: len(receiver.at("/call")) == len(expected))
    assert statuses(receiver) == expected
    assert (await gateway.client.calls(sid).fetch_async()).answered_by == answered_by
    assert receiver.at("/key?step=1") == []


async def test_only_completion_is_reported_by_default(
    start_gateway: StartGateway, receiver: Receiver
) -> None:
    gateway = await start_gateway(200)
    await gateway.client.calls.create_async(
        to=phone(5), from_=SENDER, twiml="<Response/>", status_callback=f"{receiver.url}/call"
    )
    await receiver.until(lambda: len(receiver.arrivals) == 1)
    await gateway.until_stats(lambda stats: stats["calls"] == {"no-answer": 1})
    assert [form["CallDuration"] for form in receiver.at("/call")] == ["0"]


async def test_call_can_be_redirected_and_hung_up(
    start_gateway: StartGateway, receiver: Receiver
) -> None:
    gateway = await start_gateway(20)
    receiver.answer = script
    to = await people_of(gateway, lambda each: each.kind is Kind.STAYS)
    sid = await call(gateway, receiver, to, twiml="<Response><Pause length='200'/></Response>")
    await receiver.until(lambda: "in-progress" in statuses(receiver))
    await gateway.client.calls(sid).update_async(
        twiml=f"<Response><Redirect>{receiver.url}/voice</Redirect></Response>"
    )
    await receiver.until(lambda: len(receiver.at("/voice")) == 1)
    ended = await gateway.client.calls(sid).update_async(status="completed")
    assert ended.status == "completed"
    with pytest.raises(TwilioRestException) as refusal:
        await gateway.client.calls(sid).update_async(status="completed")
    assert refusal.value.code == 21220
    await receiver.until(lambda: len(receiver.at("/call")) == 4)
    assert statuses(receiver)[-1] == "completed"


async def test_ringing_call_can_be_canceled(
    start_gateway: StartGateway, receiver: Receiver
) -> None:
    gateway = await start_gateway(1)
    sid = await call(gateway, receiver, phone(1), twiml=ASK)
    assert (await gateway.client.calls(sid).update_async(status="canceled")).status == "canceled"
    await receiver.until(lambda: statuses(receiver)[-1:] == ["canceled"])


async def test_unreadable_script_ends_the_call(
    start_gateway: StartGateway, receiver: Receiver
) -> None:
    gateway = await start_gateway(100)
    receiver.answer = lambda arrival: (200, "<Response" if arrival.path == "/voice" else "")
    to = await people_of(gateway, lambda each: each.kind is Kind.STAYS)
    await call(gateway, receiver, to, url=f"{receiver.url}/voice")
    await receiver.until(lambda: "completed" in statuses(receiver))
    assert len(receiver.at("/voice")) == 1


async def test_calls_are_listed_newest_first(start_gateway: StartGateway) -> None:
    gateway = await start_gateway(1)
    calls = gateway.client.calls
    asked = [(phone(1), SENDER), (phone(2), SENDER), (phone(1), phone(9)), (phone(1), SENDER)]
    sids = [(await calls.create_async(to=to, from_=sender, twiml=ASK)).sid for to, sender in asked]
    to_one = await calls.list_async(to=phone(1), from_=SENDER)
    assert [each.sid for each in to_one] == [sids[3], sids[0]]
    assert [each.sid for each in await calls.list_async()] == sids[::-1]
    assert [each.sid for each in await calls.list_async(limit=1)] == [sids[3]]
    assert await calls.list_async(to=phone(3)) == []


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"to": "", "from_": SENDER, "twiml": ASK}, 21201),
        ({"to": phone(1), "from_": "", "twiml": ASK}, 21213),
        ({"to": "+86123", "from_": SENDER, "twiml": ASK}, 21211),
        ({"to": phone(1), "from_": SENDER}, 21205),
        ({"to": phone(1), "from_": SENDER, "url": "voice"}, 21205),
    ],
)
async def test_invalid_call_is_refused(
    start_gateway: StartGateway, fields: dict[str, Any], code: int
) -> None:
    gateway = await start_gateway(1)
    with pytest.raises(TwilioRestException) as refusal:
        await gateway.client.calls.create_async(**fields)
    assert (refusal.value.status, refusal.value.code) == (400, code)
