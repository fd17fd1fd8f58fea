"""What the service tells officers about gauges, counted from the list of sensors."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from alerting.drill.service.client import Service


class News(StrEnum):
    """Kinds of news about a gauge, by the service's names."""

    YELLOW = "yellow"
    RED = "red"
    SILENT = "silent"
    BACK = "back"
    CLOCK_WRONG = "clock_wrong"
    SUPPRESSED = "suppressed"
    """Not told because of the rate limit, so that a flapping gauge does not tire officers."""


Counts = Counter[tuple[str, str]]
"""Numbers of news, by gauge name and kind."""


@dataclass
class NewsReader:
    """Reads the numbers of news as an officer; `service` is the officer's client."""

    service: Service
    counts: Counts = field(default_factory=Counter)

    async def read(self) -> Counts:
        """Return the numbers of news since the last call."""
        seen = counts_in(await self.service.get("/api/sensors"))
        new = seen - self.counts
        self.counts = seen
        return new


def counts_in(sensors: Iterable[Mapping[str, Any]]) -> Counts:
    """Return the numbers of news in the service's list of sensors."""
    found: Counts = Counter()
    for sensor in sensors:
        found.update((sensor["name"], note["news"]) for note in sensor["notes"])
        found[sensor["name"], News.SUPPRESSED] = sensor["suppressed"]
    return found
