"""How well a provider works, which of a channel's is to send, and how fast."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from alerting.deliveries.rules.delivery import Failure, OutcomeKind
from alerting.policy.sections import Channel, ProviderRules


@dataclass(frozen=True, slots=True)
class Provider:
    """One of a channel's providers; `order` names all of them, the preferred one first."""

    name: str
    channel: Channel
    order: tuple[str, ...]

    @property
    def peers(self) -> tuple[str, ...]:
        """The channel's other providers."""
        return tuple(name for name in self.order if name != self.name)


class Condition(StrEnum):
    """How well a provider works, the best first."""

    UP = "up"
    SLOW = "slow"
    DOWN = "down"


_RANK: Final = {condition: rank for rank, condition in enumerate(Condition)}


class Sign(StrEnum):
    """What one answer, or none, says of the provider that was asked."""

    GOOD = "good"
    SLOW = "slow"
    BAD = "bad"
    FATAL = "fatal"


# That there is too much at once says nothing of how well a provider works.
_SIGNS: Final[Mapping[Failure, Sign | None]] = {
    Failure.RETRY: None,
    Failure.NOT_SENT: Sign.BAD,
    Failure.UNKNOWN: Sign.BAD,
    Failure.PAGE_OPERATOR: Sign.FATAL,
}


def sign_of(
    kind: OutcomeKind, failure: Failure | None, took: timedelta, rules: ProviderRules
) -> Sign | None:
    """Return what the answer to a text or call, after so long, says of its provider.

    One that refuses a number works as well as one that accepts it.
    """
    found = Sign.GOOD if failure is None else _SIGNS.get(failure, Sign.GOOD)
    if kind is OutcomeKind.UNKNOWN:
        return Sign.BAD
    return Sign.SLOW if found is Sign.GOOD and took >= rules.slow_answer else found


@dataclass(frozen=True, slots=True)
class Health:
    """How a provider has worked; the runs count its last answers, which were all of a kind."""

    since: datetime
    condition: Condition = Condition.UP
    good: int = 0
    slow: int = 0
    bad: int = 0
    """Without an answer; and so not `good`, and in the run of the `slow` ones too."""
    falls: int = 0
    """How often it fell, each time soon after it had come back."""


_IN_A_ROW: Final = 6
"""So many bad or slow answers one after the other tell of the provider, not of a message."""

_TRIALS: Final = 3
"""So many good answers bring back one whose work another does."""

_MOST_DOUBLINGS: Final = 4


def after_signs(
    health: Health,
    signs: Iterable[Sign],
    now: datetime,
    rules: ProviderRules,
    *,
    is_alone: bool,
) -> Health:
    """Return a provider's health after these answers; `is_alone`: all others are down."""
    for sign in signs:
        health = _after_sign(health, sign, now, rules, is_alone=is_alone)
    return health


def _after_sign(
    health: Health, sign: Sign, now: datetime, rules: ProviderRules, *, is_alone: bool
) -> Health:
    counted = _count(health, sign)
    condition = _condition(counted, sign)
    if _RANK[condition] < _RANK[health.condition] and not is_alone:
        # Another one does its work: nothing is lost by waiting, and going to and fro loses much.
        is_held = now < health.since + _hold(health, rules)
        if is_held or counted.good < _TRIALS:
            condition = health.condition
    if condition is health.condition:
        return counted
    falls = counted.falls
    if health.condition is Condition.UP:
        falls = falls + 1 if now < health.since + _hold(health, rules) else 1
    return Health(now, condition, falls=falls)


def _count(health: Health, sign: Sign) -> Health:
    if sign is Sign.GOOD:
        # Of one that is up nothing is counted, so that nothing is written while all is well.
        good = 0 if health.condition is Condition.UP else health.good + 1
        return replace(health, good=good, slow=0, bad=0)
    bad = 0 if sign is Sign.SLOW else health.bad + 1
    return replace(health, good=0, slow=health.slow + 1, bad=bad)


def _condition(counted: Health, sign: Sign) -> Condition:
    """Return what the last answers alone make of it."""
    if sign is Sign.FATAL or counted.bad >= _IN_A_ROW:
        return Condition.DOWN
    if sign is Sign.GOOD:
        return Condition.UP
    if sign is Sign.SLOW and counted.condition is Condition.DOWN:
        return Condition.SLOW
    if counted.condition is Condition.UP and counted.slow >= _IN_A_ROW:
        return Condition.SLOW
    return counted.condition


def _hold(health: Health, rules: ProviderRules) -> timedelta:
    """Return how long a provider stays as it is, longer the oftener it fell."""
    doublings = min(max(health.falls - 1, 0), _MOST_DOUBLINGS)
    return rules.hold * (1 << doublings)


class Turn(StrEnum):
    """What a provider may send now."""

    ALL = "all"
    TRIAL = "trial"
    NOTHING = "nothing"


def turn_of(provider: Provider, healths: Mapping[str, Health]) -> Turn:
    """Return what a provider may send, by the health of all of its channel.

    The preferred one of those that work best sends; a slow one sends where none is quicker. One
    that is down sends one message at a time, and so does one that is slow while another works:
    by that it is seen when they work again.
    """
    condition = healths[provider.name].condition
    best = min(provider.order, key=lambda name: _RANK[healths[name].condition])
    if condition is Condition.DOWN:
        return Turn.TRIAL
    if provider.name == best:
        return Turn.ALL
    return Turn.NOTHING if condition is Condition.UP else Turn.TRIAL


@dataclass(frozen=True, slots=True)
class Pace:
    """What a sender may begin: `per_second` on average, `at_once` where nothing began for a while.

    A token is a segment of a text, or a call.
    """

    sender: str
    per_second: float
    at_once: int


@dataclass(frozen=True, slots=True)
class Bucket:
    """The tokens that were there at an instant; below 0, what was begun beyond them."""

    tokens: float
    filled_at: datetime


def full(pace: Pace, now: datetime) -> Bucket:
    """Return the bucket of who has begun nothing for a while."""
    return Bucket(float(pace.at_once), now)


def refill(bucket: Bucket, pace: Pace, now: datetime) -> Bucket:
    """Return the bucket as it is now; a clock that jumped back fills nothing."""
    passed = max(0.0, (now - bucket.filled_at).total_seconds())
    return Bucket(min(float(pace.at_once), bucket.tokens + passed * pace.per_second), now)
