"""What many ask at once, read for all of them together."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Generic, TypeVar

_K = TypeVar("_K")
_V = TypeVar("_V")


class Together(Generic[_K, _V]):
    """One reading at a time, for all who have asked by then.

    Nothing is kept: whoever asks is answered by a reading that begins afterwards, and so sees
    what was committed before. A thousand who ask at once cost about two readings.
    """

    def __init__(self, read: Callable[[Collection[_K]], Awaitable[Mapping[_K, _V]]]) -> None:
        self._read = read
        self._one_at_a_time = asyncio.Lock()
        self._asked: set[_K] = set()
        self._next: asyncio.Task[Mapping[_K, _V]] | None = None
        """The reading that has not begun."""

    async def ask(self, key: _K) -> _V | None:
        """Return what is read of a key, or None if nothing is; raise what the reading raises."""
        self._asked.add(key)
        if self._next is None:
            self._next = asyncio.create_task(self._read_next())
        # One that goes must not take from the others what they wait for together.
        return (await asyncio.shield(self._next)).get(key)

    async def _read_next(self) -> Mapping[_K, _V]:
        async with self._one_at_a_time:
            asked, self._asked, self._next = self._asked, set(), None
            return await self._read(asked)
