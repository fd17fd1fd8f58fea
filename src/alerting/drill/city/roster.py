"""The simulated city: its roster, its place names and its people's behaviour."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from alerting.drill.city.handsets import RosterEntry
from alerting.drill.city.people import Behaviour, DoorTruth, behaviour, officer_behaviour
from alerting.drill.story_time import seeded
from contacts.division import village_of
from contacts.people import parse_phone

_KNOCK_SECONDS: Final = (45.0, 120.0)

_DEAD_SHARE: Final = 0.1
"""Share of the households with a phone whose first phone is dead."""

_SECOND_PHONE_SHARE: Final = 0.8
"""Share of those that have a second phone, if the roster has so many."""

_OFFICIAL_ENDINGS: Final = ("居民委员会", "民委员会")
"""Endings of a residents' and a villagers' committee: '千佛村民委员会' is the village 千佛村."""


@dataclass(frozen=True)
class City:
    """The households by code and the officers by id."""

    seed: int
    households: Mapping[str, RosterEntry]
    officers: Mapping[str, RosterEntry]
    names: Mapping[str, str]
    """The everyday name of each division, by code."""

    @property
    def villages(self) -> list[str]:
        """The codes of the inhabited villages."""
        return sorted({village_of(code) for code in self.households})

    @property
    def dead_homes(self) -> Mapping[str, RosterEntry]:
        """The households whose first phone is dead, by code."""
        return {code: home for code, home in self.households.items() if home.dead}

    def name(self, division: str) -> str:
        """Return the everyday name of a division."""
        return self.names.get(division, division)

    def plan(self, household: str) -> Behaviour:
        """Return the behaviour of a household."""
        home = self.households[household]
        return behaviour(self.seed, home.code, home.headcount, home.has_phone, home.vulnerable)

    def at_door(self, household: str) -> DoorTruth:
        """Return an officer's finding at a household's door."""
        return self.plan(household).at_door

    def is_awake(self, officer: str) -> bool:
        """Return whether an officer wakes; one who sleeps visits nobody."""
        return not officer_behaviour(self.seed, officer).is_silent

    def knock_seconds(self, household: str) -> float:
        """Return the story seconds to walk to a household and speak to it."""
        return seeded(self.seed, f"knock:{household}").uniform(*_KNOCK_SECONDS)

    def as_roster(self) -> list[dict[str, Any]]:
        """Return all entries in the JSON form that the gateway accepts."""
        return [asdict(entry) for entry in (*self.households.values(), *self.officers.values())]


def read_city(folder: Path, seed: int) -> City:
    """Return the city from households.csv and officers.csv in `folder`.

    Raises:
        OSError: if a file cannot be read.
        KeyError, ValueError: if a file is not a valid roster.
    """
    return City(
        seed,
        {row["code"]: _household(row) for row in _rows(folder / "households.csv")},
        {row["id"]: _officer(row) for row in _rows(folder / "officers.csv")},
        _names(),
    )


def _rows(path: Path) -> Iterable[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as source:
        yield from csv.DictReader(source)


def _phones(text: str) -> tuple[str, ...]:
    return tuple(parse_phone(phone) for phone in text.split(";") if phone)


def _household(row: Mapping[str, str]) -> RosterEntry:
    phones, vulnerable = _phones(row["phones"]), bool(row["vulnerable"])
    return RosterEntry(row["code"], int(row["headcount"]), phones, vulnerable, "household")


def _officer(row: Mapping[str, str]) -> RosterEntry:
    return RosterEntry(row["id"], 1, _phones(row["phones"]), vulnerable=False, kind="officer")


def _names() -> dict[str, str]:
    listed = files("contacts").joinpath("data", "bazhong-divisions.csv").read_text("utf-8")
    return {row["code"]: _plain(row["name"]) for row in csv.DictReader(listed.splitlines())}


def _plain(name: str) -> str:
    for ending in _OFFICIAL_ENDINGS:
        name = name.removesuffix(ending)
    return name


def with_dead_phones(city: City) -> City:
    """Return the city with some first phones dead, chosen by its seed."""
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
