"""Tests of the drill's SMS centre: the service's own channel calls it over a socket."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest

from alerting.channels.smpp.long_text import ReceivedText
from alerting.channels.smpp.receipt import Receipt
from alerting.channels.smpp.session import Login
from alerting.channels.smpp.sms import SmppSms, smpp_sms
from alerting.clock_file import ClockFile
from alerting.deliveries.channel import Message
from alerting.deliveries.rules.delivery import DeliveryState, Failure, OutcomeKind
from alerting.drill.city.handsets import RosterEntry
from alerting.drill.city.people import Behaviour, Kind, behaviour
from alerting.drill.gateway.app import Gateway, Settings
from alerting.drill.gateway.exchange import CENTRE_SENDER
from tests.channels.smpp.kept_parts import KeptParts
from tests.drill.gateway.conftest import phone
from tests.support.clocks import clock_file
from tests.support.patience import PATIENCE_SECONDS

PASSWORD = "secret"
LONG = "立即撤离！" * 30


@dataclass
class Heard:
    """The texts and receipts that came from the centre."""

    receipts: asyncio.Queue[Receipt] = field(default_factory=asyncio.Queue)
    texts: asyncio.Queue[ReceivedText] = field(default_factory=asyncio.Queue)
    refusals: int = 0
    """How many more receipts will be refused."""

    async def receipt(self, receipt: Receipt) -> None:
        if self.refusals:
            self.refusals -= 1
            raise OSError("the database is away")
        self.receipts.put_nowait(receipt)

    async def text(self, text: ReceivedText) -> None:
        self.texts.put_nowait(text)


@dataclass
class Asked:
    gateway: Gateway
    channel: SmppSms
    heard: Heard

    async def send(self, number: int, body: str = "Leave now") -> str:
        answer = await self.channel.send(Message(phone(number), body, f"t{number}{body}", 3600))
        assert answer.kind is OutcomeKind.ACCEPTED, answer
        return str(answer.provider_id)

    async def receipt(self) -> Receipt:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self.heard.receipts.get()


@contextlib.asynccontextmanager
async def centre(*roster: RosterEntry, password: str = PASSWORD) -> AsyncIterator[Asked]:
    """Yield a running centre and the service's channel to it."""
    settings = Settings("AC", "token", None, 1, ClockFile(clock_file(600)), 100.0, 0.0, PASSWORD)
    gateway = Gateway(settings, roster, [])
    assert gateway.centre
    url, heard = urlsplit(await gateway.centre.open()), Heard()
    login = Login("127.0.0.1", url.port or 0, url.username or "", password)
    channel = smpp_sms(login, CENTRE_SENDER, heard.receipt, heard.text, KeptParts().keep)
    try:
        yield Asked(gateway, channel, heard)
    finally:
        await channel.close()
        await gateway.close()


@pytest.mark.parametrize("body", ["Leave now", "立即撤离", LONG, "Leave now, all of you. " * 12])
async def test_text_arrives_complete_and_gets_a_receipt(body: str) -> None:
    async with centre() as asked:
        arrived = asyncio.Queue[tuple[str, str, str]]()
        assert asked.gateway.centre
        asked.gateway.centre.exchange.deliver = lambda *text: arrived.put_nowait(text)
        sent = await asked.send(1, body)
        receipt = await asked.receipt()
        assert (receipt.message_id, receipt.state) == (sent, DeliveryState.DELIVERED)
        assert arrived.get_nowait() == (phone(1), CENTRE_SENDER, body)
        assert arrived.empty()


async def test_receipt_of_text_to_dead_phone_says_undelivered() -> None:
    dead = RosterEntry("1", 1, (phone(1),), vulnerable=False, kind="household", dead=(phone(1),))
    async with centre(dead) as asked:
        await asked.send(1)
        assert (await asked.receipt()).state is DeliveryState.UNDELIVERED
        await asked.send(2)
        assert (await asked.receipt()).state is DeliveryState.DELIVERED


async def test_refused_receipt_is_sent_again() -> None:
    async with centre() as asked:
        asked.heard.refusals = 1
        sent = await asked.send(1)
        assert (await asked.receipt()).message_id == sent
        assert asked.heard.refusals == 0


async def test_login_with_wrong_password_is_refused() -> None:
    async with centre(password="wrong") as asked:
        answer = await asked.channel.send(Message(phone(1), "Leave now", "t", 3600))
        assert (answer.kind, answer.failure) == (OutcomeKind.REFUSED, Failure.PAGE_OPERATOR)


async def test_handset_replies_through_the_centre_that_sent_the_text() -> None:
    codes = (f"511921100208{n:04d}" for n in range(9999))
    code = next(c for c in codes if plan_of(c).kind is Kind.STAYS)
    home = RosterEntry(code, 3, (phone(1),), vulnerable=False, kind="household")
    async with centre(home) as asked:
        await asked.send(1)
        async with asyncio.timeout(PATIENCE_SECONDS):
            text = await asked.heard.texts.get()
        assert (text.sender, text.body) == (phone(1), plan_of(code).replies[0].body)


def plan_of(code: str) -> Behaviour:
    return behaviour(1, code, 3, has_phone=True, vulnerable=False)
