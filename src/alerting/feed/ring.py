"""The latest frames of a scope, encoded once, read by every socket at its own pace."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from typing import Final, NamedTuple

_FRAMES_KEPT: Final = 256


class TooSlowError(Exception):
    """Too slow: resume with after=SEQ."""


class RingClosedError(Exception):
    """The service cannot follow the log just now: resume with after=SEQ."""


class _Kept(NamedTuple):
    seq: int
    tells_nothing: bool
    text: str


class Ring:
    """A bounded run of frames. A reader holds a place in it, not a queue of its own."""

    def __init__(self) -> None:
        self._kept: deque[_Kept] = deque(maxlen=_FRAMES_KEPT)
        self._news = asyncio.Event()
        self._closed = False
        self.end = 0
        """The place where the next frame will stand."""

    def push(self, seq: int, text: str, *, tells_nothing: bool = False) -> None:
        """Append a frame that ends at `seq`; a heartbeat tells nothing but that."""
        self._kept.append(_Kept(seq, tells_nothing, text))
        self.end += 1
        self._wake()

    def close(self) -> None:
        """Send every reader away."""
        self._closed = True
        self._wake()

    async def follow(self, place: int, seq: int) -> AsyncIterator[str]:
        """Yield the texts from `place` on that tell more than is known at `seq`.

        Raises:
            TooSlowError: if the reader came so late that frames are gone.
            RingClosedError: if there will be no more frames.
        """
        while not self._closed:
            while place < self.end:
                offset = place - (self.end - len(self._kept))
                if offset < 0:
                    raise TooSlowError
                kept = self._kept[offset]
                place += 1
                if kept.seq > seq or (kept.tells_nothing and kept.seq == seq):
                    yield kept.text
            await self._news.wait()
        raise RingClosedError

    def _wake(self) -> None:
        # Whoever waits now goes on; whoever comes back later looks at `end` first.
        self._news.set()
        self._news.clear()
