"""The faults of one run of the fault harness, drawn from its seed alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from alerting.drill.story_time import seeded

Rule = Mapping[str, Any]

FAULT_FREE_EVERY: Final = 10
"""The last run of every group of this size has no faults."""
MOST_KILLS: Final = 3
_MOST_BREAKS: Final = 3
_SPAN_SECONDS: Final = 1.2
"""Real seconds after the alert, or after a start, within which most of a run's texts are sent."""
_STALL_SECONDS: Final = (0.1, 5.0)
_OUTAGE_SECONDS: Final = (0.5, 4.0)
_LEFT_OUT: Final = 0.3
"""Share of the gateway's kinds of fault that a run leaves out."""
_HIGHEST_RATES: Final = {
    "dead": 0.02,
    "http_429": 0.1,
    "http_500": 0.05,
    "http_503": 0.05,
    "accept_then_hang_up": 0.05,
    "delay": 0.1,
    "expired": 0.05,
    "undelivered": 0.1,
    "lost_callback": 0.3,
    "repeated_callback": 0.2,
    "reordered_callback": 0.3,
}
"""Highest rate of each kind of gateway fault; each run draws its own, from 0 to this."""
LATE_SECONDS: Final = 0.4
"""Real seconds by which an answer or callback is late, or after which a text expires unsent."""


class BreakKind(StrEnum):
    """Failures of every connection between service and gateway."""

    CUT = "cut"
    RESET = "reset"
    STALL = "stall"


@dataclass(frozen=True)
class Break:
    """A network failure after `after` real seconds; a stall lasts `seconds`."""

    kind: BreakKind
    after: float
    seconds: float


@dataclass(frozen=True)
class Outage:
    """The first provider refuses connections from `after` real seconds on, for `seconds`."""

    after: float
    seconds: float


@dataclass(frozen=True)
class FaultPlan:
    """All faults of one run."""

    seed: int
    kills: tuple[float, ...]
    """Real seconds from the alert, then from each start, to the next SIGKILL."""
    breaks: tuple[Break, ...]
    """In order of time, measured from the alert."""
    rules: tuple[Rule, ...]
    """The gateway's faults, in the format of its control."""

    @property
    def is_fault_free(self) -> bool:
        """Whether it has no faults."""
        return not (self.kills or self.breaks or self.rules)


def draw_outage(seed: int) -> Outage | None:
    """Return when the first provider is away, for runs with a second one; None without faults."""
    if seed % FAULT_FREE_EVERY == FAULT_FREE_EVERY - 1:
        return None
    chance = seeded(seed, "outage")
    return Outage(chance.uniform(0, _SPAN_SECONDS), chance.uniform(*_OUTAGE_SECONDS))


def fault_free(seed: int) -> FaultPlan:
    """Return the plan without faults."""
    return FaultPlan(seed, (), (), ())


def draw_ordeal(seed: int) -> FaultPlan:
    """Return the plan of a seed; a seed that ends in 9 has no faults."""
    if seed % FAULT_FREE_EVERY == FAULT_FREE_EVERY - 1:
        return fault_free(seed)
    chance = seeded(seed, "fault_plan")
    kills = tuple(chance.uniform(0, _SPAN_SECONDS) for _ in range(chance.randint(0, MOST_KILLS)))
    breaks = [
        Break(
            chance.choice(list(BreakKind)),
            chance.uniform(0, _SPAN_SECONDS),
            chance.uniform(*_STALL_SECONDS),
        )
        for _ in range(chance.randint(0, _MOST_BREAKS))
    ]
    rules = tuple(
        {"kind": kind, "probability": chance.uniform(0, highest), "seconds": LATE_SECONDS}
        for kind, highest in _HIGHEST_RATES.items()
        if chance.random() >= _LEFT_OUT
    )
    return FaultPlan(seed, kills, tuple(sorted(breaks, key=lambda each: each.after)), rules)
