"""What befalls one run of the fault harness: drawn from its seed alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from alerting.drill.story_time import seeded

Rule = Mapping[str, Any]

FAULT_FREE_EVERY: Final = 10
"""The last of every so many runs meets no fault at all."""
MOST_KILLS: Final = 3
_MOST_BREAKS: Final = 3
_SPAN_SECONDS: Final = 1.2
"""Real: within so long of the alert, or of a start, most of a run's texts are on their way."""
_STALL_SECONDS: Final = (0.1, 5.0)
_LEFT_OUT: Final = 0.3
"""The share of the gateway's kinds of fault that a run does not meet."""
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
"""By kind of the gateway's faults; each run draws its own rates, from zero to these."""
LATE_SECONDS: Final = 0.4
"""Real: how late a delayed answer or callback is, and how long a text waits to expire."""


class BreakKind(StrEnum):
    """What happens to every connection between service and gateway."""

    CUT = "cut"
    RESET = "reset"
    STALL = "stall"


@dataclass(frozen=True)
class Break:
    """The network fails `after` so many real seconds; a stall lasts `seconds`."""

    kind: BreakKind
    after: float
    seconds: float


@dataclass(frozen=True)
class FaultPlan:
    """All that is done to one run."""

    seed: int
    kills: tuple[float, ...]
    """Real seconds from the alert, then from each start, to the next SIGKILL."""
    breaks: tuple[Break, ...]
    """In the order of their times, from the alert."""
    rules: tuple[Rule, ...]
    """The gateway's faults, as its control takes them."""

    @property
    def is_fault_free(self) -> bool:
        """Whether nothing is done to it."""
        return not (self.kills or self.breaks or self.rules)


def fault_free(seed: int) -> FaultPlan:
    """Return the fault_plan that is none."""
    return FaultPlan(seed, (), (), ())


def draw_ordeal(seed: int) -> FaultPlan:
    """Return what the seed stands for; the last digit of the fault-free ones is 9."""
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
