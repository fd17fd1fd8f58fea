"""The roster entries of households after they move, split or merge, and codes for new ones."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, func, select

from contacts.directory import names_in
from contacts.division import village_of
from contacts.people import Vulnerability
from contacts.roster.codes import next_code
from contacts.roster.store import RosterEntry
from contacts.tables import HOUSEHOLDS

_OF_THE_OLD_HOME: Final = {"latitude": None, "longitude": None, "courtyard": None}
"""Columns that describe the old home of a household that moves, and are unknown for the new one."""

_OF_THE_OLD_VILLAGE: Final = {"officer": None, "centre": None}
"""Columns that name people in the village that a household leaves."""


@dataclass(frozen=True, slots=True)
class Leavers:
    """The people who leave a household to found one of their own."""

    head: str
    headcount: int
    persons: Sequence[str]
    """The names of the people who leave, as far as they are known."""
    phones: tuple[str, ...]
    """The phones of the new household, the one to try first at the front."""
    vulnerable: Sequence[Vulnerability]


def free_code(connection: Connection, division: str) -> str:
    """Return an unused household code in a village or grid.

    Raises:
        CellError: if all codes are in use.
    """
    last = select(func.max(HOUSEHOLDS.c.code)).where(HOUSEHOLDS.c.division == division)
    return next_code(division, connection.execute(last).scalar_one_or_none())


def moved(before: RosterEntry, code: str, division: str, address: str) -> RosterEntry:
    """Return a household's entry in its new home.

    If that is in another village, the household has no officer and no neighbour to look after it.
    """
    there = {"division": division, "address": address}
    left: dict[str, None] = {}
    if any(before.row[name] != value for name, value in there.items()):
        left |= _OF_THE_OLD_HOME
    if village_of(code) != village_of(before.row["code"]):
        left |= _OF_THE_OLD_VILLAGE
    return RosterEntry(before.row | left | there | {"code": code}, before.phones)


def founded(
    before: RosterEntry, leavers: Leavers, code: str, division: str, address: str
) -> RosterEntry:
    """Return the entry of the new household that the leavers found."""
    own = {
        "head": leavers.head,
        "headcount": leavers.headcount,
        "persons": ";".join(leavers.persons),
        "vulnerable": _joined(leavers.vulnerable),
    }
    at_home = moved(before, code, division, address)
    return RosterEntry(at_home.row | own, leavers.phones)


def left_behind(before: RosterEntry, leavers: Leavers) -> RosterEntry:
    """Return the entry of the household without the people who leave.

    It keeps all kinds of vulnerability, because it is unknown which of them the leavers have.
    """
    names = [name for name in names_in(before.row["persons"]) if name not in leavers.persons]
    fewer = {
        "headcount": before.row["headcount"] - leavers.headcount,
        "persons": ";".join(names),
    }
    phones = tuple(number for number in before.phones if number not in leavers.phones)
    return RosterEntry(before.row | fewer, phones)


def merged(staying: RosterEntry, joining: RosterEntry, headcount: int) -> RosterEntry:
    """Return the entry of a household that another one has joined.

    It keeps its home, head and language.
    """
    names = names_in(staying.row["persons"]) + names_in(joining.row["persons"])
    kinds = {kind for one in (staying, joining) for kind in one.row["vulnerable"].split(";")}
    centre = staying.row["centre"]
    all_of_them: dict[str, Any] = {
        "headcount": headcount,
        "persons": ";".join(dict.fromkeys(names)),
        "vulnerable": _joined(kinds),
        "centre": None if centre == joining.row["code"] else centre,
    }
    phones = tuple(dict.fromkeys(staying.phones + joining.phones))
    return RosterEntry(staying.row | all_of_them, phones)


def _joined(kinds: Collection[str]) -> str:
    return ";".join(kind for kind in Vulnerability if kind in kinds)
