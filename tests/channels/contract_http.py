"""Contract test providers: HTTP gateways of the worked examples, with stubs of the carriers."""

import asyncio
import base64
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from aiohttp import web

from alerting.channels.http.arrivals import items_of, receipt_in
from alerting.channels.http.signature import HttpRequest, is_authentic
from alerting.channels.http.sms import HttpSms
from alerting.deliveries.channel import Answer, ChannelClient, Content, Message
from scripts.benches.http_carrier import Carrier, running_carrier
from scripts.benches.http_dialects import Aliyun, Dialect, TeleSign
from scripts.benches.proxy import Proxy
from tests.channels.contract import How, Provider
from tests.channels.contract_twilio import serving

_AT_ONCE: Final = 10

_FACTS: Final = {
    "action": "立即撤离",
    "place": "千佛村",
    "hazard": "滑坡",
    "time": "10:30",
    "assembly_point": "村小学",
    "code": "",
    "prefix": "演练：",
    "status": "Exercise",
}


class GatewayProvider(Provider):
    """A carrier that cannot be asked about a text."""

    can_be_asked = False

    def __init__(self, proxy: Proxy, carrier: Carrier) -> None:
        super().__init__(proxy)
        self.carrier = carrier
        self.dialect: Dialect = carrier.dialect
        self._public_url = "http://127.0.0.1:9"
        self._gateway = self.dialect.gateway(f"http://127.0.0.1:{proxy.port}")

    def message(self) -> Message:
        """Return a unique alert to a phone that no other test uses."""
        return replace(super().message(), content=Content("alert", "zh", _FACTS))

    def open(self, port: int, answer_within: timedelta, secret: str | None) -> ChannelClient:
        gateway = self.dialect.gateway(f"http://127.0.0.1:{port}")
        return HttpSms(gateway, self._secrets(secret), self._public_url, _AT_ONCE, answer_within)

    def _secrets(self, secret: str | None) -> Mapping[str, str]:
        wrong = secret and base64.b64encode(secret.encode()).decode()
        return {name: wrong or value for name, value in self.dialect.secrets.items()}

    async def answers(self, *how: How) -> None:
        self.carrier.told = [each.value for each in how]

    async def refusing(self, message: Message) -> Message:
        return replace(message, to="+86none")

    async def taken(self) -> dict[str, list[str]]:
        found = defaultdict(list)
        for text in self.carrier.taken:
            found[text.to].append(text.id)
        return dict(found)

    async def valid_for(self, message: Message) -> float | None:
        return None

    @asynccontextmanager
    async def receipts(self) -> AsyncIterator["asyncio.Queue[str]"]:
        tokens: asyncio.Queue[str] = asyncio.Queue()
        rules = self._gateway.receipts
        assert rules is not None

        async def hear(request: web.Request) -> web.Response:
            headers = {name.lower(): value for name, value in request.headers.items()}
            said = HttpRequest("POST", str(request.url), headers, await request.read())
            assert is_authentic(rules.auth, self.dialect.secrets, said)
            for item in items_of(rules, said):
                receipt = receipt_in(self._gateway, item)
                assert receipt is not None
                tokens.put_nowait(receipt.token or "")
            return web.Response(text=rules.answer)

        async with serving(hear) as self._public_url:
            self.carrier.service = self._public_url
            yield tokens

    async def delivers(self, answer: Answer) -> None:
        text = next(each for each in self.carrier.taken if each.id == answer.provider_id)
        assert await self.carrier.post_receipt(text) == 200

    def name_in_receipt(self, message: Message, answer: Answer) -> str:
        return message.token


class FreeTextProvider(GatewayProvider):
    """A carrier of free texts, which sends Retry-After when it throttles."""

    asks_to_wait = timedelta(seconds=1)


KINDS: Final[Mapping[str, tuple[type[GatewayProvider], type[Dialect]]]] = {
    "http_free_text": (FreeTextProvider, TeleSign),
    "http_template": (GatewayProvider, Aliyun),
}


@asynccontextmanager
async def http_provider(kind: str) -> AsyncIterator[Provider]:
    """Yield a new carrier of this kind."""
    provider, dialect = KINDS[kind]
    async with (
        running_carrier(dialect()) as carrier,
        Proxy("127.0.0.1", urlsplit(carrier.url).port or 0) as proxy,
    ):
        yield provider(proxy, carrier)


def variables(carrier: Carrier) -> list[Any]:
    """Return the template variables of each text that the carrier accepted."""
    return [json.loads(text.body) for text in carrier.taken]
