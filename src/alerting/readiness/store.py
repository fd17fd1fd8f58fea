"""Stores the result of the last readiness check, and reads it by division."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select

from alerting.feed.predicted import Withheld
from alerting.readiness.forecast import PlaceReadiness, Readiness
from alerting.readiness.gaps import MISSED, Gap, GapReason, Subject
from alerting.readiness.tables import readiness_gaps, readiness_places
from contacts.directory import households_named, officers_named, short_names
from contacts.division import subtree

_AT_ONCE: Final = 10_000


@dataclass(frozen=True, slots=True)
class StoredPlace:
    """The stored forecast of a division, with its everyday name."""

    division: str
    name: str
    at: datetime
    households: int
    people: int
    earliest: int | None
    latest: int | None
    withheld: Withheld | None


@dataclass(frozen=True, slots=True)
class NamedGap:
    """A stored gap with the name of the household's head, the officer or the division."""

    gap: Gap
    name: str
    """The name; empty if the roster no longer has the entry."""


def last_check(connection: Connection) -> datetime | None:
    """Return when the last check ran; None if none has, or if the roster was empty."""
    last: datetime | None = connection.scalar(
        select(func.max(readiness_places.c.at, type_=readiness_places.c.at.type))
    )
    return last


def save(connection: Connection, found: Readiness) -> None:
    """Replace the stored result by this one."""
    connection.execute(delete(readiness_gaps))
    connection.execute(delete(readiness_places))
    for start in range(0, len(found.places), _AT_ONCE):
        rows = [_place_row(each, found.at) for each in found.places[start : start + _AT_ONCE]]
        connection.execute(insert(readiness_places), rows)
    for start in range(0, len(found.gaps), _AT_ONCE):
        part = found.gaps[start : start + _AT_ONCE]
        connection.execute(
            insert(readiness_gaps),
            [_gap_row(position, gap) for position, gap in enumerate(part, start)],
        )


def _place_row(each: PlaceReadiness, at: datetime) -> dict[str, Any]:
    made = each.prediction
    earliest, latest = (
        round((when - at).total_seconds()) if when else None
        for when in (made.earliest, made.latest)
    )
    return {
        "division": each.division,
        "at": at,
        "households": each.households,
        "people": each.people,
        "earliest": earliest,
        "latest": latest,
        "withheld": made.reason,
    }


def _gap_row(position: int, gap: Gap) -> dict[str, Any]:
    return {
        "position": position,
        "reason": gap.reason,
        "about": gap.about,
        "subject": gap.subject,
        "division": gap.division,
        "number": gap.number,
    }


def places_at(connection: Connection, divisions: Collection[str]) -> list[StoredPlace]:
    """Return the stored forecasts of these divisions, sorted by code; some may have none."""
    p = readiness_places.c
    rows = connection.execute(
        select(readiness_places).where(p.division.in_(sorted(divisions))).order_by(p.division)
    ).all()
    names = short_names(connection, [row.division for row in rows])
    return [
        StoredPlace(
            row.division,
            names.get(row.division, row.division),
            row.at,
            row.households,
            row.people,
            row.earliest,
            row.latest,
            Withheld(row.withheld) if row.withheld else None,
        )
        for row in rows
    ]


def counts_within(connection: Connection, division: str) -> dict[GapReason, tuple[int, int]]:
    """Return, by reason, the number of gaps in a division, and of households or doors in them."""
    g = readiness_gaps.c
    rows = connection.execute(
        select(g.reason, func.count(), func.sum(g.number))
        .where(_within(division))
        .group_by(g.reason)
    )
    return {GapReason(reason): (gaps, int(number)) for reason, gaps, number in rows}


def missed_within(connection: Connection, division: str) -> int:
    """Return the number of households in a division that would be missed."""
    counts = counts_within(connection, division)
    return sum(number for reason, (_, number) in counts.items() if reason in MISSED)


def gaps_within(
    connection: Connection, division: str, most: int, after: int = -1
) -> list[tuple[int, NamedGap]]:
    """Return up to `most` gaps in a division with their positions, gravest first.

    Only gaps after the position `after` are returned.
    """
    g = readiness_gaps.c
    rows = connection.execute(
        select(readiness_gaps)
        .where(_within(division), g.position > after)
        .order_by(g.position)
        .limit(most)
    ).all()
    names = _names(connection, rows)
    return [
        (
            row.position,
            NamedGap(
                Gap(
                    GapReason(row.reason),
                    Subject(row.about),
                    row.subject,
                    row.division,
                    row.number,
                ),
                names.get((row.about, row.subject), ""),
            ),
        )
        for row in rows
    ]


def _within(division: str) -> ColumnElement[bool]:
    """Return the SQL condition that a gap lies in a division."""
    return readiness_gaps.c.division.between(*subtree(division))


def _names(connection: Connection, rows: Sequence[Any]) -> dict[tuple[int, str], str]:
    subjects = {kind: {row.subject for row in rows if row.about == kind} for kind in Subject}
    return {
        **{
            (Subject.DIVISION, code): name
            for code, name in short_names(connection, subjects[Subject.DIVISION]).items()
        },
        **{
            (Subject.OFFICER, id_): officer.name
            for id_, officer in officers_named(connection, subjects[Subject.OFFICER]).items()
        },
        **{
            (Subject.HOUSEHOLD, each.code): each.head
            for each in households_named(connection, subjects[Subject.HOUSEHOLD])
        },
    }
