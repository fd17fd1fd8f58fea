"""Queries of past exercises, and of actual alerts that keep an exercise from being raised."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, func, or_, select

from alerting.cap.alert import Status
from alerting.cap.exercise import ExerciseSize
from alerting.cap.lifecycle import OVER, AlertState
from alerting.exercises.rules import Held
from alerting.ledger.alerts import StoredAlert, stored
from alerting.ledger.tables import alerts, areas
from alerting.officer_calls.listing import OfficerCall, calls_within
from alerting.policy.sections import OfficerLadder
from alerting.roll.rules.tally import Tally
from alerting.roll.tallies import tally_of
from contacts.division import Tier, ancestors, subtree
from contacts.tables import DIVISIONS

_SIZE: Final = func.coalesce(alerts.c.exercise_size, ExerciseSize.EVERYBODY.value)
"""An exercise from another system has no size, and reached everybody."""

_IS_HELD: Final = and_(
    alerts.c.status == Status.EXERCISE,
    alerts.c.state.not_in([AlertState.PROPOSED, AlertState.CANCELLED]),
)
"""Proposed and cancelled exercises do not count as held."""

_IS_ACTUAL: Final = and_(alerts.c.status == Status.ACTUAL, alerts.c.state.not_in(sorted(OVER)))


def _concerns(division: str) -> ColumnElement[bool]:
    """Return the SQL condition that an alert's area and a division overlap."""
    return or_(
        areas.c.division.between(*subtree(division)), areas.c.division.in_(ancestors(division))
    )


def last_held(connection: Connection, division: str) -> list[Held]:
    """Return the last exercise of each size, for every area that overlaps a division."""
    rows = connection.execute(
        select(areas.c.division, _SIZE, func.max(alerts.c.sent, type_=alerts.c.sent.type))
        .join(alerts, alerts.c.id == areas.c.alert)
        .where(_IS_HELD, _concerns(division))
        .group_by(areas.c.division, _SIZE)
    )
    return [Held(place, ExerciseSize(size), at) for place, size, at in rows]


def villages_within(connection: Connection, division: str) -> list[str]:
    """Return the codes of the villages in a division; for a grid, return its own code."""
    villages = select(DIVISIONS.c.code).where(
        DIVISIONS.c.code.between(*subtree(division)), DIVISIONS.c.tier == Tier.VILLAGE
    )
    return list(connection.scalars(villages.order_by(DIVISIONS.c.code))) or [division]


@dataclass(frozen=True)
class HeldExercise:
    """A past exercise, with the officer calls and the tally of one division."""

    alert: StoredAlert
    calls: Sequence[OfficerCall]
    tally: Tally


def held_exercises(
    connection: Connection,
    division: str,
    ladder: OfficerLadder,
    most: int,
    before: int | None = None,
) -> list[HeldExercise]:
    """Return up to `most` past exercises that concern a division, the latest first.

    With `before`, only exercises with a lower alert id are returned.
    """
    here = exists().where(areas.c.alert == alerts.c.id, _concerns(division))
    chosen = select(alerts.c.id).where(_IS_HELD, here)
    if before is not None:
        chosen = chosen.where(alerts.c.id < before)
    rows: Sequence[Row[Any]] = connection.execute(
        chosen.order_by(alerts.c.id.desc()).limit(most)
    ).all()
    return [
        HeldExercise(
            stored(connection, row.id),
            calls_within(connection, row.id, division, ladder),
            tally_of(connection, row.id, division),
        )
        for row in rows
    ]


def actual_alert(connection: Connection, division: str) -> int | None:
    """Return the id of the oldest actual alert that overlaps a division and is not over, or None.

    A closed alert counts too, because people stay out of their homes until the all-clear.
    """
    here = exists().where(areas.c.alert == alerts.c.id, _concerns(division))
    query = select(alerts.c.id).where(_IS_ACTUAL, here)
    return connection.scalars(query.order_by(alerts.c.id).limit(1)).first()


def beside_actual(place: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the SQL condition that an actual alert overlaps the division in this column."""
    area = areas.c.division
    return exists().where(
        alerts.c.id == areas.c.alert,
        _IS_ACTUAL,
        or_(area.startswith(place), place.startswith(area)),
    )
