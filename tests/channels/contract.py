"""What tests must be able to do with a provider, so that its channel can run the contract tests.

Each provider is an unpatched server behind a TCP proxy that can cut connections, reset them and
disappear. Its channel is one of `alerting.channels`.
"""

import asyncio
import itertools
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar, Final

from alerting.deliveries import channel as base
from alerting.deliveries.channel import Answer, ChannelClient, Message
from alerting.deliveries.rules.delivery import Failure, OutcomeKind
from alerting.runtime import wall_clock
from scripts.benches.proxy import Proxy
from tests.support.owed_calls import nobodys_phone
from tests.support.patience import PATIENCE_SECONDS

PATIENT: Final = timedelta(seconds=20)
HASTY: Final = timedelta(seconds=1)
"""Time-outs of a channel: `PATIENT` for answers that come, `HASTY` for answers that do not."""
_OURS: Final = Path(base.__file__).parent
_numbers = itertools.count(1)


class How(StrEnum):
    """The way in which a provider answers one message."""

    ACCEPT = "accept"
    THROTTLE = "throttle"
    BREAK = "break"
    """Report an error, and do not accept the message."""
    HANG_UP = "hang up"
    """Accept the message, and close the connection."""
    STALL = "stall"
    """Accept the message, and stay silent for longer than `HASTY`."""


class Provider(ABC):
    """A provider, and the channel to it."""

    can_be_asked: ClassVar[bool] = True
    """Whether it can be asked about a message whose answer was lost."""
    asks_to_wait: ClassVar[timedelta] = timedelta(0)
    """Retry-After of its answers when it throttles."""
    longest_validity: ClassVar[timedelta] = timedelta(0)
    """Maximum validity, if its protocol has one."""

    def __init__(self, proxy: Proxy) -> None:
        self.proxy = proxy

    def message(self) -> Message:
        """Return a unique message to a phone that no other test uses."""
        number = next(_numbers)
        token = f"token with/odd&characters {number}"
        return Message(nobodys_phone(), f"立即撤离 leave now {number}", token, 3600)

    @asynccontextmanager
    async def channel(
        self,
        *,
        answer_within: timedelta = PATIENT,
        port: int | None = None,
        secret: str | None = None,
    ) -> AsyncIterator[ChannelClient]:
        """Open a channel to the provider, or to another server on that port."""
        channel = self.open(port or self.proxy.port, answer_within, secret)
        try:
            yield channel
        finally:
            await channel.close()

    async def until_taken(self, message: Message) -> None:
        """Wait until the provider has accepted a message, even if the channel got no answer."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while message.to not in await self.taken():  # noqa: ASYNC110 - no event tells
                await asyncio.sleep(0.01)

    @abstractmethod
    def open(self, port: int, answer_within: timedelta, secret: str | None) -> ChannelClient:
        """Create the channel; `secret` replaces the right secret."""

    @abstractmethod
    async def answers(self, *how: How) -> None:
        """Set the answers to the next messages, in order; later messages are accepted."""

    @abstractmethod
    async def refusing(self, message: Message) -> Message:
        """Make the provider refuse one message for good; return the message to send."""

    @abstractmethod
    async def taken(self) -> dict[str, list[str]]:
        """Return the ids of all accepted messages, by phone."""

    @abstractmethod
    async def valid_for(self, message: Message) -> float | None:
        """Return an accepted message's validity in seconds, or None if the protocol has none."""

    @abstractmethod
    def receipts(self) -> AbstractAsyncContextManager["asyncio.Queue[str]"]:
        """Yield a queue of the attempts named in receipts. Open the channel inside this context."""

    @abstractmethod
    async def delivers(self, answer: Answer) -> None:
        """Make the provider send the receipt of an accepted message."""

    @abstractmethod
    def name_in_receipt(self, message: Message, answer: Answer) -> str:
        """Return the name by which a receipt identifies this message's attempt."""


async def until(holds: Callable[[], bool]) -> None:
    """Wait until the condition holds."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not holds():  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.01)


def at_work() -> Counter[str]:
    """Return the number of the channels' own tasks, by name."""
    coroutines: list[Any] = [task.get_coro() for task in asyncio.all_tasks()]
    return Counter(
        coroutine.__qualname__
        for coroutine in coroutines
        if Path(coroutine.cr_code.co_filename).parent == _OURS
    )


async def sent_at_last(channel: ChannelClient, message: Message) -> Answer:
    """Send the message again until it is written to a connection; return the answer."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (answer := await channel.send(message)).failure is Failure.NOT_SENT:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    return answer


async def found_at_last(provider: Provider, channel: ChannelClient, message: Message) -> Answer:
    """Return the outcome of a message; look it up repeatedly if the provider can be asked.

    On a busy machine, an answer may take longer than a hasty channel waits.
    """
    since = wall_clock() - timedelta(minutes=2)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            found = await channel.look_up(message, since)
            if not provider.can_be_asked or found.kind is not OutcomeKind.UNKNOWN:
                return found
            await asyncio.sleep(0.05)
