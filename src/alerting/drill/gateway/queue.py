"""One sender's queue, from which texts leave in order at a fixed rate of segments per second."""

from collections import deque
from typing import Final

from alerting.drill.gateway.store import Message


class SenderQueue:
    """The texts that wait for one sender; times are story seconds.

    Each text occupies the sender for the time that its segments take, and then the next text may
    leave. So the rate is exact, however often `due` is called.
    """

    def __init__(self, segments_per_second: float) -> None:
        self._seconds_per_segment = 1 / segments_per_second
        self._waiting: deque[tuple[float, Message]] = deque()
        self._free_at = 0.0

    def __len__(self) -> int:
        return len(self._waiting)

    def push(self, message: Message, now: float) -> None:
        """Append a text to the queue."""
        if not self._waiting:
            self._free_at = max(self._free_at, now)
        self._waiting.append((now, message))

    def next_at(self) -> float:
        """Return the story second at which the first text may leave."""
        return self._free_at

    def due(self, now: float) -> tuple[list[Message], list[Message]]:
        """Remove and return the texts that may leave by `now`, and those that have expired."""
        leaving: list[Message] = []
        expired: list[Message] = []
        while self._waiting and self._free_at <= now:
            queued_at, message = self._waiting.popleft()
            if self._free_at - queued_at > message.validity:
                expired.append(message)
                continue
            leaving.append(message)
            self._free_at += message.segments * self._seconds_per_segment
        return leaving, expired


_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)

_EXTENDED: Final = frozenset("^{}\\[~]|€\f")


def count_segments(text: str) -> int:
    """Return the number of SMS segments of `text`; an empty text counts as one."""
    if all(char in _BASIC or char in _EXTENDED for char in text):
        units = len(text) + sum(char in _EXTENDED for char in text)
        single, joined = 160, 153
    else:
        units = len(text.encode("utf-16-be")) // 2
        single, joined = 70, 67
    return 1 if units <= single else -(-units // joined)
