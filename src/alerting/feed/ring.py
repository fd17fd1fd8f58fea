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


class _RingFrame(NamedTuple):
    seq: int
    is_beside_log: bool
    data: bytes

    def is_news(self, seq: int) -> bool:
        """True if the frame has news for a reader that knows everything up to `seq`."""
        return self.seq > seq or (self.is_beside_log and self.seq == seq)


@dataclass(eq=False, slots=True)
class _CurrentReader:
    """A reader that is up to date: the next frame is written straight to its socket."""

    seq: int
    write_now: WriteNow
    behind: asyncio.Future[int] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )
    """Resolves to the position of the first frame that the socket did not take."""


class Ring:
    """A ring buffer of frames.

    Each frame is written straight to the sockets of readers that are up to date. A reader that is
    behind keeps a cursor into the ring and catches up by itself. No reader has a queue.
    """

    def __init__(self) -> None:
        self._frames: deque[_RingFrame] = deque(maxlen=_FRAMES_KEPT)
        # A dict keeps insertion order, which a set does not: writing to thousands of sockets takes
        # a fifth less time in the order in which they lie in memory.
        self._current: dict[_CurrentReader, None] = {}
        self._ahead: dict[_CurrentReader, None] = {}
        """Readers whose first frames know more of the log than the frames pushed so far."""
        self._seq = 0
        """The last log entry of the frames pushed so far; it never goes back."""
        self._closed = False
        self.end = 0
        """The position of the next frame."""

    def push(self, seq: int, text: str, *, is_beside_log: bool = False) -> None:
        """Append a frame that ends at `seq`.

        Heartbeats and progress frames (`is_beside_log`) advance no log entry, so they also go to
        readers that are at `seq` already.
        """
        frame = _RingFrame(seq, is_beside_log, text_frame(text))
        self._frames.append(frame)
        position, self.end = self.end, self.end + 1
        self._seq, data = seq, frame.data
        if self._ahead:
            self._meet([reader for reader in self._ahead if frame.is_news(reader.seq)])
        # The loop over thousands of sockets: it asks for nothing that is not the socket's own.
        self._fall_behind([each for each in self._current if not each.write_now(data)], position)

    def close(self) -> None:
        """End all readers with RingClosedError."""
        self._closed = True
        self._fall_behind([*self._current, *self._ahead], self.end)

    async def follow(self, position: int, seq: int, write_now: WriteNow) -> AsyncIterator[bytes]:
        """Write or yield the frames from `position` on that have news for a reader at `seq`.

        Frames that `write_now` is not called for, or refuses, are yielded.

        Raises:
            TooSlowError: if the reader is so far behind that frames are gone.
            RingClosedError: if no more frames will come.
        """
        while not self._closed:
            while position < self.end:
                frame = self._at(position)
                position += 1
                if frame.is_news(seq):
                    yield frame.data
            position = await self._stay_current(seq, write_now)
        raise RingClosedError

    async def _stay_current(self, seq: int, write_now: WriteNow) -> int:
        """Wait until the socket refuses a frame; return the position from which to catch up."""
        reader = _CurrentReader(seq, write_now)
        # Every later frame is news for a reader that knows no more of the log than the last one.
        (self._current if seq <= self._seq else self._ahead)[reader] = None
        try:
            return await reader.behind
        finally:
            self._forget(reader)

    def _at(self, position: int) -> _RingFrame:
        offset = position - (self.end - len(self._frames))
        if offset < 0:
            raise TooSlowError
        return self._frames[offset]

    def _meet(self, readers: list[_CurrentReader]) -> None:
        """Count readers among those for whom every frame is news."""
        for reader in readers:
            del self._ahead[reader]
            self._current[reader] = None

    def _forget(self, reader: _CurrentReader) -> None:
        self._current.pop(reader, None)
        self._ahead.pop(reader, None)

    def _fall_behind(self, readers: list[_CurrentReader], position: int) -> None:
        for reader in readers:
            self._forget(reader)
            if not reader.behind.done():
                reader.behind.set_result(position)
