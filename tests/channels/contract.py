"""What a provider must let the tests do with it, so that its channel can be held to the contract.

Each provider is a server that nobody here patched, behind a TCP proxy that cuts, resets and
leaves. Its channel is one of `alerting.channels`.
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
"""How long a channel waits for an answer: one that is to come, and one that is not."""
_OURS: Final = Path(base.__file__).parent
_numbers = itertools.count(1)


class How(StrEnum):
    """How a provider answers one message."""

    ACCEPT = "accept"
    THROTTLE = "throttle"
    BREAK = "break"
    """Say that something went wrong, and not take it."""
    HANG_UP = "hang up"
    """Take it, and end the connection."""
    STALL = "stall"
    """Take it, and say nothing for longer than `HASTY`."""


class Provider(ABC):
    """One provider, and the channel to it."""

    can_be_asked: ClassVar[bool] = True
    """Whether it can say if it took a message whose answer was lost."""
    asks_to_wait: ClassVar[timedelta] = timedelta(0)
    """For how long it asks to be left alone when there is too much at once."""
    longest_validity: ClassVar[timedelta] = timedelta(0)
    """What a longer validity is cut to, where its protocol knows of any."""

    def __init__(self, proxy: Proxy) -> None:
        self.proxy = proxy

    def message(self) -> Message:
        """A message like no other, to a phone that no other test has."""
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
        """A channel to it, or to whatever else listens on that port."""
        channel = self.open(port or self.proxy.port, answer_within, secret)
        try:
            yield channel
        finally:
            await channel.close()

    async def until_taken(self, message: Message) -> None:
        """Wait until it has taken a message, of which the channel need not know."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while message.to not in await self.taken():  # noqa: ASYNC110 - no event tells
                await asyncio.sleep(0.01)

    @abstractmethod
    def open(self, port: int, answer_within: timedelta, secret: str | None) -> ChannelClient:
        """Make the channel; without a secret, with the right one."""

    @abstractmethod
    async def answers(self, *how: How) -> None:
        """Say how it answers the next messages, one after the other; then it accepts again."""

    @abstractmethod
    async def refusing(self, message: Message) -> Message:
        """Have it refuse for good one message, which is returned as it is to be sent."""

    @abstractmethod
    async def taken(self) -> dict[str, list[str]]:
        """The ids of all that it took, by the phone that they are for."""

    @abstractmethod
    async def valid_for(self, message: Message) -> float | None:
        """For how many seconds a message that it took is valid, if its protocol tells."""

    @abstractmethod
    def receipts(self) -> AbstractAsyncContextManager["asyncio.Queue[str]"]:
        """What names the attempt in each receipt, as they come. Open the channel inside."""

    @abstractmethod
    async def delivers(self, answer: Answer) -> None:
        """Have it bring the receipt of a message that it accepted."""

    @abstractmethod
    def name_in_receipt(self, message: Message, answer: Answer) -> str:
        """What names the attempt in a receipt."""


async def until(holds: Callable[[], bool]) -> None:
    """Wait until it holds, for a while."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not holds():  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.01)


def at_work() -> Counter[str]:
    """The channels' own tasks, by name."""
    coroutines: list[Any] = [task.get_coro() for task in asyncio.all_tasks()]
    return Counter(
        coroutine.__qualname__
        for coroutine in coroutines
        if Path(coroutine.cr_code.co_filename).parent == _OURS
    )


async def sent_at_last(channel: ChannelClient, message: Message) -> Answer:
    """The first answer to a message that was sent, trying as long as it was not."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (answer := await channel.send(message)).failure is Failure.NOT_SENT:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    return answer


async def found_at_last(provider: Provider, channel: ChannelClient, message: Message) -> Answer:
    """What became of a message: who can be asked is asked, as the service does, until it tells.

    A busy machine needs longer for an answer than a hasty channel waits.
    """
    since = wall_clock() - timedelta(minutes=2)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            found = await channel.look_up(message, since)
            if not provider.can_be_asked or found.kind is not OutcomeKind.UNKNOWN:
                return found
            await asyncio.sleep(0.05)
