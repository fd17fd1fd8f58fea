"""Receipts of every channel: those that come before their text's id, and unlisted states."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Final, Generic, Protocol, TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError

from alerting.errors import NotFoundError
from alerting.metrics import UNLISTED_RECEIPTS
from alerting.stopping import cancel

log = structlog.get_logger()

_WAITS: Final = (0.2, 1.0, 5.0, 20.0)
"""Seconds before each further try: a text's id is stored a moment after the centre gave it."""

_MOST_REMEMBERED: Final = 10_000

_MOST_WAITING: Final = 1_000


_LONGEST_STATE: Final = 16

_MOST_UNLISTED: Final = 50

_unlisted: set[str] = set()


class _Named(Protocol):
    """A receipt that names its text by the provider's id."""

    @property
    def message_id(self) -> str:
        """The provider's id."""


_R = TypeVar("_R", bound=_Named)


class EarlyReceipts(Generic[_R]):
    """Tries receipts of unknown texts again, since not every provider sends a refused one again."""

    def __init__(self, pass_on: Callable[[_R], Awaitable[None]]) -> None:
        self._pass_on = pass_on
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
        for seconds in _WAITS:
            await asyncio.sleep(seconds)
            try:
                await self._pass_on(receipt)
            except NotFoundError:
                continue
            except SQLAlchemyError:
                log.exception("early receipt not stored", provider_id=receipt.message_id)
            return


def count_unlisted(word: str) -> None:
    """Count an unlisted state by its word; beyond a bounded number of words, as 'other'."""
    word = word.upper()[:_LONGEST_STATE]
    if len(_unlisted) < _MOST_UNLISTED:
        _unlisted.add(word)
    UNLISTED_RECEIPTS.labels(word if word in _unlisted else "other").inc()
