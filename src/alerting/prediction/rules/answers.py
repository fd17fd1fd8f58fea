"""Estimates the probability that silent people stay silent, by survival analysis.

The model is a cure model: a share of the people never answers, and the others answer after a
log-normal delay. A small grid holds values of share, median and spread with prior weights. The
alert's own answers, counted by delay, multiply each weight by the likelihood (Bayes).
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import accumulate, pairwise, product
from math import exp, log
from operator import sub
from statistics import NormalDist
from typing import Final

_EDGES: Final = (0.0, 30.0, 60.0, 90.0, 120.0, 180.0, 240.0)
"""Bounds of the intervals of delay, in seconds. Later answers may be due to visits."""

_SILENT: Final = (
    (0.05, 0.1),
    (0.1, 0.25),
    (0.15, 0.3),
    (0.2, 0.2),
    (0.3, 0.1),
    (0.45, 0.03),
    (0.6, 0.02),
)
"""Shares of the people who never answer by themselves, with prior weights.

The values are calibrated as in `doors`. High shares keep some weight in case the network fails.
"""

_MEDIANS: Final = ((60.0, 0.25), (90.0, 0.25), (120.0, 0.25), (180.0, 0.15), (300.0, 0.1))
"""Median delays of the others in seconds, with prior weights, calibrated as in `doors`."""

_SPREADS: Final = (0.6, 1.0)
"""Standard deviations of the delay's logarithm, with equal prior weights.

Delays of replies are log-normal: Stouffer, Malmgren and Amaral, arXiv physics/0510216. The values
are assumptions: one sixth of those who answer take over 1.8 (2.7) times the median delay.
"""

_WAYS: Final = [
    (of_share * of_median, (share, median, spread))
    for (share, of_share), (median, of_median), spread in product(_SILENT, _MEDIANS, _SPREADS)
]

_EFFECTIVE: Final = 100.0
"""Cap on the number of people in the likelihood, because household members answer together."""

_NORMAL: Final = NormalDist()


@dataclass(frozen=True, slots=True)
class Interval:
    """The people still silent at the beginning of an interval, and those who answered in it."""

    at_risk: int
    answered: int


@dataclass(frozen=True, slots=True)
class Change:
    """The number of people of one place who joined the roll, or answered, at one time."""

    at: datetime
    place: str
    joined: int
    heard: int


def intervals(changes: Iterable[Change], now: datetime) -> list[Interval]:
    """Return the answers by interval of delay, summed over all places.

    A place's delays count from the time when it joined the roll. Places for which an interval is
    not yet over are left out of that interval.
    """
    joined: dict[str, datetime] = {}
    people: defaultdict[datetime, int] = defaultdict(int)
    heard: defaultdict[datetime, list[int]] = defaultdict(lambda: [0] * len(_EDGES))
    for each in changes:
        if each.joined:
            joined[each.place] = each.at
            people[each.at] += each.joined
        elif each.heard and each.place in joined:
            began = joined[each.place]
            age = (each.at - began).total_seconds()
            heard[began][max(0, bisect_right(_EDGES, age) - 1)] += each.heard
    found = [(0, 0)] * len(_EDGES[1:])
    for began, number in people.items():
        age = (now - began).total_seconds()
        left = accumulate(heard[began], sub, initial=number)
        for place, (at_risk, end) in enumerate(zip(left, _EDGES[1:], strict=False)):
            if end <= age and at_risk > 0:
                answered = min(at_risk, heard[began][place])
                found[place] = (found[place][0] + at_risk, found[place][1] + answered)
    return [Interval(*counts) for counts in found]


_Delays = tuple[float, float, float]
"""One grid point: the share who never answer, the median delay of the others and its spread."""


@dataclass(frozen=True)
class Answers:
    """The posterior distribution over the grid points."""

    points: Sequence[tuple[float, _Delays]]
    """Each grid point with its weight; the weights sum up to 1."""

    def stay_silent(self, age: float, until: float) -> float:
        """Return the probability that somebody silent for `age` seconds is silent until `until`."""
        later = max(age, until)
        now = sum(weight * _survival(way, age) for weight, way in self.points)
        then = sum(weight * _survival(way, later) for weight, way in self.points)
        return then / now


def learn(found: Sequence[Interval]) -> Answers:
    """Return the posterior distribution, given the answers by interval."""
    total = max((each.at_risk for each in found), default=0)
    tempered = min(1.0, _EFFECTIVE / total) if total else 0.0
    ways = [(log(prior) + tempered * _log_likelihood(way, found), way) for prior, way in _WAYS]
    top = max(each for each, _ in ways)
    weights = [exp(each - top) for each, _ in ways]
    whole = sum(weights)
    return Answers([(w / whole, way) for w, (_, way) in zip(weights, ways, strict=True)])


def _log_likelihood(way: _Delays, found: Sequence[Interval]) -> float:
    survival = [_survival(way, edge) for edge in _EDGES]
    return sum(
        each.answered * log(max(1 - after / before, 1e-9))
        + (each.at_risk - each.answered) * log(after / before)
        for each, (before, after) in zip(found, pairwise(survival), strict=False)
        if each.at_risk
    )


@cache
def _answered(median: float, spread: float, age: float) -> float:
    return _NORMAL.cdf((log(age) - log(median)) / spread) if age > 0 else 0.0


def _survival(way: _Delays, age: float) -> float:
    share, median, spread = way
    return share + (1 - share) * (1 - _answered(median, spread, round(age)))
