"""Import of households in three steps: read the file, compare it with the roster, store the plan.

The first two steps write nothing, so that a preview shows exactly the plan that is then stored.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Final, TypeVar

from sqlalchemy import Connection, select

from contacts.bounds import CellError, quoted
from contacts.directory import households_in
from contacts.division import village_of
from contacts.locality import HOME
from contacts.roster.clerk_file import Asked
from contacts.roster.codes import KnownHome
from contacts.roster.comparison import (
    Difference,
    Label,
    Namesake,
    changes,
    doubts,
    emptied,
    label,
    settle_moves,
)
from contacts.roster.far_homes import far_homes
from contacts.roster.households import HouseholdFile, Stored, read_households
from contacts.roster.lines import HouseholdLine
from contacts.roster.packed import Packed
from contacts.roster.places import OfficersByName
from contacts.roster.retire import empty_file, follow_moves, retire_households
from contacts.roster.sheets import RawSheet
from contacts.roster.store import (
    Report,
    RosterEntry,
    add,
    entry_of,
    stored_entries,
    update_entries,
)
from contacts.tables import DIVISIONS, HOUSEHOLD_PHONES, HOUSEHOLDS, OFFICERS

_T = TypeVar("_T")

_CHUNK: Final = 1000

_KEY: Final = frozenset({"code", "division"})


@dataclass(slots=True)
class Plan:
    """The rows that an import will store, and how they differ from the stored rows."""

    new: Packed[HouseholdLine] = field(default_factory=Packed)
    changed: Packed[RosterEntry] = field(default_factory=Packed)
    gone: list[str] = field(default_factory=list)
    people: int = 0
    difference: Difference = field(default_factory=lambda: Difference(Packed(), Packed()))

    def report(self) -> Report:
        """Return the numbers of rows that are added, changed, unchanged and removed."""
        return Report(
            len(self.new),
            len(self.changed),
            self.difference.unchanged,
            self.people,
            len(self.gone),
        )


def read_for(
    conn: Connection, sheets: Iterable[RawSheet], languages: Collection[str], asked: Asked
) -> HouseholdFile:
    """Read the households of a file, and resolve its names with the stored roster.

    Raises:
        RosterError: with all problems of the file, up to a limit.
    """
    stored = Stored(
        divisions=dict(conn.execute(select(DIVISIONS.c.code, DIVISIONS.c.name)).all()),
        officers=OfficersByName(
            conn.execute(select(*OFFICERS.c["id", "name", "division"]).order_by(OFFICERS.c.id))
        ),
        languages=languages,
        usual_language=HOME.home_language,
        homes=lambda: _known_homes(conn, asked.within),
    )
    return read_households(sheets, stored, asked)


def plan_import(conn: Connection, file: HouseholdFile, *, whole: bool, within: str = "") -> Plan:
    """Compare a file with the stored roster.

    If the file is `whole`, it is complete for the division `within`, and households there that it
    does not list are removed.

    Raises:
        RosterError: if a centre household is in neither the file nor the roster, or if a whole file
            is empty.
    """
    plan = Plan()
    for some in file.lines.blocks():
        _compare(conn, plan, file, some)
    if whole:
        plan.gone = _left_out(conn, file, within)
    plan.difference.gone = _labels(conn, plan.gone)
    settle_moves(plan.difference, map(entry_of, plan.new), _namesakes(conn, plan.new))
    _check_centres(conn, file, plan)
    plan.difference.suspicious += doubts(lambda: map(entry_of, file.lines))
    gone = set(plan.gone)
    plan.difference.suspicious += far_homes(
        conn, file.lines, lambda code: code not in file.places and code not in gone
    )
    if plan.gone:
        plan.difference.suspicious += emptied(plan.difference.gone, _counted(conn))
    return plan


def store_plan(conn: Connection, plan: Plan, now: datetime) -> Report:
    """Store a plan; return the numbers of rows that were changed."""
    for some in plan.new.blocks():
        add(conn, HOUSEHOLDS, list(map(entry_of, some)), now)
    for changed in plan.changed.blocks():
        update_entries(conn, HOUSEHOLDS, changed, now)
    follow_moves(conn, ((old, label.code) for label, old in plan.difference.moved))
    retire_households(conn, plan.gone)
    return plan.report()


def _compare(
    conn: Connection, plan: Plan, file: HouseholdFile, lines: Sequence[HouseholdLine]
) -> None:
    """Sort lines into new, changed and unchanged; fields without a column keep their value.

    A code that was assigned to a new household is refused if another household has it by now.
    """
    said = {name: file.fields(name) | _KEY for name, _ in file.layouts}
    stored = stored_entries(conn, HOUSEHOLDS, [line.code for line in lines])
    for line in lines:
        plan.people += line.headcount
        before = stored.get(line.code)
        if before is None:
            plan.new.append(line)
            continue
        sheet, at = file.places[line.code]
        if line.code in file.given:
            file.refuse(sheet, at, "code", _given_meanwhile(line.code))
        fields, entry = said[sheet], entry_of(line)
        if found := changes(before, entry, fields):
            plan.changed.append(_kept(before, entry, fields))
            plan.difference.changed.append((label(entry.row), found))
        else:
            plan.difference.unchanged += 1


def _kept(before: RosterEntry, after: RosterEntry, fields: frozenset[str]) -> RosterEntry:
    """Return the new entry, with the stored values in the fields that the file does not have."""
    row = {name: value if name in fields else before.row[name] for name, value in after.row.items()}
    return RosterEntry(row, after.phones if "phones" in fields else before.phones)


def _left_out(conn: Connection, file: HouseholdFile, within: str) -> list[str]:
    if not file.places:
        raise empty_file()
    codes = select(HOUSEHOLDS.c.code).order_by(HOUSEHOLDS.c.code)
    inside = codes.where(households_in([within])) if within else codes
    return [code for code in conn.scalars(inside) if code not in file.places]


def _labels(conn: Connection, codes: Sequence[str]) -> list[Label]:
    query = select(*HOUSEHOLDS.c["code", "head", "address"]).order_by(HOUSEHOLDS.c.code)
    return [
        Label(*row)
        for some in _chunks(codes)
        for row in conn.execute(query.where(HOUSEHOLDS.c.code.in_(some)))
    ]


def _namesakes(conn: Connection, new: Packed[HouseholdLine]) -> Iterator[Namesake]:
    """Yield the stored households that share a phone with a new one."""
    query = (
        select(HOUSEHOLDS.c.code, HOUSEHOLDS.c.head, HOUSEHOLD_PHONES.c.number)
        .join(HOUSEHOLD_PHONES, HOUSEHOLD_PHONES.c.household == HOUSEHOLDS.c.code)
        .order_by(HOUSEHOLDS.c.code)
    )
    for lines in new.blocks():
        numbers = sorted({number for line in lines for number in line.phones})
        for row in conn.execute(query.where(HOUSEHOLD_PHONES.c.number.in_(numbers))):
            yield Namesake(*row)


def _given_meanwhile(code: str) -> CellError:
    return CellError(
        f"{code!r} was assigned to another household meanwhile: import again",
        f"{quoted(code)}同时被别的住户占用：请重新导入",
    )


def _check_centres(conn: Connection, file: HouseholdFile, plan: Plan) -> None:
    """Refuse rows whose centre household will not be in the roster after the import."""
    outside = {
        line.code: line.centre
        for line in file.lines
        if line.centre is not None and line.centre not in file.places
    }
    named = sorted(set(outside.values()))
    known = {label.code for label in _labels(conn, named)} - set(plan.gone)
    for code, centre in outside.items():
        if centre not in known:
            sheet, at = file.places[code]
            file.refuse(sheet, at, "centre", _lost_centre(centre))
    file.problems.check()


def _lost_centre(centre: str) -> CellError:
    return CellError(
        f"{centre!r} is not a known household: add its line, or correct it",
        f"没有{quoted(centre)}这一户：请加上这一行，或改正",
    )


def _counted(conn: Connection) -> Counter[str]:
    """Return the number of stored households of each village."""
    return Counter(map(village_of, conn.scalars(select(HOUSEHOLDS.c.code))))


def _known_homes(conn: Connection, within: str) -> Iterator[KnownHome]:
    """Yield the stored households with their phones, ordered by code."""
    homes = (
        select(*HOUSEHOLDS.c["code", "head", "address"], HOUSEHOLD_PHONES.c.number)
        .outerjoin(HOUSEHOLD_PHONES, HOUSEHOLD_PHONES.c.household == HOUSEHOLDS.c.code)
        .order_by(HOUSEHOLDS.c.code, HOUSEHOLD_PHONES.c.position)
        .execution_options(yield_per=_CHUNK)
    )
    inside = homes.where(households_in([within])) if within else homes
    for (code, head, address), rows in groupby(conn.execute(inside), lambda row: row[:3]):
        yield KnownHome(code, head, address, tuple(number for *_, number in rows if number))


def _chunks(items: Sequence[_T]) -> Iterator[Sequence[_T]]:
    return (items[start : start + _CHUNK] for start in range(0, len(items), _CHUNK))
