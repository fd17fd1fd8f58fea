"""Contract test providers: Twilio's API, as the gateway process implements it."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar, Final
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web

from alerting.channels.twilio.sms import TwilioSms
from alerting.channels.twilio.voice import TwilioVoice
from alerting.deliveries.channel import Answer, ChannelClient, Message
from scripts.benches.proxy import Proxy
from tests.channels.contract import How, Provider
from tests.support.gateway import ACCOUNT, TOKEN, Gateway

_NOBODY: Final = "http://127.0.0.1:9"
_AT_ONCE: Final = 10
_FAULTS: Final[Mapping[How, dict[str, object]]] = {
    How.ACCEPT: {"kind": "delay", "seconds": 0},
    How.THROTTLE: {"kind": "http_429"},
    How.BREAK: {"kind": "http_503"},
    How.HANG_UP: {"kind": "accept_then_hang_up"},
    How.STALL: {"kind": "delay", "seconds": 9},
}


class _TwilioProvider(Provider):
    """The parts that texts and calls have in common."""

    asks_to_wait = timedelta(seconds=1)
    _resource: ClassVar[str]

    def __init__(self, proxy: Proxy, gateway: Gateway) -> None:
        super().__init__(proxy)
        self._gateway = gateway
        self._sender = gateway.sender()
        self._public_url = _NOBODY

    def _account(self, port: int, secret: str | None) -> tuple[str, str, str, str, str]:
        url = f"http://127.0.0.1:{port}"
        return ACCOUNT, secret or TOKEN, self._sender, url, self._public_url

    async def answers(self, *how: How) -> None:
        self._gateway.set_faults(*({"count": 1, **_FAULTS[each]} for each in how))

    async def refusing(self, message: Message) -> Message:
        return replace(message, to="+861")

    async def taken(self) -> dict[str, list[str]]:
        found = defaultdict(list)
        url = f"{self._gateway.url}/2010-04-01/Accounts/{ACCOUNT}/{self._resource}.json"
        asked = {"From": self._sender, "PageSize": "1000"}
        account = aiohttp.encode_basic_auth(ACCOUNT, TOKEN)
        async with (
            aiohttp.ClientSession(headers={"Authorization": account}) as session,
            session.get(url, params=asked) as answer,
        ):
            for each in (await answer.json())[self._resource.lower()]:
                found[each["to"]].append(each["sid"])
        return dict(found)

    @asynccontextmanager
    async def receipts(self) -> AsyncIterator["asyncio.Queue[str]"]:
        tokens: asyncio.Queue[str] = asyncio.Queue()

        async def hear(request: web.Request) -> web.Response:
            tokens.put_nowait(request.query["attempt"])
            return web.Response(status=204)

        async with serving(hear) as self._public_url:
            yield tokens

    async def delivers(self, answer: Answer) -> None:
        """Do nothing, because the gateway's handsets are always on."""

    def name_in_receipt(self, message: Message, answer: Answer) -> str:
        return message.token


class TextProvider(_TwilioProvider):
    """The provider of texts."""

    longest_validity = timedelta(hours=10)
    _resource = "Messages"

    def open(self, port: int, answer_within: timedelta, secret: str | None) -> ChannelClient:
        return TwilioSms(*self._account(port, secret), _AT_ONCE, answer_within)

    async def valid_for(self, message: Message) -> float | None:
        texts = self._gateway.taken(self._sender)
        return float(next(each["validity"] for each in texts if each["to"] == message.to))


class CallProvider(_TwilioProvider):
    """The provider of calls, which have no validity, because the speech is fetched on answering."""

    _resource = "Calls"

    def open(self, port: int, answer_within: timedelta, secret: str | None) -> ChannelClient:
        account = self._account(port, secret)
        return TwilioVoice(*account, _AT_ONCE, timedelta(seconds=25), answer_within)

    async def valid_for(self, message: Message) -> float | None:
        return None


@asynccontextmanager
async def gateway_provider(
    kind: type[TextProvider | CallProvider], gateway: Gateway
) -> AsyncIterator[Provider]:
    """Yield a provider that sends through `gateway`, behind a proxy."""
    async with Proxy("127.0.0.1", urlsplit(gateway.url).port or 0) as proxy:
        yield kind(proxy, gateway)
    gateway.set_faults()


@asynccontextmanager
async def serving(
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
) -> AsyncIterator[str]:
    """Serve every request with `handler`; yield the URL."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
