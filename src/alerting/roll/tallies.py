"""Tallies by village or grid. Readers add them up, because writers would contend for one sum."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, Integer, bindparam, case, func, select, update

from alerting.database.bulk import insert_or_add
from alerting.database.each_row import update_each
from alerting.roll.rules.standing import Standing
from alerting.roll.rules.tally import Tally
from alerting.roll.tables import roll, tallies
from contacts.division import subtree
from contacts.tables import HOUSEHOLDS

EVERYWHERE: Final = ""
"""The empty division code, which stands for all divisions."""

NAMES: Final = tuple(field.name for field in fields(Tally))

_SUMS: Final = tuple(func.sum(tallies.c[name]).cast(Integer).label(name) for name in NAMES)


def _counted(name: str) -> ColumnElement[int]:
    kind, _, what = name.partition("_")
    if kind == "households":
        return func.sum(case((roll.c.standing == Standing(what), 1), else_=0))
    if what == "verified":
        return func.sum(case((roll.c.verified, roll.c.elsewhere + roll.c.evacuated), else_=0))
    return func.sum(roll.c[what])


_COUNTS: Final = tuple(_counted(name).cast(Integer).label(name) for name in NAMES)

_OF_READERS: Final = (
    func.count(),
    func.sum(roll.c.unaccounted).cast(Integer),
    func.sum(case((roll.c.reachable, 1), else_=0)).cast(Integer),
)
"""The number of households, of their people, and of the households that a text can reach."""

_COLUMNS: Final = [tallies.c[name] for name in ("alert", "division", *NAMES)]

_JOINED: Final = list(tallies.c["division", "households_unaccounted", "people_unaccounted"])
"""The columns of a new tally, besides `alert`, that are not 0."""

_NOBODY: Final = dict.fromkeys(sorted(set(NAMES) - {each.name for each in _JOINED}), 0)

_ADD: Final = update_each(
    _COLUMNS,
    lambda by: (
        update(tallies)
        .where(tallies.c.alert == by.c.alert, tallies.c.division == by.c.division)
        .values({name: tallies.c[name] + by.c[name] for name in NAMES})
    ),
)


_JOINED_AT: Final = (
    select(roll.c.language, roll.c.division, *_OF_READERS)
    .where(
        roll.c.alert == bindparam("of_alert"),
        roll.c.seq == bindparam("at_seq"),
        roll.c.household.between(bindparam("low"), bindparam("high")),
    )
    .group_by(roll.c.language, roll.c.division)
)

_SUM: Final = select(*_SUMS).where(
    tallies.c.alert == bindparam("of_alert"),
    tallies.c.division.between(bindparam("low"), bindparam("high")),
)


class Joined(NamedTuple):
    """Counts of the households of one language in one village or grid that joined the roll."""

    language: str
    division: str
    households: int
    people: int
    reachable: int
    """Number of the households that a text can reach."""


def add_joined(
    connection: Connection, alert: int, seq: int, within: str = EVERYWHERE
) -> list[Joined]:
    """Add the households that joined the roll at `seq` to the tallies, and return their counts.

    All of them must lie in the division `within`, and have no evidence yet. The counts are returned
    because counting again would read the whole roll of a city.
    """
    low, high = subtree(within)
    asked = {"of_alert": alert, "at_seq": seq, "low": low, "high": high}
    joined = [Joined(*row) for row in connection.execute(_JOINED_AT, asked).all()]
    households: Counter[str] = Counter()
    people: Counter[str] = Counter()
    for each in joined:
        households[each.division] += each.households
        people[each.division] += each.people
    # Sorted, so that two transactions lock the rows in the same order and cannot deadlock.
    rows = [
        {
            "division": each,
            "households_unaccounted": households[each],
            "people_unaccounted": people[each],
        }
        for each in sorted(households)
    ]
    if rows:
        insert_or_add(connection, _JOINED, rows, {"alert": alert, **_NOBODY})
    return joined


def add_changes(connection: Connection, changes: Mapping[tuple[int, str], Tally]) -> None:
    """Add differences, by (alert, division), to the stored tallies."""
    _ADD.execute(connection, _rows(changes))


def _rows(changes: Mapping[tuple[int, str], Tally]) -> list[dict[str, Any]]:
    """Return the nonzero differences as rows, sorted so that two transactions cannot deadlock."""
    return [
        {"alert": alert, "division": division} | {name: getattr(change, name) for name in NAMES}
        for (alert, division), change in sorted(changes.items(), key=lambda item: item[0])
        if change != Tally()
    ]


def tally_of(connection: Connection, alert: int, division: str) -> Tally:
    """Return the tally of a division and of everything below it."""
    low, high = subtree(division)
    row = connection.execute(_SUM, {"of_alert": alert, "low": low, "high": high}).one()
    return Tally(*(number or 0 for number in row))


def tallies_below(
    connection: Connection, alert: int, division: str, digits: int
) -> dict[str, Tally]:
    """Return the tallies of the divisions below whose codes have `digits` digits, by code."""
    part = func.substr(tallies.c.division, 1, digits)
    low, high = subtree(division)
    rows = connection.execute(
        select(part, *_SUMS)
        .where(tallies.c.alert == alert, tallies.c.division.between(low, high))
        .group_by(part)
        .order_by(part)
    )
    return {row[0]: Tally(*row[1:]) for row in rows}


def tallies_at(connection: Connection, alert: int, divisions: list[str]) -> dict[str, Tally]:
    """Return the stored tallies of these villages or grids, by code."""
    rows = connection.execute(
        select(tallies.c.division, *(tallies.c[name] for name in NAMES)).where(
            tallies.c.alert == alert, tallies.c.division.in_(divisions)
        )
    )
    return {row[0]: Tally(*row[1:]) for row in rows}


def tallies_by_courtyard(
    connection: Connection, alert: int, division: str
) -> dict[str | None, Tally]:
    """Return the tallies of a village's courtyards and buildings, by name; None for no courtyard.

    They are counted from the roll when read. A village is small, and stored counters would cost a
    write for every answer.
    """
    low, high = subtree(division)
    courtyard = HOUSEHOLDS.c.courtyard
    rows = connection.execute(
        select(courtyard, *_COUNTS)
        .select_from(roll)
        .outerjoin(HOUSEHOLDS, HOUSEHOLDS.c.code == roll.c.household)
        .where(roll.c.alert == alert, roll.c.household.between(low, high))
        .group_by(courtyard)
        .order_by(courtyard.is_(None), courtyard)
    )
    return {row[0]: Tally(*row[1:]) for row in rows}
