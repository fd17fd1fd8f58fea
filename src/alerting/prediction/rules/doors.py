"""Estimates how long an officer takes for a door, and when all doors of a place are done.

Constants called calibrated were chosen so that about 80 % of the ranges contain the true time of
zero, in runs of the scripts in `scripts.benches.prediction` with the seeds 1001 to 1004.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from math import erf, exp, log, sqrt
from typing import Final

_METRES_BETWEEN: Final = 20.0
"""Distance between doors in a village, calibrated; with 100 m, predictions were too late."""

_METRES_A_SECOND: Final = 1.2
"""Walking speed assumed for pedestrian signals (4 ft/s): MUTCD 2003, section 4E.10."""

_AT_THE_DOOR: Final = 60.0
"""Seconds to knock, to speak and to report, which is an assumption."""

_PRIOR_SECONDS: Final = _METRES_BETWEEN / _METRES_A_SECOND + _AT_THE_DOOR
"""Prior mean of the seconds for a door: 20 m on foot and a minute at the door."""

_PRIOR_DOORS: Final = 4.0
"""Weight of the prior as a number of doors, calibrated.

It must outweigh the first doors, which look slow if an officer confirms late.
"""

_FIRST_SPREAD: Final = 0.4
"""Standard deviation of the pace's logarithm before any door is done, calibrated."""

_LEAST_SPREAD: Final = 0.12
"""Standard deviation of the pace's logarithm after many doors, which is an assumption."""

_ONE_DOOR: Final = 0.5
"""Coefficient of variation of the time for one door, calibrated.

With 0.4, the ranges that were predicted late in an alert were too short.
"""

_QUANTILES: Final = ((-1.22, 0.3), (0.0, 0.4), (1.22, 0.3))
"""Points of the pace's logarithm in standard deviations, with weights; their variance is near 1."""


@dataclass(frozen=True, slots=True)
class Coming:
    """Households that will need a visit in `due` seconds if they stay silent."""

    due: float
    households: int
    chance: float
    """The probability that one of them stays silent until then."""


@dataclass(frozen=True, slots=True)
class Round:
    """The doors of one village or grid, and the number of officers who go there.

    With the probability `delayed`, nobody begins before `delay` seconds. Until `help_at` seconds,
    `officers` share the doors equally; after that, `helped` officers do. An officer who also serves
    other villages counts as a fraction.
    """

    doors: int
    coming: tuple[Coming, ...] = ()
    officers: float = 1.0
    help_at: float = math.inf
    helped: float = 1.0
    delay: float = 0.0
    delayed: float = 0.0


@dataclass(frozen=True, slots=True)
class Pace:
    """The distribution of seconds for a door: values with weights."""

    points: tuple[tuple[float, float], ...]


def pace_of(done: int, busy_seconds: float) -> Pace:
    """Return the pace, given the doors done and the officers' busy time.

    The busy time includes unfinished doors. So if officers are held up, the pace becomes slower.
    """
    worth = _PRIOR_DOORS + done
    mean = (_PRIOR_DOORS * _PRIOR_SECONDS + busy_seconds) / worth
    spread = sqrt(_FIRST_SPREAD**2 * _PRIOR_DOORS / worth + _LEAST_SPREAD**2)
    return Pace(tuple((mean * exp(place * spread), weight) for place, weight in _QUANTILES))


def log_chance_done(rounds: Iterable[tuple[Round, int]], by: float, a_door: float) -> float:
    """Return the logarithm of the probability that all rounds are done `by` seconds from now.

    `rounds` are pairs of a round and the number of equal rounds.
    """
    return sum(count * log(max(_done(each, by, a_door), 1e-12)) for each, count in rounds)


def _done(each: Round, by: float, a_door: float) -> float:
    nobody_comes = 1.0
    for part in each.coming:
        nobody_comes *= (1 - part.chance) ** part.households
    none = nobody_comes if not each.doors else 0.0
    if none > 1 - 1e-6:
        return 1.0
    on_time = _walked(each, by, a_door, 0.0, 1 - none)
    if each.delayed:
        late = _walked(each, by, a_door, each.delay, 1 - none)
        on_time += each.delayed * (late - on_time)
    return none + (1 - none) * on_time


def _walked(each: Round, by: float, a_door: float, delay: float, some: float) -> float:
    """Return the probability that a round with at least one door ends within `by` seconds."""
    ahead, spread, latest = 0.0, 0.0, 0.0
    own = a_door / each.officers
    for part in sorted(each.coming, key=lambda one: -one.due):
        expected = part.households * part.chance / some
        ahead += expected
        spread += part.households * part.chance * (1 - part.chance) / some
        latest = max(latest, max(part.due, delay) + ahead * own)
    ahead += each.doors
    # An officer who has begun is already on the way to the first door; one who starts later is not.
    begun = 0.0 if delay else 0.5
    latest = max(latest, delay + max(ahead - begun, 0.5) * own)
    deviation = own * sqrt(_ONE_DOOR**2 * max(ahead, 1.0) + spread)
    if latest > each.help_at:
        # There are at most as many helpers as doors left.
        helpers = min(each.helped, max(each.officers, (latest - each.help_at) / own))
        faster = each.officers / helpers
        latest = each.help_at + (latest - each.help_at) * faster
        deviation *= sqrt(faster)
    return (1 + erf((by - latest) / (deviation * sqrt(2)))) / 2
