"""Tallies kept per village or grid, so that no row is hot, and rolled up when read."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)

from alerting.core.standing import Standing
from alerting.core.tally import Tally
from alerting.storage.tables import roll, tallies
from contacts.division import subtree

EVERYWHERE: Final = ""
"""The division that covers all others."""
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
_SHIFT: Final = (
    update(tallies)
    .where(tallies.c.alert == bindparam("of_alert"), tallies.c.division == bindparam("of_division"))
    .values({name: tallies.c[name] + bindparam(f"by_{name}") for name in NAMES})
)


def recount(alert: int) -> Select[Any]:
    """Return the statement that counts an alert's roll: division, then a Tally's numbers."""
    return select(roll.c.division, *_COUNTS).where(roll.c.alert == alert).group_by(roll.c.division)


def count_joined(connection: Connection, alert: int, seq: int) -> None:
    """Count anew the divisions in which households joined the roll at `seq`."""
    joined = select(roll.c.division).where(roll.c.alert == alert, roll.c.seq == seq).distinct()
    connection.execute(
        delete(tallies).where(tallies.c.alert == alert, tallies.c.division.in_(joined))
    )
    counts = recount(alert).where(roll.c.division.in_(joined)).subquery()
    connection.execute(
        insert(tallies).from_select(["alert", *counts.c.keys()], select(literal(alert), *counts.c))
    )


def shift(connection: Connection, changes: Mapping[tuple[int, str], Tally]) -> None:
    """Add differences to the tallies of (alert, division), in that order against deadlocks."""
    rows = [
        {"of_alert": alert, "of_division": division}
        | {f"by_{name}": getattr(change, name) for name in NAMES}
        for (alert, division), change in sorted(changes.items(), key=lambda item: item[0])
        if change != Tally()
    ]
    if rows:
        connection.execute(_SHIFT, rows)


def tally_of(connection: Connection, alert: int, division: str) -> Tally:
    """Return the tally of everything in a division."""
    low, high = subtree(division)
    row = connection.execute(
        select(*_SUMS).where(tallies.c.alert == alert, tallies.c.division.between(low, high))
    ).one()
    return Tally(*(number or 0 for number in row))


def tallies_below(
    connection: Connection, alert: int, division: str, digits: int
) -> dict[str, Tally]:
    """Return the tallies of a division's parts, whose codes have so many digits, by code."""
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
    """Return the kept tallies of these villages or grids."""
    rows = connection.execute(
        select(tallies.c.division, *(tallies.c[name] for name in NAMES)).where(
            tallies.c.alert == alert, tallies.c.division.in_(divisions)
        )
    )
    return {row[0]: Tally(*row[1:]) for row in rows}
