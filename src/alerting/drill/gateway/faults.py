"""Injected faults: their kinds, and seeded rules for when they happen."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from alerting.drill.story_time import seeded


class Stage(StrEnum):
    """Stages of a text's way at which a fault can happen."""

    REQUEST = "request"
    CREATE = "create"
    QUEUE = "queue"
    CARRIER = "carrier"
    CALLBACK = "callback"


STAGE_OF_KIND: Final[Mapping[str, Stage]] = {
    "dead": Stage.REQUEST,  # connections are closed without an answer, nothing is accepted
    "delay": Stage.CREATE,  # the answer comes `seconds` (real) late
    "http_429": Stage.CREATE,  # refused with Retry-After
    "http_500": Stage.CREATE,
    "http_503": Stage.CREATE,
    "accept_then_hang_up": Stage.CREATE,  # accepted, then closed without an answer
    "expired": Stage.QUEUE,  # accepted, never sent, failed `seconds` (real) later
    "undelivered": Stage.CARRIER,  # handed over, then lost with error `code`
    "lost_callback": Stage.CALLBACK,
    "repeated_callback": Stage.CALLBACK,
    "reordered_callback": Stage.CALLBACK,  # posted up to `seconds` (real) late
}


@dataclass(slots=True)
class Fault:
    """A rule for a fault, which happens with `probability`, at most `count` times.

    It happens only from `start` to `end`, in story seconds after the rules are set.
    """

    kind: str
    probability: float = 1.0
    count: float = math.inf
    start: float = 0.0
    end: float = math.inf
    code: int | None = 30003
    seconds: float = 1.0


_FIELD_OF_KEY: Final = {
    "kind": "kind",
    "probability": "probability",
    "count": "count",
    "from": "start",
    "to": "end",
    "code": "code",
    "seconds": "seconds",
}


def parse_faults(specs: Iterable[Mapping[str, Any]]) -> list[Fault]:
    """Return rules from JSON objects; `from` and `to` are story seconds after the rules are set.

    Raises:
        ValueError: if a kind or key is unknown.
    """
    return [_parse_fault(spec) for spec in specs]


def _parse_fault(spec: Mapping[str, Any]) -> Fault:
    unknown = set(spec) - set(_FIELD_OF_KEY)
    if unknown:
        raise ValueError(f"unknown fault keys {sorted(unknown)}: use {sorted(_FIELD_OF_KEY)}")
    if spec.get("kind") not in STAGE_OF_KIND:
        raise ValueError(f"unknown fault {spec.get('kind')!r}: use one of {list(STAGE_OF_KIND)}")
    return Fault(**{_FIELD_OF_KEY[key]: value for key, value in spec.items()})


class Faults:
    """The fault rules in force; equal seeds and equal sequences of draws give equal faults."""

    def __init__(self, seed: int) -> None:
        self._random = seeded(seed, "faults")
        self._rules: list[Fault] = []
        self._set_at = 0.0
        self.struck: Counter[str] = Counter()
        """Number of faults so far by kind, including those of earlier rules."""

    def set(self, rules: list[Fault], now: float) -> None:
        """Replace all rules; their times are story seconds counted from `now`."""
        self._rules = rules
        self._set_at = now

    def draw(self, stage: Stage, now: float) -> Fault | None:
        """Return the fault that happens at this stage now, and count it; None if none happens."""
        elapsed = now - self._set_at
        for rule in self._rules:
            if STAGE_OF_KIND[rule.kind] is stage and self._strikes(rule, elapsed):
                rule.count -= 1
                self.struck[rule.kind] += 1
                return rule
        return None

    def _strikes(self, rule: Fault, elapsed: float) -> bool:
        in_time = rule.start <= elapsed < rule.end
        return in_time and rule.count > 0 and self._random.random() < rule.probability

    def spread(self, seconds: float) -> float:
        """Return a random delay between 0 and `seconds`."""
        return self._random.uniform(0, seconds)
