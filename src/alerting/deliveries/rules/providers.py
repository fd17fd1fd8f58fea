"""Health of providers, the choice of the provider that sends, and the sender's token bucket."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from alerting.deliveries.rules.delivery import Failure, OutcomeKind
from alerting.policy.sections import Channel, ProviderRules

TWILIO: Final = "twilio"

TWILIO_VOICE: Final = "twilio-voice"

SMPP: Final = "smpp"


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider; `preference` names all providers of its channel, the preferred one first."""

    name: str
    channel: Channel
    preference: tuple[str, ...]

    @property
    def peers(self) -> tuple[str, ...]:
        """The names of the channel's other providers."""
        return tuple(name for name in self.preference if name != self.name)


class Condition(StrEnum):
    """Condition of a provider, the best first."""

    UP = "up"
    SLOW = "slow"
    DOWN = "down"


_RANK: Final = {condition: rank for rank, condition in enumerate(Condition)}


class Sign(StrEnum):
    """A sign of a provider's health, given by one answer or by a missing answer."""

    GOOD = "good"
    SLOW = "slow"
    BAD = "bad"
    FATAL = "fatal"


# A rate limit or full queue says nothing about a provider's health.
_SIGNS: Final[Mapping[Failure, Sign | None]] = {
    Failure.RETRY: None,
    Failure.NOT_SENT: Sign.BAD,
    Failure.UNKNOWN: Sign.BAD,
    Failure.PAGE_OPERATOR: Sign.FATAL,
    Failure.UNLISTED: Sign.BAD,
}


def sign_of(
    kind: OutcomeKind, failure: Failure | None, took: timedelta, rules: ProviderRules
) -> Sign | None:
    """Return what an answer after `took` says about the provider; None if it says nothing.

    The refusal of a number is a good sign, because the provider works. An unlisted refusal is a bad
    sign, because it may be the provider's fault.
    """
    found = Sign.GOOD if failure is None else _SIGNS.get(failure, Sign.GOOD)
    if kind is OutcomeKind.UNKNOWN:
        return Sign.BAD
    return Sign.SLOW if found is Sign.GOOD and took >= rules.slow_answer else found


@dataclass(frozen=True, slots=True)
class Health:
    """Health of a provider; `good`, `slow` and `bad` count its latest answers in a row."""

    since: datetime
    """When the provider entered its condition."""
    condition: Condition = Condition.UP
    good: int = 0
    slow: int = 0
    bad: int = 0
    """Number of bad answers in a row. A bad answer also counts as slow, and resets `good`."""
    falls: int = 0
    """Number of times in a row that the provider fell from `UP` soon after it had come back."""
    loses: bool = False
    """True if the provider takes texts that do not arrive. Only delivered texts end this state."""


_IN_A_ROW: Final = 6
"""Number of bad or slow answers in a row that shows a fault of the provider, not of a message."""

_TRIALS: Final = 3
"""Number of good answers in a row before a provider is up again while another one can send."""

_MOST_DOUBLINGS: Final = 4


def after_signs(
    health: Health,
    signs: Iterable[Sign],
    now: datetime,
    rules: ProviderRules,
    *,
    is_alone: bool,
) -> Health:
    """Return a provider's health after these answers.

    `is_alone` is True if all other providers of the channel are down.
    """
    for sign in signs:
        health = _after_sign(health, sign, now, rules, is_alone=is_alone)
    return health


def _after_sign(
    health: Health, sign: Sign, now: datetime, rules: ProviderRules, *, is_alone: bool
) -> Health:
    if health.loses:
        return health
    counted = _count(health, sign)
    condition = _condition(counted, sign)
    if _RANK[condition] < _RANK[health.condition] and not is_alone:
        # Another provider sends in the meantime. Waiting avoids frequent switching.
        is_held = now < health.since + _hold(health, rules)
        if is_held or counted.good < _TRIALS:
            condition = health.condition
    if condition is health.condition:
        return counted
    return Health(now, condition, falls=_falls(health, now, rules))


def _falls(health: Health, now: datetime, rules: ProviderRules) -> int:
    if health.condition is not Condition.UP:
        return health.falls
    return health.falls + 1 if now < health.since + _hold(health, rules) else 1


RECEIPTS_WITHIN: Final = timedelta(minutes=2)
"""Receipts older than this are not counted."""


def after_receipts(
    health: Health, arrived: int, lost: int, now: datetime, rules: ProviderRules
) -> Health:
    """Return a provider's health by the numbers of texts that arrived and that its route lost.

    The caller counts since the last change of condition, but at most over `RECEIPTS_WITHIN`. If
    most texts are lost, the provider is down, although it answers. It is up again when most arrive.
    """
    if lost >= _IN_A_ROW and lost > arrived and not health.loses:
        return Health(now, Condition.DOWN, falls=_falls(health, now, rules), loses=True)
    is_held = now < health.since + _hold(health, rules)
    if health.loses and not is_held and arrived >= _TRIALS and arrived > lost:
        return Health(now, Condition.UP, falls=health.falls)
    return health


def _count(health: Health, sign: Sign) -> Health:
    if sign is Sign.GOOD:
        # Good answers of a provider that is up are not counted, so that nothing needs writing.
        good = 0 if health.condition is Condition.UP else health.good + 1
        return replace(health, good=good, slow=0, bad=0)
    bad = 0 if sign is Sign.SLOW else health.bad + 1
    return replace(health, good=0, slow=health.slow + 1, bad=bad)


def _condition(counted: Health, sign: Sign) -> Condition:
    """Return the condition that the latest answers show, regardless of holds and trials."""
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
    """Return the shortest time that a provider stays in its condition; each fall doubles it."""
    doublings = min(max(health.falls - 1, 0), _MOST_DOUBLINGS)
    return rules.hold * (1 << doublings)


class Turn(StrEnum):
    """Which messages a provider may send now: all, one trial message, or none."""

    ALL = "all"
    TRIAL = "trial"
    NOTHING = "nothing"


def turn_of(provider: Provider, healths: Mapping[str, Health]) -> Turn:
    """Return which messages a provider may send, by the health of the channel's providers.

    The healthiest provider sends all messages; among equals, the preferred one does. A slow
    provider sends if no other is up. A provider that is down sends one trial message at a time,
    which shows when it works again. So does one that is slow while another is up. A provider that
    loses texts sends all messages while all others are down, because some texts may arrive.
    """
    health = healths[provider.name]
    condition = health.condition
    others = {healths[name].condition for name in provider.peers}
    if health.loses and others <= {Condition.DOWN}:
        return Turn.ALL
    best = min(provider.preference, key=lambda name: _RANK[healths[name].condition])
    if condition is Condition.DOWN:
        return Turn.TRIAL
    if provider.name == best:
        return Turn.ALL
    return Turn.NOTHING if condition is Condition.UP else Turn.TRIAL


@dataclass(frozen=True, slots=True)
class Pace:
    """Rate limit of a sender: `per_second` tokens on average, in bursts of up to `at_once`.

    Each segment of a text and each call takes one token.
    """

    sender: str
    per_second: float
    at_once: int


@dataclass(frozen=True, slots=True)
class Bucket:
    """A token bucket at the instant `filled_at`; `tokens` is below 0 after an overdraft."""

    tokens: float
    filled_at: datetime


def full(pace: Pace, now: datetime) -> Bucket:
    """Return a full bucket for this pace."""
    return Bucket(float(pace.at_once), now)


def refill(bucket: Bucket, pace: Pace, now: datetime) -> Bucket:
    """Return the bucket with the tokens gained until now; a clock that jumped back adds none."""
    passed = max(0.0, (now - bucket.filled_at).total_seconds())
    return Bucket(min(float(pace.at_once), bucket.tokens + passed * pace.per_second), now)
