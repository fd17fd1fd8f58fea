"""Wake-up hints that something changed; if one is lost, a poll finds the change later."""

from collections import defaultdict
from collections.abc import Callable
from functools import partial
from typing import Final, Protocol

Callback = Callable[[str], None]
"""A function that gets the code of the changed division, or `ANYWHERE`; must not raise."""

Topic = tuple[str, str]
"""The kind of change (`ALERTS` or `DELIVERIES`), and the changed division's code or `ANYWHERE`."""

ALERTS: Final = "alerts"

DELIVERIES: Final = "deliveries"

ANYWHERE: Final = ""

KINDS: Final = (ALERTS, DELIVERIES)


class Bus(Protocol):
    """Publishes hints to subscribers in this process and in other processes, if there are any."""

    def publish(self, topic: Topic) -> None:
        """Send a hint. Call it on the event loop; it never blocks and never raises."""

    def subscribe(self, kind: str, callback: Callback) -> Callable[[], None]:
        """Subscribe to all hints of a kind; return a function that unsubscribes."""


class LocalBus:
    """The bus of a single process."""

    def __init__(self) -> None:
        self._callbacks: dict[str, list[Callback]] = defaultdict(list)

    def publish(self, topic: Topic) -> None:
        """Call the subscribers of the topic's kind at once."""
        kind, division = topic
        for callback in tuple(self._callbacks[kind]):
            callback(division)

    def subscribe(self, kind: str, callback: Callback) -> Callable[[], None]:
        """Subscribe to all hints of a kind; return a function that unsubscribes."""
        self._callbacks[kind].append(callback)
        return partial(self._callbacks[kind].remove, callback)
