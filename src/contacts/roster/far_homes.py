"""Finds households far from all others in their village, probably with mistyped coordinates."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from math import cos, radians
from typing import Final

from sqlalchemy import Connection, Select, select

from contacts.bounds import CellError
from contacts.directory import households_in
from contacts.division import village_of
from contacts.roster.lines import HouseholdLine
from contacts.tables import HOUSEHOLDS

NEAR_KM: Final = 3.0
"""A household farther than this (in km) from all others is more than 45 minutes' walk away."""

KM_PER_DEGREE: Final = 111.2

_Home = tuple[str, float, float]
"""A household's code, latitude and longitude in degrees."""


def far_homes(
    conn: Connection, lines: Iterable[HouseholdLine], stays: Callable[[str], bool]
) -> list[CellError]:
    """Return a warning for each household more than 3 km from all others in its village.

    The others are those in the file, and the stored ones for whose code `stays` is true.
    """
    villages: dict[str, list[_Home]] = {}
    for line in lines:
        if line.latitude is not None and line.longitude is not None:
            home = line.code, line.latitude, line.longitude
            villages.setdefault(village_of(line.code), []).append(home)
    found: list[CellError] = []
    for village, homes in villages.items():
        if far := set(_alone(homes)):
            homes += [(c, y, x) for c, y, x in conn.execute(_placed(village)) if stays(c)]
            found += map(_far, far.intersection(_alone(homes)) if len(homes) > 1 else ())
    return sorted(found, key=str)


def _alone(homes: list[_Home]) -> Iterator[str]:
    """Yield the codes of households with no other in their cell of 3 km or in those around it."""
    north = NEAR_KM / KM_PER_DEGREE
    east = north / max(cos(radians(homes[0][1])), 0.01)
    cells = {code: (latitude // north, longitude // east) for code, latitude, longitude in homes}
    counts = Counter(cells.values())
    for code, (row, column) in cells.items():
        around = ((row + y, column + x) for y in (-1, 0, 1) for x in (-1, 0, 1))
        if sum(counts[cell] for cell in around) == 1:
            yield code


def _placed(village: str) -> Select[str, float, float]:
    columns = select(*HOUSEHOLDS.c["code", "latitude", "longitude"])
    return columns.where(households_in([village]), HOUSEHOLDS.c.latitude.is_not(None))


def _far(code: str) -> CellError:
    return CellError(
        f"{code} lies over {NEAR_KM:g} km from all other households of its village: check its "
        "latitude and longitude",
        f"{code}离本村其他住户都超过{NEAR_KM:g}公里：请核对经纬度",
    )
