"""Hints that something changed. They only save latency: if one is lost, a poll finds the change."""

from collections import defaultdict
from collections.abc import Callable
from functools import partial
from typing import Final, Protocol

Callback = Callable[[str], None]
"""Receives the division that changed, empty for anywhere. It must not raise."""

Topic = tuple[str, str]
"""Topic of a wake-up: the kind of change (ALERTS, DELIVERIES) and its division, or ANYWHERE."""

ALERTS: Final = "alerts"

DELIVERIES: Final = "deliveries"

ANYWHERE: Final = ""

KINDS: Final = (ALERTS, DELIVERIES)


class Bus(Protocol):
    """Passes hints on within the process and to other processes, if there are any."""

    def publish(self, topic: Topic) -> None:
        """Hint that something changed; called on the event loop, never blocks, never raises."""

    def subscribe(self, kind: str, callback: Callback) -> Callable[[], None]:
        """Subscribe to all hints of a kind; return a function that unsubscribes."""


class LocalBus:
    """The bus of a single process."""

    def __init__(self) -> None:
        self._callbacks: dict[str, list[Callback]] = defaultdict(list)

    def publish(self, topic: Topic) -> None:
        """Call back the subscribers of the topic's kind at once."""
        kind, division = topic
        for callback in tuple(self._callbacks[kind]):
            callback(division)

    def subscribe(self, kind: str, callback: Callback) -> Callable[[], None]:
        """Subscribe to all hints of a kind; return a function that unsubscribes."""
        self._callbacks[kind].append(callback)
        return partial(self._callbacks[kind].remove, callback)
