"""The board's state: counts by village, texts by tier, confirmed officers, and the curve.

The board reads the service's websocket. It also reads the tallies periodically, so that a lost
frame does no harm. All numbers are totals: a newer number replaces the older one.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from alerting.drill.progress.log_counts import LogCounts
from alerting.drill.story_time import StoryTime
from contacts.division import Tier, covers, tier_of

TIERS: Final = (Tier.CITY, Tier.COUNTY, Tier.TOWN, Tier.VILLAGE, Tier.HOUSEHOLD)

_ACCEPTED: Final = ("accepted", "sent", "delivered", "undelivered", "failed")

_OWED: Final = ("queued", "sending", "unknown")

_OFFICER_CONFIRMED: Final = "officer.confirmed"

_CLOSED: Final = "closed"

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Counts:
    """Numbers of households and people by standing."""

    households: Counter[str] = field(default_factory=Counter)
    people: Counter[str] = field(default_factory=Counter)

    @property
    def accounted(self) -> int:
        """The number of people who are safe, elsewhere, or known to stay."""
        return sum(self.people[standing] for standing in ("evacuated", "elsewhere", "staying"))

    @property
    def in_question(self) -> int:
        """The number of people who are unaccounted or need help."""
        return self.people["unaccounted"] + self.people["needs_help"]


@dataclass(frozen=True)
class Texts:
    """Numbers of texts to a tier: planned, accepted by the carrier, and delivered."""

    planned: int = 0
    accepted: int = 0
    delivered: int = 0


@dataclass
class Board:
    """The latest known state; `curve` holds pairs (story seconds, people accounted for)."""

    time: StoryTime
    seq: int = 0
    villages: dict[str, Counts] = field(default_factory=dict)
    texts: dict[str, Texts] = field(default_factory=dict)
    owed: int = 0
    """The number of texts that the carrier has not yet accepted."""
    confirmed: dict[str, str] = field(default_factory=dict)
    """The division of each officer who confirmed the call, by the officer's id."""
    curve: list[tuple[float, int]] = field(default_factory=list)
    zero_at: float | None = None
    """The story second since which nobody is unaccounted or needs help; None if somebody is."""
    first_zero_at: float | None = None
    """The value of `zero_at` when the alert was first closed."""
    total: Counts = field(default_factory=Counts)
    log_counts: LogCounts = field(default_factory=LogCounts)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def take(self, frame: Json) -> None:
        """Apply a snapshot or frame of the feed. Ignore other messages, such as heartbeats."""
        if "tallies" not in frame:
            return
        self.seq = frame["seq"]
        at = self.time.elapsed(self.time.at(datetime.fromisoformat(frame["at"])))
        self.count(frame["tallies"], at)
        if frame.get("deliveries"):
            self._take_texts(frame["deliveries"])
        for event in frame.get("events", ()):
            self.log_counts.take(event)
            if event["kind"] == _OFFICER_CONFIRMED:
                self.confirmed[event["subject"]] = event["division"]
        alert = frame["alert"] if frame["type"] == "snapshot" else frame.get("summary")
        if alert:
            self._take_state(alert["state"])
        self._tell()

    async def change(self) -> None:
        """Wait until the state changes."""
        await self._changed.wait()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until `holds` returns true. Check it at each change."""
        while not holds():
            await self.change()

    def count(self, tallies: Json, at: float) -> None:
        """Apply the counts by village at story second `at`."""
        if not tallies:
            return
        for village, tally in tallies.items():
            self.villages[village] = Counts(Counter(tally["households"]), Counter(tally["people"]))
        self.total = _sum(self.villages.values())
        self.curve.append((at, self.total.accounted))
        if self.total.in_question:
            self.zero_at = None
        elif self.zero_at is None:
            self.zero_at = at
        self._tell()

    def _tell(self) -> None:
        """Wake all callers of `change` once."""
        self._changed.set()
        self._changed = asyncio.Event()

    def _take_state(self, state: str) -> None:
        self.log_counts.state = state
        if state == _CLOSED and self.first_zero_at is None:
            self.first_zero_at = self.zero_at

    def _take_texts(self, deliveries: Json) -> None:
        states = {tier: Counter(by_channel.get("sms")) for tier, by_channel in deliveries.items()}
        for tier, counts in states.items():
            accepted = sum(counts[state] for state in _ACCEPTED)
            self.texts[tier] = Texts(counts.total(), accepted, counts["delivered"])
        self.owed = sum(counts[state] for counts in states.values() for state in _OWED)

    def below(self, division: str) -> Counts:
        """Return the sum of the counts of all villages in a division."""
        return _sum(counts for code, counts in self.villages.items() if covers(division, code))

    def confirmed_at(self, tier: Tier) -> int:
        """Return how many officers of a tier have confirmed the call."""
        return sum(tier_of(division) is tier for division in self.confirmed.values())

    def first_at(self, people: int) -> float | None:
        """Return the story second at which `people` were first accounted for."""
        return next((at for at, accounted in self.curve if accounted >= people), None)


def _sum(parts: Iterable[Counts]) -> Counts:
    households, people = Counter[str](), Counter[str]()
    for part in parts:
        households.update(part.households)
        people.update(part.people)
    return Counts(households, people)
