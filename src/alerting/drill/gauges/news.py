"""The service's news of gauges: what officers are told, and how often, from their list."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from alerting.drill.service.client import Service


class News(StrEnum):
    """News of a gauge for officers, by the service's names."""

    YELLOW = "yellow"
    RED = "red"
    SILENT = "silent"
    BACK = "back"
    CLOCK_WRONG = "clock_wrong"
    SUPPRESSED = "suppressed"
    """Held back by the rate limit, so that a gauge that flaps does not wear people out."""


Counts = Counter[tuple[str, str]]
"""Numbers by gauge and news."""


@dataclass
class NewsReader:
    """Reads the numbers as an officer; `service` is the officer's client."""

    service: Service
    counts: Counts = field(default_factory=Counter)

    async def read(self) -> Counts:
        """Return what is new since the last call."""
        seen = counts_in(await self.service.get("/api/sensors"))
        new = seen - self.counts
        self.counts = seen
        return new


def counts_in(sensors: Iterable[Mapping[str, Any]]) -> Counts:
    """Return the numbers in a list of sensors."""
    found: Counts = Counter()
    for sensor in sensors:
        found.update((sensor["name"], note["news"]) for note in sensor["notes"])
        found[sensor["name"], News.SUPPRESSED] = sensor["suppressed"]
    return found
