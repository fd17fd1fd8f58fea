import contextlib

import pytest
from twilio.base.exceptions import TwilioRestException

from tests.drill.gateway.conftest import SENDER, Receiver, StartGateway, phone

pytestmark = [
    pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The 'auth' parameter is deprecated:DeprecationWarning"),
]


async def test_repeated_texts_to_a_number_are_counted_as_duplicates(
    start_gateway: StartGateway,
) -> None:
    gateway = await start_gateway(100)
    create = gateway.client.messages.create_async
    for body in ("first", "first", "second", "first"):
        await create(to=phone(1), from_=SENDER, body=body)
    await create(to=phone(2), from_=SENDER, body="first")
    stats = await gateway.until_stats(lambda stats: stats["delivered"] == 5)
    assert stats["duplicates"] == {phone(1): 2}
    assert (stats["created"], stats["sent"], stats["segments"]) == (5, 5, 5)
    assert stats["first_handed_over"] <= stats["last_handed_over"]
    assert stats["story_seconds"] > 0


async def test_handset_replies_to_its_last_sender(start_gateway: StartGateway) -> None:
    gateway = await start_gateway(100)
    inbound = {"from": phone(1), "body": "1"}
    status, refusal = await gateway.tell("inbound", inbound)
    assert status == 400
    assert phone(1) in refusal["error"]
    await gateway.client.messages.create_async(to=phone(1), from_=SENDER, body="Leave now")
    await gateway.until_stats(lambda stats: stats["delivered"] == 1)
    status, _ = await gateway.tell("inbound", inbound)
    assert status == 201
    [heard] = await gateway.client.messages.list_async(to=SENDER)
    assert (heard.from_, heard.body, heard.direction) == (phone(1), "1", "inbound")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("faults", [{"kind": "earthquake"}]),
        ("faults", [{"kind": "dead", "often": 1}]),
        ("people", [{"headcount": 2}]),
        ("people", [{"code": "1", "phones": ["nobody"]}]),
    ],
)
async def test_invalid_control_request_is_refused_with_a_reason(
    start_gateway: StartGateway, path: str, body: object
) -> None:
    gateway = await start_gateway(1)
    status, answer = await gateway.tell(path, body)
    assert status == 400
    assert answer["error"]


async def test_waiting_posts_have_a_route_of_their_own(start_gateway: StartGateway) -> None:
    gateway = await start_gateway(1)
    assert await gateway.control("waiting") == {"waiting": 0, "longest_wait": 0.0}


async def test_stats_count_injected_faults(start_gateway: StartGateway) -> None:
    gateway = await start_gateway(1)
    await gateway.tell("faults", [{"kind": "http_503", "count": 2}])
    for _ in range(3):
        with contextlib.suppress(TwilioRestException):
            await gateway.client.messages.create_async(to=phone(1), from_=SENDER, body="Leave now")
    stats = await gateway.control("stats")
    assert (stats["faults"], stats["created"]) == ({"http_503": 2}, 1)


async def test_visited_household_sends_no_more_texts(
    start_gateway: StartGateway, receiver: Receiver
) -> None:
    gateway = await start_gateway(500, "--sms-webhook", f"{receiver.url}/sms")
    codes = [f"511921100208{n:04d}" for n in range(20)]
    people = [{"code": code, "phones": [phone(n)]} for n, code in enumerate(codes)]
    await gateway.tell("people", people)
    await gateway.tell("visits", {"codes": [*codes, "unknown"]})
    for n in range(20):
        await gateway.client.messages.create_async(to=phone(n), from_=SENDER, body="Leave now")
    await gateway.until_stats(lambda stats: stats["delivered"] == 20)
    began = (await gateway.control("stats"))["story_seconds"]
    await gateway.until_stats(lambda stats: stats["story_seconds"] > began + 500)
    assert receiver.arrivals == []
