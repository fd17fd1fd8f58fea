"""Contract test provider: the SMS centre of an npm package, over SMPP."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from alerting.channels.smpp.long_text import ReceivedText
from alerting.channels.smpp.receipt import Receipt
from alerting.channels.smpp.session import Login
from alerting.channels.smpp.sms import smpp_sms
from alerting.deliveries.channel import Answer, ChannelClient, Message
from scripts.benches.proxy import Proxy
from tests.channels.contract import How, Provider
from tests.channels.smpp.kept_parts import KeptParts
from tests.channels.smpp.smsc.centre import PASSWORD, Centre, running_centre

_ANSWERS: Final[Mapping[How, dict[str, object]]] = {
    How.ACCEPT: {},
    How.THROTTLE: {"status": 0x58},
    How.BREAK: {"status": 0x08},
    How.HANG_UP: {"cut": True},
    How.STALL: {"drop": True},
}


class CentreProvider(Provider):
    """An SMS centre, which can be asked about a text only by the centre's message id."""

    can_be_asked = False
    longest_validity = timedelta(days=30)

    def __init__(self, proxy: Proxy, centre: Centre) -> None:
        super().__init__(proxy)
        self._centre = centre
        self._asked: list[dict[str, Any]] = []
        self._receipts: asyncio.Queue[str] = asyncio.Queue()

    def open(self, port: int, answer_within: timedelta, secret: str | None) -> ChannelClient:
        seconds = answer_within.total_seconds()
        login = Login("127.0.0.1", port, "alerting", secret or PASSWORD, answer_seconds=seconds)
        keep = KeptParts().keep
        return smpp_sms(login, "+8610002090000", self._on_receipt, self._on_text, keep)

    async def _on_receipt(self, receipt: Receipt) -> None:
        self._receipts.put_nowait(receipt.message_id)

    async def _on_text(self, _text: ReceivedText) -> None:
        raise AssertionError("no text was brought")

    async def answers(self, *how: How) -> None:
        await self._centre.answer(*(_ANSWERS[each] for each in how))

    async def refusing(self, message: Message) -> Message:
        await self._centre.answer({"status": 0x0B})
        return message

    async def taken(self) -> dict[str, list[str]]:
        found = defaultdict(list)
        for text in await self._texts():
            if not text["status"]:
                found["+" + text["to"][2]].append(text["id"])
        return dict(found)

    async def _texts(self) -> list[dict[str, Any]]:
        await self._centre.do("nothing")
        while self._centre.told("submit"):
            self._asked.append(await self._centre.next("submit"))
        return self._asked

    async def valid_for(self, message: Message) -> float | None:
        texts = await self._texts()
        return float(next(text["valid_for"] for text in texts if "+" + text["to"][2] == message.to))

    @asynccontextmanager
    async def receipts(self) -> AsyncIterator["asyncio.Queue[str]"]:
        yield self._receipts

    async def delivers(self, answer: Answer) -> None:
        await self._centre.deliver(
            esm_class=4, receipted_message_id=answer.provider_id, message_state=2
        )

    def name_in_receipt(self, message: Message, answer: Answer) -> str:
        return str(answer.provider_id)


@asynccontextmanager
async def centre_provider(packages: Path) -> AsyncIterator[Provider]:
    """Yield a new SMS centre."""
    async with running_centre(packages) as centre, Proxy("127.0.0.1", centre.port) as proxy:
        yield CentreProvider(proxy, centre)
