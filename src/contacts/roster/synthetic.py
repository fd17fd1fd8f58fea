"""A synthetic roster for drills, with plausible proportions and obviously invented names.

The same seed gives the same bytes. Households are generated one village at a time, so that a roster
of any size needs little memory. Every phone number starts with +86 100, which no operator uses.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Final, TextIO

from contacts.division import Tier, covers, parent_of
from contacts.people import Role
from contacts.roster.lines import DivisionLine, HouseholdLine, OfficerLine, columns
from contacts.roster.synthetic_homes import (
    SIZE_WEIGHTS,
    Village,
    assembly_point,
    homes,
    phone_number,
    seeded,
)

HOUSEHOLDS_2022: Final = 2292

PEOPLE_2022: Final = 5898
"""People evacuated in Tongjiang on 29 August 2022; the default for the mean household size."""

_MOST_IN_A_VILLAGE: Final = 9999
"""The highest number of a household, which has 4 digits."""

_MOST_HOUSEHOLDS: Final = 45_000_000
"""The maximum number of households.

Each has two phone numbers reserved, so officers' numbers start at twice this value.
"""

_JITTER: Final = (70, 130)

_OFFICES: Final = {
    Tier.CITY: ("duty", "deputy", "administrator"),
    Tier.COUNTY: ("duty", "deputy"),
    Tier.TOWN: ("duty", "deputy", "commander"),
    Tier.VILLAGE: ("grid", "informant"),
}

_ROLES: Final = {
    "duty": (Role.DUTY_OFFICER, "演练值班员"),
    "deputy": (Role.DUTY_OFFICER, "演练副值班员"),
    "administrator": (Role.ADMINISTRATOR, "演练管理员"),
    "commander": (Role.TOWN_COMMANDER, "演练指挥长"),
    "grid": (Role.GRID_OFFICER, "演练网格员"),
    "informant": (Role.INFORMANT, "演练信息员"),
}


@dataclass(frozen=True, slots=True)
class Roster:
    """A synthetic roster before it is written: see `synthesize`."""

    seed: int
    divisions: tuple[tuple[str, str, Tier], ...]
    """(code, name, tier) of the filled divisions, all below them and all above them."""
    villages: tuple[Village, ...]


def synthesize(
    divisions: Iterable[tuple[str, str, str]],
    within: Sequence[str],
    households: int,
    people: int | None,
    seed: int,
) -> Roster:
    """Spread exact totals of households and people over the villages of some divisions.

    `divisions` holds (code, name, tier) of the whole city, and `within` the codes to fill. Officers
    are created for these divisions, all below them and all above them. Without `people`, the mean
    household size is that of the 2022 evacuation in Tongjiang: 5,898 people in 2,292 households.

    Raises:
        ValueError: if there is no village to fill, or the totals cannot be met.
    """
    if not within:
        raise ValueError("no division to fill: name at least one")
    scope = sorted(d for d in divisions if any(covers(w, d[0]) or covers(d[0], w) for w in within))
    villages = [(code, name) for code, name, tier in scope if tier == Tier.VILLAGE]
    for code in within:
        if not any(covers(code, village) for village, _ in villages):
            raise ValueError(f"there is no village in {code!r}: import divisions, or correct it")
    if people is None:
        people = round(households * PEOPLE_2022 / HOUSEHOLDS_2022)
    _check_totals(households, people)
    return Roster(
        seed,
        tuple((code, name, Tier(tier)) for code, name, tier in scope),
        tuple(_fill(villages, households, people, seed)),
    )


def write_divisions(roster: Roster, out: TextIO) -> None:
    """Write the divisions in the format of `contacts.roster.importing.import_divisions`.

    Every village has an assembly point, with a route and a phone for questions.
    """
    after_officers = 2 * _MOST_HOUSEHOLDS + len(_ROLES) * len(roster.divisions)
    _write(
        out,
        columns(DivisionLine),
        (
            (code, name, tier, parent_of(code) or "", *_gathering(code, name, tier, number))
            for number, (code, name, tier) in enumerate(roster.divisions, after_officers)
        ),
    )


def _gathering(code: str, name: str, tier: Tier, number: int) -> tuple[object, ...]:
    if tier is not Tier.VILLAGE:
        return ("",) * 5
    return (*assembly_point(code, name), phone_number(number))


def write_households(roster: Roster, out: TextIO, languages: Mapping[str, float]) -> None:
    """Write the households in the format of `contacts.roster.importing.import_households`.

    `languages` holds the weights of the households' languages, by code.
    """
    _write(
        out,
        columns(HouseholdLine),
        (row for v in roster.villages for row in homes(roster.seed, v, languages)),
    )


def write_officers(roster: Roster, out: TextIO) -> None:
    """Write the officers in the format of `contacts.roster.importing.import_officers`.

    Each village has a grid officer and an informant. Each town, county and city has a duty officer
    with a deputy. Each town has a commander, and the city an administrator. All read the service's
    home language.
    """
    offices = [
        (code, office) for code, _, tier in roster.divisions for office in _OFFICES.get(tier, ())
    ]
    _write(
        out,
        columns(OfficerLine),
        (
            (
                f"{office}-{code}",
                f"{_ROLES[office][1]} {code}",
                _ROLES[office][0],
                code,
                phone_number(2 * _MOST_HOUSEHOLDS + number),
                f"duty-{code}" if office == "deputy" else "",
                "",
            )
            for number, (code, office) in enumerate(offices)
        ),
    )


def _write(out: TextIO, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)


def _check_totals(households: int, people: int) -> None:
    if not 1 <= households <= _MOST_HOUSEHOLDS:
        raise ValueError(f"{households} households: write 1 to {_MOST_HOUSEHOLDS}")
    if not households <= people <= max(SIZE_WEIGHTS) * households:
        raise ValueError(
            f"{people} people do not fit {households} households: "
            f"write {households} to {max(SIZE_WEIGHTS) * households}"
        )


def _fill(
    villages: Sequence[tuple[str, str]], households: int, people: int, seed: int
) -> Iterator[Village]:
    counts = _spread(households, len(villages), seed)
    if max(counts) > _MOST_IN_A_VILLAGE:
        raise ValueError(
            f"one village would get {max(counts)} households, but it has codes for only "
            f"{_MOST_IN_A_VILLAGE}: name more villages, or ask for fewer households"
        )
    firsts = accumulate([0, *counts[:-1]])
    heads = _shares(people, counts)
    for (code, name), first, count, head in zip(villages, firsts, counts, heads, strict=True):
        yield Village(code, name, first, count, head)


def _spread(households: int, villages: int, seed: int) -> list[int]:
    """Return the number of households of each village: equal shares with some jitter."""
    dice = seeded(seed, "villages")
    weights = [dice.randint(*_JITTER) for _ in range(villages)]
    least = 1 if households >= villages else 0
    return [least + share for share in _shares(households - least * villages, weights)]


def _shares(total: int, weights: Sequence[int]) -> list[int]:
    """Divide a total in proportion to weights; the shares add up to it exactly."""
    whole = sum(weights)
    bounds = [total * run // whole for run in accumulate(weights, initial=0)]
    return [high - low for low, high in pairwise(bounds)]
