"""Hints that something changed. They wake; polls guarantee: a lost one costs a second."""

from collections import defaultdict
from collections.abc import Callable
from functools import partial
from typing import Final, Protocol

from alerting.ledger.writer import ALERTS, DELIVERIES, Topic

Callback = Callable[[str], None]
"""Gets the division that something changed in, empty for anywhere. It must not raise."""

KINDS: Final = (ALERTS, DELIVERIES)


class Bus(Protocol):
    """Passes hints on, within the process and, where there are others, to them."""

    def publish(self, topic: Topic) -> None:
        """Hint that something changed. Called on the event loop; never blocks or raises."""

    def subscribe(self, kind: str, callback: Callback) -> Callable[[], None]:
        """Call back on every hint of a kind; return what ends that."""


class LocalBus:
    """The bus of a process that is alone."""

    def __init__(self) -> None:
        self._callbacks: dict[str, list[Callback]] = defaultdict(list)

    def publish(self, topic: Topic) -> None:
        """Call back whoever subscribed to the topic's kind, at once."""
        kind, division = topic
        for callback in tuple(self._callbacks[kind]):
            callback(division)

    def subscribe(self, kind: str, callback: Callback) -> Callable[[], None]:
        """Call back on every hint of a kind; return what ends that."""
        self._callbacks[kind].append(callback)
        return partial(self._callbacks[kind].remove, callback)
