"""Doors: how long an officer takes for one, and when an officer's round of doors is done.

Constants said to be calibrated were chosen on the stories of `scripts.benches.prediction` with the
seeds 1001 to 1004, so that the true zero lies in about 80 % of the ranges.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from math import erf, exp, log, sqrt
from typing import Final

_METRES_BETWEEN: Final = 20.0
"""From door to door within a village: calibrated, since with 100 m zero was predicted too late."""

_METRES_A_SECOND: Final = 1.2
"""Walking speed by which pedestrian signals are timed: MUTCD 2003, section 4E.10 (4 ft/s)."""

_AT_THE_DOOR: Final = 60.0
"""Seconds to knock, to speak and to report: an assumption."""

_PRIOR_SECONDS: Final = _METRES_BETWEEN / _METRES_A_SECOND + _AT_THE_DOOR
"""Seconds a door before any is known: 20 m on foot and a minute at the door."""

_PRIOR_DOORS: Final = 4.0
"""Doors that the prior is worth: calibrated.

An officer who confirms late makes the first doors look slow; the prior outweighs them.
"""

_FIRST_SPREAD: Final = 0.4
"""Standard deviation of the logarithm of the pace before any door is done: calibrated."""

_LEAST_SPREAD: Final = 0.12
"""The same after many, an assumption: later doors differ from earlier ones."""

_ONE_DOOR: Final = 0.5
"""Coefficient of variation of one door: calibrated; 0.4 made the last minutes' ranges too short."""

_QUANTILES: Final = ((-1.22, 0.3), (0.0, 0.4), (1.22, 0.3))
"""Points and weights of the pace's logarithm in standard deviations; their variance is near 1."""


@dataclass(frozen=True, slots=True)
class Coming:
    """Households that will need somebody at the door in `due` seconds, if they stay silent."""

    due: float
    households: int
    chance: float
    """The chance that one of them stays silent until then."""


@dataclass(frozen=True, slots=True)
class Round:
    """The doors of one village or grid, and the officers who go there.

    With the chance `delayed`, nobody begins before `delay` seconds. Until `help_at` seconds each of
    `officers` has an equal share of the doors; after that `helped` officers share them, where one
    who has other villages too counts as a fraction.
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
    """Seconds a door, as possible values with their weights."""

    points: tuple[tuple[float, float], ...]


def pace_of(done: int, busy_seconds: float) -> Pace:
    """Return the pace, given the doors done and the officers' busy time, unfinished doors included.

    A stall lengthens the busy time without adding doors, so that the pace slows by itself.
    """
    worth = _PRIOR_DOORS + done
    mean = (_PRIOR_DOORS * _PRIOR_SECONDS + busy_seconds) / worth
    spread = sqrt(_FIRST_SPREAD**2 * _PRIOR_DOORS / worth + _LEAST_SPREAD**2)
    return Pace(tuple((mean * exp(place * spread), weight) for place, weight in _QUANTILES))


def log_chance_done(rounds: Iterable[tuple[Round, int]], by: float, a_door: float) -> float:
    """Return the logarithm of the chance that all rounds are done `by` so many seconds from now.

    `rounds` are pairs: a round, and the number of officers with an equal one.
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
    """Return the chance that a round with doors ends within `by` seconds."""
    ahead, spread, latest = 0.0, 0.0, 0.0
    own = a_door / each.officers
    for part in sorted(each.coming, key=lambda one: -one.due):
        expected = part.households * part.chance / some
        ahead += expected
        spread += part.households * part.chance * (1 - part.chance) / some
        latest = max(latest, max(part.due, delay) + ahead * own)
    ahead += each.doors
    # The officer is on the way to the first of the open doors already, one who comes later is not.
    begun = 0.0 if delay else 0.5
    latest = max(latest, delay + max(ahead - begun, 0.5) * own)
    deviation = own * sqrt(_ONE_DOOR**2 * max(ahead, 1.0) + spread)
    if latest > each.help_at:
        # Each of those who help needs a door of their own.
        helpers = min(each.helped, max(each.officers, (latest - each.help_at) / own))
        faster = each.officers / helpers
        latest = each.help_at + (latest - each.help_at) * faster
        deviation *= sqrt(faster)
    return (1 + erf((by - latest) / (deviation * sqrt(2)))) / 2
