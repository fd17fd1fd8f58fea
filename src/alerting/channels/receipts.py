"""Receipts of every channel: those that come before their text's id, and unlisted states."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Generic, Protocol, TypeVar

import structlog
from prometheus_client import Counter
from sqlalchemy.exc import SQLAlchemyError

from alerting.errors import NotFoundError
from alerting.metrics import UNLISTED_RECEIPTS
from alerting.stopping import cancel

log = structlog.get_logger()

WAITS: Final = (0.2, 1.0, 5.0, 20.0)
"""Seconds before each further try: a text's id is stored a moment after the centre gave it."""

AWAY: Final = 5.0
"""Shortest pause, in seconds, between tries while the database is away."""

TOO_OLD: Final = 3600.0
"""Seconds for which a receipt is tried while the database is away; its text is over by then."""

_MOST_REMEMBERED: Final = 10_000

_MOST_WAITING: Final = 1_000


_LONGEST_STATE: Final = 16

_MOST_UNLISTED: Final = 50


class _Named(Protocol):
    """A receipt that names its text by the provider's id."""

    @property
    def message_id(self) -> str:
        """The provider's id."""


_R = TypeVar("_R", bound=_Named)


class EarlyReceipts(Generic[_R]):
    """Tries receipts of unknown texts again, since not every provider sends a refused one again."""

    def __init__(
        self,
        pass_on: Callable[[_R], Awaitable[None]],
        waits: Sequence[float] = WAITS,
        away: float = AWAY,
        too_old: float = TOO_OLD,
    ) -> None:
        self._pass_on = pass_on
        self._waits = waits
        self._away = away
        self._too_old = too_old
        self._noted: OrderedDict[_R, None] = OrderedDict()
        self._waiting: set[asyncio.Task[None]] = set()

    def note(self, receipt: _R) -> None:
        """Note a receipt whose text is unknown, and try it again in a while.

        Raises:
            NotFoundError: the first time, so that the provider sends it again.
        """
        if receipt in self._noted:
            log.warning("receipt of a text that nobody knows", provider_id=receipt.message_id)
            return
        self._noted[receipt] = None
        if len(self._noted) > _MOST_REMEMBERED:
            self._noted.popitem(last=False)
        if len(self._waiting) < _MOST_WAITING:
            trying = asyncio.create_task(self._try_again(receipt))
            self._waiting.add(trying)
            trying.add_done_callback(self._waiting.discard)
        raise NotFoundError(f"no text has the id {receipt.message_id!r} yet")

    async def close(self) -> None:
        """Give up waiting."""
        await cancel(self._waiting)

    async def _try_again(self, receipt: _R) -> None:
        """Try a receipt after each wait; tries while the database is away do not count."""
        now, waits = asyncio.get_running_loop().time, list(self._waits)
        until, pause = now() + self._too_old, waits[0]
        while waits and now() < until:
            await asyncio.sleep(pause)
            try:
                await self._pass_on(receipt)
            except NotFoundError:
                del waits[0]
                pause = waits[0] if waits else 0.0
            except SQLAlchemyError as failure:
                log.warning("early receipt not stored yet", failure=repr(failure))
                pause = max(pause, self._away)
            else:
                return
        log.warning("early receipt given up", provider_id=receipt.message_id)


class UnlistedStates:
    """Counts unlisted states by their word; beyond a bounded number of words, as 'other'."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._words: set[str] = set()

    def count(self, word: str) -> None:
        """Count a receipt with the word; its first one is logged."""
        word = word.upper()[:_LONGEST_STATE]
        if word not in self._words and len(self._words) < _MOST_UNLISTED:
            self._words.add(word)
            log.warning("a receipt's state is on no list and counts as lost", state=word)
        self._counter.labels(word if word in self._words else "other").inc()


count_unlisted = UnlistedStates(UNLISTED_RECEIPTS).count
