"""Tests of the provider's API: the provider's SDK calls a running gateway."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from tests.drill.gateway.conftest import (
    ACCOUNT,
    SENDER,
    TOKEN,
    RunningGateway,
    StartGateway,
    phone,
)

pytestmark = [
    pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The 'auth' parameter is deprecated:DeprecationWarning"),
]


@pytest.fixture
async def gateway(start_gateway: StartGateway) -> RunningGateway:
    return await start_gateway(100)


async def test_sdk_creates_and_fetches_a_text(gateway: RunningGateway) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    created = await gateway.client.messages.create_async(
        to=phone(1), from_=SENDER, body="山体滑坡，请立即撤离" * 7
    )
    assert created.sid is not None
    assert created.sid.startswith("SM")
    assert len(created.sid) == 34
    assert (created.status, created.direction, created.error_code) == (
        "queued",
        "outbound-api",
        None,
    )
    assert (created.num_segments, created.num_media, created.from_) == ("1", "0", SENDER)
    assert created.date_sent is None
    assert created.uri == f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{created.sid}.json"

    await gateway.until_stats(lambda stats: stats["delivered"] == 1)
    fetched = await gateway.client.messages(created.sid).fetch_async()
    assert (fetched.status, fetched.to, fetched.body) == ("delivered", phone(1), created.body)
    assert fetched.date_created is not None
    assert fetched.date_sent is not None
    assert before <= fetched.date_created <= fetched.date_sent


async def test_sdk_fetches_the_account(gateway: RunningGateway) -> None:
    fetched = await gateway.client.api.v2010.accounts(ACCOUNT).fetch_async()
    assert (fetched.sid, fetched.status, fetched.type) == (ACCOUNT, "active", "Full")


async def test_messaging_service_chooses_the_sender(gateway: RunningGateway) -> None:
    service = "MG" + "1" * 32
    created = await gateway.client.messages.create_async(
        to=phone(1), messaging_service_sid=service, body="Leave now"
    )
    assert (created.status, created.from_, created.num_segments) == ("accepted", None, "0")
    assert created.messaging_service_sid == service
    assert created.sid is not None
    await gateway.until_stats(lambda stats: stats["delivered"] == 1)
    fetched = await gateway.client.messages(created.sid).fetch_async()
    assert fetched.num_segments == "1"
    assert str(fetched.from_).startswith("+86")


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"to": phone(1), "from_": SENDER}, 400, 21602),
        ({"to": "", "from_": SENDER, "body": "x"}, 400, 21604),
        ({"to": phone(1), "body": "x"}, 400, 21603),
        ({"to": "+86123", "from_": SENDER, "body": "x"}, 400, 21211),
        ({"to": "neighbour", "from_": SENDER, "body": "x"}, 400, 21211),
        ({"to": "+861000000001", "from_": SENDER, "body": "x"}, 400, 21614),
        ({"to": phone(1), "from_": SENDER, "body": "x" * 1601}, 400, 21617),
        ({"to": phone(1), "from_": SENDER, "body": "x", "validity_period": 0}, 400, 90007),
        ({"to": phone(1), "from_": SENDER, "body": "x", "status_callback": "here"}, 400, 21609),
    ],
)
async def test_invalid_text_is_refused_with_the_providers_code(
    gateway: RunningGateway, fields: dict[str, Any], status: int, code: int
) -> None:
    with pytest.raises(TwilioRestException) as refusal:
        await gateway.client.messages.create_async(**fields)
    assert (refusal.value.status, refusal.value.code) == (status, code)
    assert (await gateway.control("stats"))["created"] == 0


async def test_unknown_resources_are_not_found(gateway: RunningGateway) -> None:
    with pytest.raises(TwilioRestException) as refusal:
        await gateway.client.messages("SM" + "0" * 32).fetch_async()
    assert (refusal.value.status, refusal.value.code) == (404, 20404)


@pytest.mark.parametrize(
    ("account", "token", "status", "code"),
    [(ACCOUNT, "wrong", 401, 20003), ("AC" + "9" * 32, TOKEN, 401, 20003)],
)
async def test_wrong_credentials_are_refused(
    gateway: RunningGateway, account: str, token: str, status: int, code: int
) -> None:
    stranger = Client(account, token, http_client=gateway.client.http_client)
    stranger.api.base_url = gateway.url
    with pytest.raises(TwilioRestException) as refusal:
        await stranger.messages.create_async(to=phone(1), from_=SENDER, body="x")
    assert (refusal.value.status, refusal.value.code) == (status, code)


async def test_path_of_another_account_is_not_found(
    gateway: RunningGateway,
) -> None:
    client = Client(ACCOUNT, TOKEN, "AC" + "9" * 32, http_client=gateway.client.http_client)
    client.api.base_url = gateway.url
    with pytest.raises(TwilioRestException) as refusal:
        await client.messages("SM" + "0" * 32).fetch_async()
    assert (refusal.value.status, refusal.value.code) == (404, 20404)
    assert ACCOUNT not in refusal.value.msg


async def test_list_is_paged_newest_first_without_gaps(gateway: RunningGateway) -> None:
    sids = [
        (await gateway.client.messages.create_async(to=phone(1), from_=SENDER, body=str(i))).sid
        for i in range(7)
    ]
    listed = await gateway.client.messages.list_async(page_size=3)
    assert [each.sid for each in listed] == sids[::-1]

    page = await gateway.client.messages.page_async(page_size=3)
    assert [each.sid for each in page] == sids[:-4:-1]
    await gateway.client.messages.create_async(to=phone(2), from_=SENDER, body="meanwhile")
    following = await page.next_page_async()
    assert following is not None
    assert [each.sid for each in following] == sids[3:0:-1]


async def test_list_is_filtered_by_number_and_date(gateway: RunningGateway) -> None:
    messages = gateway.client.messages
    for number, sender in [(1, SENDER), (2, SENDER), (1, phone(99))]:
        await messages.create_async(to=phone(number), from_=sender, body="x")
    await gateway.until_stats(lambda stats: stats["delivered"] == 3)
    now = datetime.now(UTC)
    hour = timedelta(hours=1)

    assert len(await messages.list_async(to=phone(1))) == 2
    assert len(await messages.list_async(to=phone(1), from_=SENDER)) == 1
    assert len(await messages.list_async(date_sent=now)) == 3
    assert len(await messages.list_async(date_sent=now - timedelta(days=2))) == 0
    assert len(await messages.list_async(date_sent_after=now - hour)) == 3
    assert len(await messages.list_async(date_sent_after=now + hour)) == 0
    assert len(await messages.list_async(date_sent_before=now + hour, to=phone(2))) == 1
    assert len(await messages.list_async(date_sent_before=now - hour)) == 0


async def test_delay_fault_delays_the_answer(start_gateway: StartGateway) -> None:
    gateway = await start_gateway(1, "--answer-delay", "0.3")
    loop = asyncio.get_running_loop()
    began = loop.time()
    await gateway.client.messages.create_async(to=phone(1), from_=SENDER, body="x")
    assert loop.time() - began >= 0.3


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [("http_429", 429, 20429), ("http_500", 500, 20500), ("http_503", 503, 20503)],
)
async def test_injected_refusal_accepts_no_text(
    gateway: RunningGateway, kind: str, status: int, code: int
) -> None:
    await gateway.tell("faults", [{"kind": kind, "count": 1}])
    with pytest.raises(TwilioRestException) as refusal:
        await gateway.client.messages.create_async(to=phone(1), from_=SENDER, body="x")
    assert (refusal.value.status, refusal.value.code) == (status, code)
    assert (await gateway.control("stats"))["created"] == 0

    await gateway.client.messages.create_async(to=phone(1), from_=SENDER, body="x")
    assert (await gateway.control("stats"))["created"] == 1


async def test_http_429_has_retry_after(gateway: RunningGateway) -> None:
    await gateway.tell("faults", [{"kind": "http_429"}])
    url = f"{gateway.url}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    headers = {"Authorization": aiohttp.encode_basic_auth(ACCOUNT, TOKEN)}
    async with gateway.session.post(url, headers=headers, data={"To": phone(1)}) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (429, "1")


@pytest.mark.parametrize(("kind", "accepted"), [("accept_then_hang_up", 1), ("dead", 0)])
async def test_injected_hang_up_closes_connection_without_an_answer(
    gateway: RunningGateway, kind: str, accepted: int
) -> None:
    await gateway.tell("faults", [{"kind": kind, "count": 1}])
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await gateway.client.messages.create_async(to=phone(1), from_=SENDER, body="x")
    stats = await gateway.until_stats(lambda stats: stats["delivered"] == accepted)
    assert stats["created"] == accepted
    assert len(await gateway.client.messages.list_async(to=phone(1))) == accepted


@pytest.mark.long
async def test_text_is_accepted_although_its_answer_is_delayed(gateway: RunningGateway) -> None:
    await gateway.tell("faults", [{"kind": "delay", "seconds": 30}])
    creating = gateway.client.messages.create_async(to=phone(1), from_=SENDER, body="x")
    waiting = asyncio.create_task(creating)
    await gateway.until_stats(lambda stats: stats["delivered"] == 1)
    assert not waiting.done()
    waiting.cancel()
    await asyncio.wait([waiting])
