"""How many people were accounted for as time went on: the log's evidence, folded again in order."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter

from alerting.core.evidence import Evidence
from alerting.core.persons import fold_persons
from alerting.core.tally import Tally


@dataclass(frozen=True, slots=True)
class Home:
    """A household as it came onto the roll; `places` are those of its named in its list."""

    joined_at: datetime
    headcount: int
    places: frozenset[int]


@dataclass(frozen=True, slots=True)
class Word:
    """Something said of a household, and when the service learned of it."""

    household: str
    learned_at: datetime
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Point:
    """People at an instant; beside these two are those who call for help or will not leave."""

    at: datetime
    total: int
    accounted: int
    unaccounted: int


@dataclass(frozen=True, slots=True)
class _Happening:
    at: datetime
    household: str
    evidence: Evidence | None
    """None: it came onto the roll."""


def trace(homes: Mapping[str, Home], words: Iterable[Word], most: int) -> list[Point]:
    """Return the curve from the first household's joining to the last word, in time's order.

    It has a point for the beginning and up to `most` others, evenly spread, each as of the last
    thing that happened by then. What was said of households that are not in `homes` is left out.
    """
    happened = _in_order(homes, words)
    if not happened:
        return []
    begin = happened[0].at
    # Division rounds, and down would make one part more than asked for.
    step = (happened[-1].at - begin) / most + timedelta.resolution
    # What happens at the very beginning stands alone: the curve starts where everybody is missing.
    together = groupby(happened, lambda one: -((begin - one.at) // step))
    return list(_follow(homes, (list(some) for _, some in together)))


def _in_order(homes: Mapping[str, Home], words: Iterable[Word]) -> list[_Happening]:
    joined = [_Happening(home.joined_at, code, None) for code, home in homes.items()]
    said = [_Happening(w.learned_at, w.household, w.evidence) for w in words]
    known = [one for one in said if one.household in homes]
    return sorted([*joined, *known], key=attrgetter("at"))


def _follow(homes: Mapping[str, Home], parts: Iterable[Sequence[_Happening]]) -> Iterator[Point]:
    said: dict[str, list[Evidence]] = {}
    standing: dict[str, Tally] = {}
    sum_of_all = Tally()
    for part in parts:
        for one in part:
            said.setdefault(one.household, [])
            if one.evidence is not None:
                said[one.household].append(one.evidence)
        for household in {one.household for one in part}:
            home = homes[household]
            now = Tally.of(fold_persons(said[household], home.headcount, home.places))
            sum_of_all += now - standing.get(household, Tally())
            standing[household] = now
        accounted = sum_of_all.people_elsewhere + sum_of_all.people_evacuated
        yield Point(part[-1].at, sum_of_all.people, accounted, sum_of_all.people_unaccounted)
