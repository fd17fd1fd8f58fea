"""Send administrators' test texts by the chosen provider, even if it is down."""

import asyncio
from collections.abc import Sequence
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from alerting.deliveries.channel import ChannelClient, Message
from alerting.deliveries.phone_tests import any_test_waits, settle_test, take_tests
from alerting.deliveries.rules.providers import Provider
from alerting.errors import LedgerClosedError
from alerting.runtime import Runtime, wall_clock
from alerting.stopping import SENDING_SECONDS, finish

log = structlog.get_logger()

_POLL_SECONDS: Final = 0.5


class PhoneTestSender:
    """Sends the test texts of one provider; marks each before sending, so none is sent twice."""

    def __init__(self, runtime: Runtime, provider: Provider, channel: ChannelClient) -> None:
        self._runtime = runtime
        self._provider = provider
        self._channel = channel

    async def run(self) -> None:
        """Send waiting test texts until cancelled."""
        while True:
            messages = await self._take()
            sending = [asyncio.create_task(self._send(each)) for each in messages]
            try:
                await asyncio.gather(*map(asyncio.shield, sending))
            finally:
                await finish(sending, SENDING_SECONDS)
            if not messages:
                await asyncio.sleep(_POLL_SECONDS)

    async def _take(self) -> Sequence[Message]:
        name, now = self._provider.name, wall_clock()
        try:
            if not await self._runtime.database.read(lambda db: any_test_waits(db, name, now)):
                return []
            return await self._runtime.ledger.write(
                lambda tx: take_tests(tx.connection, name, now), own_transaction=True
            )
        except (SQLAlchemyError, LedgerClosedError):
            log.exception("test texts not read")
            return []

    async def _send(self, message: Message) -> None:
        answer = await self._channel.send(message)
        if answer.failure:
            log.warning("test text not accepted", provider=self._provider.name, answer=answer)
        try:
            await self._runtime.ledger.write(
                lambda tx: settle_test(tx.connection, message.token, answer)
            )
        except (SQLAlchemyError, LedgerClosedError):
            log.exception("answer to a test text not written", provider=self._provider.name)
