"""A ring buffer of a division's latest frames, encoded once for all its sockets."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from alerting.feed.websocket_protocol import text_frame

_FRAMES_KEPT: Final = 256

WriteNow = Callable[[bytes], bool]
"""A function that writes a frame unless the socket has unsent data; returns whether it wrote.

In the service it is `WireProtocol.write_now` of a board's socket.
"""


class TooSlowError(Exception):
    """Too slow: resume with after=SEQ."""


class RingClosedError(Exception):
    """The service cannot follow the log just now: resume with after=SEQ."""


class _RingFrame(NamedTuple):
    seq: int
    is_beside_log: bool
    data: bytes

    def is_news(self, seq: int) -> bool:
        """Return whether a reader that has everything up to `seq` needs this frame."""
        return self.seq > seq or (self.is_beside_log and self.seq == seq)


@dataclass(eq=False, slots=True)
class _CurrentReader:
    """An up-to-date reader, to whose socket the next frame is written directly."""

    seq: int
    write_now: WriteNow
    behind: asyncio.Future[int] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )
    """Resolves to the ring position of the first frame that the socket did not take."""


class Ring:
    """A ring buffer of frames without a queue for each reader.

    Each frame is written directly to the sockets of readers that are up to date. A reader that is
    behind keeps a cursor into the ring and catches up in its own task.
    """

    def __init__(self) -> None:
        self._frames: deque[_RingFrame] = deque(maxlen=_FRAMES_KEPT)
        # A dict keeps the insertion order, unlike a set. Writing to thousands of sockets in that
        # order takes a fifth less time, because it is their order in memory.
        self._current: dict[_CurrentReader, None] = {}
        self._ahead: dict[_CurrentReader, None] = {}
        """Readers whose first frames include later log entries than the frames pushed so far."""
        self._seq = 0
        """The last log entry of the frames pushed so far; it never goes back."""
        self._closed = False
        self.end = 0
        """The position that the next frame will have."""

    def push(self, seq: int, text: str, *, is_beside_log: bool = False) -> None:
        """Append a frame whose last log entry is `seq`.

        Heartbeats and progress frames (`is_beside_log`) bring no new log entry, so readers that
        already have `seq` get them too.
        """
        frame = _RingFrame(seq, is_beside_log, text_frame(text))
        self._frames.append(frame)
        position, self.end = self.end, self.end + 1
        self._seq, data = seq, frame.data
        if self._ahead:
            self._meet([reader for reader in self._ahead if frame.is_news(reader.seq)])
        # This loops over thousands of sockets, so each step uses only the socket's own state.
        self._fall_behind([each for each in self._current if not each.write_now(data)], position)

    def close(self) -> None:
        """End all readers with a RingClosedError."""
        self._closed = True
        self._fall_behind([*self._current, *self._ahead], self.end)

    async def follow(self, position: int, seq: int, write_now: WriteNow) -> AsyncIterator[bytes]:
        """Deliver the frames from `position` on that a reader at `seq` needs.

        While the reader is up to date, frames are written with `write_now`. Frames that it refuses,
        and frames that the reader has to catch up on, are yielded.

        Raises:
            TooSlowError: if the reader's next frame is no longer in the ring.
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
        """Wait until the socket refuses a frame; return that frame's position."""
        reader = _CurrentReader(seq, write_now)
        # A reader that has no later log entry than the frames pushed so far needs every new frame.
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
        """Move readers from `_ahead` to `_current`, since they need every frame from now on."""
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
