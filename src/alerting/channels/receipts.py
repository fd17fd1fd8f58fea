"""Retry receipts that come before their text's id is stored, and count unlisted states."""

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
"""Delays in seconds before each retry: a receipt may come before its text's id is stored."""

AWAY: Final = 5.0
"""Minimum delay in seconds between retries while the database is unreachable."""

TOO_OLD: Final = 3600.0
"""Seconds for which a receipt is retried while the database is unreachable."""

_MOST_REMEMBERED: Final = 10_000

_MOST_WAITING: Final = 1_000


_LONGEST_STATE: Final = 16

_MOST_UNLISTED: Final = 50


class _Named(Protocol):
    """A receipt that names its text by the provider's id."""

    @property
    def message_id(self) -> str:
        """The provider's id of the text."""


_R = TypeVar("_R", bound=_Named)


class EarlyReceipts(Generic[_R]):
    """Retries receipts of unknown texts; not every provider repeats a refused receipt."""

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
        """Schedule retries of a receipt whose text is unknown.

        Raises:
            NotFoundError: the first time, so that the provider repeats the receipt.
        """
        if receipt in self._noted:
            log.warning("receipt of an unknown text", provider_id=receipt.message_id)
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
        """Cancel all retries."""
        await cancel(self._waiting)

    async def _try_again(self, receipt: _R) -> None:
        """Retry a receipt after each delay; failures of the database do not use up a delay."""
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
    """Counts receipts by unlisted state word; after a maximum number of words, as 'other'."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._words: set[str] = set()

    def count(self, word: str) -> None:
        """Count a receipt with this state word; log the first one of each word."""
        word = word.upper()[:_LONGEST_STATE]
        if word not in self._words and len(self._words) < _MOST_UNLISTED:
            self._words.add(word)
            log.warning("a receipt's state is on no list and counts as lost", state=word)
        self._counter.labels(word if word in self._words else "other").inc()


count_unlisted = UnlistedStates(UNLISTED_RECEIPTS).count
