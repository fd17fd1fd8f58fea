"""The synthetic households of a village: sizes, phones, languages, vulnerability and coordinates.

They depend only on the seed and the village, not on the rest of the roster.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import cycle
from random import Random
from typing import Final

from contacts.naming import everyday_name
from contacts.people import Vulnerability

PROPORTIONS: Final = {
    "vulnerable": 0.18,
    "phoneless": 0.04,
    "with a second phone, of those with one": 0.25,
}
"""Shares of the households. By default a household has one phone and nobody vulnerable."""

SIZE_WEIGHTS: Final = {1: 250, 2: 300, 3: 220, 4: 130, 5: 60, 6: 25, 7: 10, 8: 5}
"""The weight of each household size, per 1,000 households, before sizes are fitted to the total."""

_HOUSEHOLDS_A_GROUP: Final = 30

HOUSEHOLDS_A_COURTYARD: Final = 10
"""The number of households in a courtyard, of which the first looks after the others."""

_NAMED_EVERY: Final = 10
"""One household in this many has its people's names in the roster."""

_MARKS: Final = "甲乙丙丁戊己庚辛"

_POINTS: Final = ("小学操场", "村委会院坝", "文化广场")

_ROUTES: Final = (
    "走东边公路，不要过河",
    "沿村道上坡，避开沟底",
    "走水泥路，不要走河边小路",
)

_SHARED: Final = tuple(word for word in Vulnerability if word is not Vulnerability.ALONE)

_BOXES: Final = {"511921": (31.6, 32.6, 107.0, 107.9)}

_ELSEWHERE: Final = (31.25, 32.75, 106.35, 107.75)
"""Rough boxes (south, north, west, east) in degrees: Tongjiang, and Bazhong for the rest."""


@dataclass(frozen=True, slots=True)
class Village:
    """A village to fill; `first` is the number of households in the villages before it."""

    code: str
    name: str
    first: int
    households: int
    people: int


def assembly_point(code: str, name: str) -> tuple[str, str, float, float]:
    """Return a village's assembly point: its name, a route in words, latitude and longitude.

    It depends only on the village, and lies north of the homes.
    """
    dice = seeded("assembly point", code)
    latitude, longitude = _centre(code)
    point = f"{everyday_name(name)}{dice.choice(_POINTS)}"
    return point, dice.choice(_ROUTES), round(latitude + 0.02, 6), round(longitude, 6)


def homes(
    seed: int, village: Village, languages: Mapping[str, float]
) -> Iterator[tuple[object, ...]]:
    """Yield the rows of a village's households, in the column order of HouseholdLine.

    `languages` holds the weights of the households' languages, by code.
    """
    dice = seeded(seed, village.code)
    place = village.name.removesuffix("居民委员会").removesuffix("民委员会")
    centre = _centre(village.code)
    for number, size in enumerate(_sizes(dice, village.households, village.people), 1):
        group = 1 + (number - 1) // _HOUSEHOLDS_A_GROUP
        courtyard, place_in_it = divmod(number - 1, HOUSEHOLDS_A_COURTYARD)
        first = number - place_in_it
        head = f"住户{number:04d}"
        yield (
            f"{village.code}{number:04d}",
            village.code,
            f"{place}{group}组{number}号",
            head,
            size,
            ";".join(_phones(dice, village.first + number - 1)),
            dice.choices(list(languages), list(languages.values()))[0],
            _vulnerable(dice, size),
            *_scatter(dice, centre),
            f"grid-{village.code}",
            "" if number % _NAMED_EVERY else ";".join(f"{head}{mark}" for mark in _MARKS[:size]),
            f"{village.code}{first:04d}" if place_in_it else "",
            f"{courtyard + 1}号院",
        )


def _sizes(dice: Random, households: int, people: int) -> list[int]:
    """Return plausible household sizes that add up to `people`."""
    sizes = dice.choices(list(SIZE_WEIGHTS), list(SIZE_WEIGHTS.values()), k=households)
    missing = people - sum(sizes)
    step = 1 if missing > 0 else -1
    for index in cycle(dice.sample(range(households), households)):
        if not missing:
            break
        if sizes[index] + step in SIZE_WEIGHTS:
            sizes[index] += step
            missing -= step
    return sizes


def _phones(dice: Random, household: int) -> list[str]:
    if dice.random() < PROPORTIONS["phoneless"]:
        return []
    count = 1 + (dice.random() < PROPORTIONS["with a second phone, of those with one"])
    return [phone_number(2 * household + position) for position in range(count)]


def phone_number(number: int) -> str:
    """Return the synthetic phone number with this index, which must be below 100,000,000."""
    return f"+86100{number:08d}"


def _vulnerable(dice: Random, size: int) -> str:
    if dice.random() >= PROPORTIONS["vulnerable"]:
        return ""
    return f"{Vulnerability.ELDERLY};{Vulnerability.ALONE}" if size == 1 else dice.choice(_SHARED)


def _centre(village: str) -> tuple[float, float]:
    """Return the (latitude, longitude) of a village, which is near its town's for every seed."""
    south, north, west, east = _BOXES.get(village[:6], _ELSEWHERE)
    town, own = seeded(village[:9]), seeded(village)
    return (
        town.uniform(south + 0.1, north - 0.1) + own.uniform(-0.07, 0.07),
        town.uniform(west + 0.1, east - 0.1) + own.uniform(-0.07, 0.07),
    )


def _scatter(dice: Random, centre: tuple[float, float]) -> tuple[float, float]:
    """Return a point within 0.02 degrees (about 2 km) of the centre, mostly much nearer."""
    latitude, longitude = (
        round(degrees + max(-0.02, min(0.02, dice.gauss(0, 0.005))), 6) for degrees in centre
    )
    return latitude, longitude


def seeded(*key: object) -> Random:
    """Return a random generator that gives the same sequence for the same key, in any process."""
    return Random(":".join(map(str, key)))  # noqa: S311 - a drill's dice guard nothing
