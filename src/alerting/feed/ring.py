"""The latest frames of a scope, encoded once for all its sockets."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from alerting.feed.websocket_protocol import text_frame

_FRAMES_KEPT: Final = 256

WriteNow = Callable[[bytes], bool]
"""Writes a frame to a socket unless unsent data waits there; returns whether it did."""


class TooSlowError(Exception):
    """Too slow: resume with after=SEQ."""


class RingClosedError(Exception):
    """The service cannot follow the log just now: resume with after=SEQ."""


class _Kept(NamedTuple):
    seq: int
    is_beside_log: bool
    frame: bytes

    def is_news(self, seq: int) -> bool:
        """True if the frame has news for a reader that knows everything up to `seq`."""
        return self.seq > seq or (self.is_beside_log and self.seq == seq)


@dataclass(eq=False, slots=True)
class _Abreast:
    """A reader that is up to date: the next frame is written straight to its socket."""

    seq: int
    write_now: WriteNow
    behind: asyncio.Future[int] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )
    """Resolves to the place of the first frame that the socket did not take."""


class Ring:
    """A ring buffer of frames.

    Each frame is written straight to the sockets of readers that are up to date. A reader that is
    behind keeps a cursor into the ring and catches up by itself. No reader has a queue.
    """

    def __init__(self) -> None:
        self._kept: deque[_Kept] = deque(maxlen=_FRAMES_KEPT)
        # A dict keeps insertion order, which a set does not: writing to thousands of sockets takes
        # a fifth less time in the order in which they lie in memory.
        self._abreast: dict[_Abreast, None] = {}
        self._closed = False
        self.end = 0
        """The place of the next frame."""

    def push(self, seq: int, text: str, *, is_beside_log: bool = False) -> None:
        """Append a frame that ends at `seq`.

        Heartbeats and progress frames (`is_beside_log`) advance no log entry, so they also go to
        readers that are at `seq` already.
        """
        kept = _Kept(seq, is_beside_log, text_frame(text))
        self._kept.append(kept)
        place, self.end = self.end, self.end + 1
        late = [
            reader
            for reader in self._abreast
            if kept.is_news(reader.seq) and not reader.write_now(kept.frame)
        ]
        self._fall_behind(late, place)

    def close(self) -> None:
        """End all readers with RingClosedError."""
        self._closed = True
        self._fall_behind(list(self._abreast), self.end)

    async def follow(self, place: int, seq: int, write_now: WriteNow) -> AsyncIterator[bytes]:
        """Write or yield the frames from `place` on that have news for a reader at `seq`.

        Frames that `write_now` is not called for, or refuses, are yielded.

        Raises:
            TooSlowError: if the reader is so far behind that frames are gone.
            RingClosedError: if no more frames will come.
        """
        while not self._closed:
            while place < self.end:
                kept = self._at(place)
                place += 1
                if kept.is_news(seq):
                    yield kept.frame
            place = await self._keep_abreast(seq, write_now)
        raise RingClosedError

    async def _keep_abreast(self, seq: int, write_now: WriteNow) -> int:
        """Wait until the socket refuses a frame; return the place from which to catch up."""
        reader = _Abreast(seq, write_now)
        self._abreast[reader] = None
        try:
            return await reader.behind
        finally:
            self._abreast.pop(reader, None)

    def _at(self, place: int) -> _Kept:
        offset = place - (self.end - len(self._kept))
        if offset < 0:
            raise TooSlowError
        return self._kept[offset]

    def _fall_behind(self, readers: list[_Abreast], place: int) -> None:
        for reader in readers:
            self._abreast.pop(reader, None)
            if not reader.behind.done():
                reader.behind.set_result(place)
