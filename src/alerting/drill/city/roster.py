"""The simulated city: its roster, its place names and the behaviour of its people."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from alerting.drill.city.handsets import RosterEntry, behaviour_of
from alerting.drill.city.people import Behaviour, DoorTruth, officer_behaviour
from alerting.drill.story_time import seeded
from contacts.division import village_of
from contacts.naming import everyday_name
from contacts.people import parse_phone

_KNOCK_SECONDS: Final = (45.0, 120.0)

_DEAD_SHARE: Final = 0.1
"""Share of households whose first phone is dead, among those with a phone."""

_SECOND_PHONE_SHARE: Final = 0.8
"""Share of the households with a dead first phone that have a second; lower if too few have two."""


@dataclass(frozen=True)
class City:
    """The people and places of a drill; households are keyed by code, officers by id."""

    seed: int
    households: Mapping[str, RosterEntry]
    officers: Mapping[str, RosterEntry]
    names: Mapping[str, str]
    """The everyday name of each division, by code."""
    points: Mapping[str, str] = field(default_factory=dict)
    """The name of each village's assembly point, by village code."""
    heads: frozenset[str] = frozenset()
    """The names of all heads of households, which texts in every language write in Chinese."""

    @property
    def villages(self) -> list[str]:
        """The sorted codes of the villages that have households."""
        return sorted({village_of(code) for code in self.households})

    @property
    def dead_homes(self) -> Mapping[str, RosterEntry]:
        """The households whose first phone is dead, by code."""
        return {code: home for code, home in self.households.items() if home.dead}

    def name(self, division: str) -> str:
        """Return the everyday name of a division, or its code if it has no name."""
        return self.names.get(division, division)

    def plan(self, household: str) -> Behaviour:
        """Return the behaviour of a household."""
        return behaviour_of(self.seed, self.households[household])

    def at_door(self, household: str) -> DoorTruth:
        """Return what an officer finds at a household's door."""
        return self.plan(household).at_door

    def is_awake(self, officer: str) -> bool:
        """Return whether an officer ever answers. Officers who never answer visit nobody."""
        return not officer_behaviour(self.seed, officer).is_silent

    def knock_seconds(self, household: str) -> float:
        """Return the story seconds that a visit takes, including the way."""
        return seeded(self.seed, f"knock:{household}").uniform(*_KNOCK_SECONDS)

    def as_roster(self) -> list[dict[str, Any]]:
        """Return all entries in the JSON form that the gateway accepts."""
        return [asdict(entry) for entry in (*self.households.values(), *self.officers.values())]


def read_city(folder: Path, seed: int) -> City:
    """Read a city from the roster files in `folder`.

    Raises:
        OSError: if a file cannot be read.
        KeyError, ValueError: if a file is not a valid roster.
    """
    homes, places = list(_rows(folder / "households.csv")), list(_rows(folder / "divisions.csv"))
    return City(
        seed,
        {row["code"]: _household(row) for row in homes},
        {row["id"]: _officer(row) for row in _rows(folder / "officers.csv")},
        {row["code"]: everyday_name(row["name"]) for row in places},
        {row["code"]: row["assembly_point"] for row in places if row["assembly_point"]},
        frozenset(row["head"] for row in homes),
    )


def _rows(path: Path) -> Iterable[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as source:
        yield from csv.DictReader(source)


def _phones(text: str) -> tuple[str, ...]:
    return tuple(parse_phone(phone) for phone in text.split(";") if phone)


def _household(row: Mapping[str, str]) -> RosterEntry:
    phones, vulnerable = _phones(row["phones"]), bool(row["vulnerable"])
    size, language = int(row["headcount"]), row["language"]
    return RosterEntry(row["code"], size, phones, vulnerable, "household", language=language)


def _officer(row: Mapping[str, str]) -> RosterEntry:
    return RosterEntry(row["id"], 1, _phones(row["phones"]), vulnerable=False, kind="officer")


def with_dead_phones(city: City) -> City:
    """Return the city with some first phones marked as dead, chosen by the city's seed."""
    dice = seeded(city.seed, "dead phones")
    owners = sorted(code for code, home in city.households.items() if home.phones)
    several = [code for code in owners if len(city.households[code].phones) > 1]
    single = [code for code in owners if len(city.households[code].phones) == 1]
    dead = round(_DEAD_SHARE * len(owners))
    of_several = min(len(several), round(_SECOND_PHONE_SHARE * dead))
    chosen = dice.sample(several, of_several)
    chosen += dice.sample(single, min(len(single), dead - of_several))
    homes = {code: city.households[code] for code in chosen}
    killed = {code: replace(home, dead=home.phones[:1]) for code, home in homes.items()}
    return replace(city, households={**city.households, **killed})
