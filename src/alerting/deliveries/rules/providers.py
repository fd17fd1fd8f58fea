"""Health of the providers, choice of the one that sends, and token bucket of a sender."""

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
    """One of a channel's providers; `preference` names all of them, the preferred one first."""

    name: str
    channel: Channel
    preference: tuple[str, ...]

    @property
    def peers(self) -> tuple[str, ...]:
        """The channel's other providers."""
        return tuple(name for name in self.preference if name != self.name)


class Condition(StrEnum):
    """Condition of a provider, the best first."""

    UP = "up"
    SLOW = "slow"
    DOWN = "down"


_RANK: Final = {condition: rank for rank, condition in enumerate(Condition)}


class Sign(StrEnum):
    """Sign that one answer, or its absence, gives of a provider's health."""

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
    """Return the sign given by the answer to a text or call, after `took`; None: no sign.

    A provider that refuses a number works as well as one that accepts it. An unlisted refusal may
    be the provider's fault; a run of them is.
    """
    found = Sign.GOOD if failure is None else _SIGNS.get(failure, Sign.GOOD)
    if kind is OutcomeKind.UNKNOWN:
        return Sign.BAD
    return Sign.SLOW if found is Sign.GOOD and took >= rules.slow_answer else found


@dataclass(frozen=True, slots=True)
class Health:
    """Health of a provider. `good`, `slow` and `bad` are lengths of its latest runs of answers."""

    since: datetime
    condition: Condition = Condition.UP
    good: int = 0
    slow: int = 0
    bad: int = 0
    """Run of missing answers; each extends the run of `slow` ones too and ends the `good` run."""
    falls: int = 0
    """Consecutive falls from `UP`, each soon after the provider had come back."""
    loses: bool = False
    """True if it takes texts that do not arrive. Then only texts that arrive bring it back."""


_IN_A_ROW: Final = 6
"""Run of bad or slow answers after which the fault is the provider's, not a message's."""

_TRIALS: Final = 3
"""Run of good answers after which a provider comes back while another does its work."""

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
    if health.loses:
        return health
    counted = _count(health, sign)
    condition = _condition(counted, sign)
    if _RANK[condition] < _RANK[health.condition] and not is_alone:
        # Another provider does its work: waiting costs nothing, and switching back and forth does.
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
"""Time over which a provider's receipts are counted."""


def after_receipts(
    health: Health, arrived: int, lost: int, now: datetime, rules: ProviderRules
) -> Health:
    """Return a provider's health by the texts that arrived and those lost on its route.

    They are counted since its condition changed, and for `RECEIPTS_WITHIN` at most. If most are
    lost, it is down though it answers; it comes back when most arrive.
    """
    if lost >= _IN_A_ROW and lost > arrived and not health.loses:
        return Health(now, Condition.DOWN, falls=_falls(health, now, rules), loses=True)
    is_held = now < health.since + _hold(health, rules)
    if health.loses and not is_held and arrived >= _TRIALS and arrived > lost:
        return Health(now, Condition.UP, falls=health.falls)
    return health


def _count(health: Health, sign: Sign) -> Health:
    if sign is Sign.GOOD:
        # A provider that is up has no good run, so that nothing is written while all is well.
        good = 0 if health.condition is Condition.UP else health.good + 1
        return replace(health, good=good, slow=0, bad=0)
    bad = 0 if sign is Sign.SLOW else health.bad + 1
    return replace(health, good=0, slow=health.slow + 1, bad=bad)


def _condition(counted: Health, sign: Sign) -> Condition:
    """Return the condition by the latest answers alone."""
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
    """Return how long a provider keeps its condition: doubled for each repeated fall."""
    doublings = min(max(health.falls - 1, 0), _MOST_DOUBLINGS)
    return rules.hold * (1 << doublings)


class Turn(StrEnum):
    """Share of the messages that a provider may send now."""

    ALL = "all"
    TRIAL = "trial"
    NOTHING = "nothing"


def turn_of(provider: Provider, healths: Mapping[str, Health]) -> Turn:
    """Return what a provider may send, by the health of all the channel's providers.

    The preferred provider among the healthiest sends; a slow one sends if none is faster. A
    provider that is down, or slow while another is up, sends one trial message at a time, which
    shows when it works again. One that loses texts sends all while nobody else works: some may
    arrive.
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
    """Rate limit of a sender: `per_second` tokens on average, in bursts of `at_once`.

    A token is a segment of a text, or a call.
    """

    sender: str
    per_second: float
    at_once: int


@dataclass(frozen=True, slots=True)
class Bucket:
    """Token bucket: the tokens at an instant; below 0 after an overdraft."""

    tokens: float
    filled_at: datetime


def full(pace: Pace, now: datetime) -> Bucket:
    """Return a full bucket."""
    return Bucket(float(pace.at_once), now)


def refill(bucket: Bucket, pace: Pace, now: datetime) -> Bucket:
    """Return the bucket refilled to now; a clock that jumped back adds nothing."""
    passed = max(0.0, (now - bucket.filled_at).total_seconds())
    return Bucket(min(float(pace.at_once), bucket.tokens + passed * pace.per_second), now)
