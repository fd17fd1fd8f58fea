"""The calendar of exercises: planned exercises, and the outcomes of earlier plans."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import ColumnElement, Connection, RowMapping, or_, select

from alerting.exercises.tables import exercise_outcomes, exercise_plans
from alerting.ledger.tables import alerts
from contacts.division import ancestors, subtree
from contacts.tables import OFFICERS

PAGE: Final = 50
"""Number of entries of each list on a page."""


def _concerns(scope: str) -> ColumnElement[bool]:
    where = exercise_plans.c.division
    return or_(where.between(*subtree(scope)), where.in_(ancestors(scope)))


def upcoming(connection: Connection, scope: str, offset: int) -> Sequence[RowMapping]:
    """Return a page of the planned exercises that concern a division, the earliest first.

    An extra row after the page's `PAGE` rows shows that another page follows.
    """
    plans = exercise_plans.c
    query = (
        select(exercise_plans, OFFICERS.c.name.label("planner"))
        .outerjoin(OFFICERS, OFFICERS.c.id == plans.planned_by)
        .where(plans.due.is_not(None), _concerns(scope))
    )
    page = query.order_by(plans.due, plans.id).offset(offset).limit(PAGE + 1)
    return connection.execute(page).mappings().all()


def past(connection: Connection, scope: str, offset: int) -> Sequence[RowMapping]:
    """Return a page of the outcomes of plans that concern a division, the latest first.

    An extra row after the page's `PAGE` rows shows that another page follows.
    """
    plans, found = exercise_plans.c, exercise_outcomes.c
    query = (
        select(plans.division, plans.size, plans.hazard, exercise_outcomes, alerts.c.number)
        .join(exercise_plans, plans.id == found.plan)
        .outerjoin(alerts, alerts.c.id == found.alert)
        .where(_concerns(scope))
        .order_by(found.due.desc(), found.plan.desc())
    )
    return connection.execute(query.offset(offset).limit(PAGE + 1)).mappings().all()
