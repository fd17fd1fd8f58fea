"""Counts the households that an officer still has to visit or ring before an area is closed."""

from typing import Final

from sqlalchemy import Connection, case, exists, func, select

from alerting.cap.exercise import ExerciseSize
from alerting.ledger.tables import alerts
from alerting.policy.sections import ClosingRules
from alerting.roll.rules.standing import Standing, danger_of
from alerting.roll.rules.tally import Checks, still_to_verify
from alerting.roll.tables import roll
from contacts.division import subtree

_ACCOUNTED: Final = (Standing.ELSEWHERE, Standing.EVACUATED)

_HIGH_RISK: Final = tuple(danger_of(standing, "vulnerable") for standing in _ACCOUNTED)

_OTHERS: Final = tuple(danger_of(standing, "") for standing in _ACCOUNTED)

_STAYING: Final = tuple(danger_of(Standing.STAYING, who) for who in ("vulnerable", ""))


def checks_owed(connection: Connection, alert: int, division: str, rules: ClosingRules) -> Checks:
    """Return how many households of a division need a check before the alert is closed."""
    r = roll.c
    within = (r.alert == alert, r.division.between(*subtree(division)))
    spoken_to = select(func.count()).where(*within, r.danger.in_(_STAYING), r.settled_by.is_(None))
    of_risk = case((r.danger.in_(_HIGH_RISK), 1), else_=0)
    counted = (
        select(of_risk, func.count(), func.sum(case((r.verified, 1), else_=0)))
        .where(*within, r.danger.in_((*_HIGH_RISK, *_OTHERS)))
        .group_by(of_risk)
    )
    counts = {bool(risk): (number, seen) for risk, number, seen in connection.execute(counted)}
    households, verified = counts.get(True, (0, 0))
    others, seen = counts.get(False, (0, 0))
    high_risk = still_to_verify(rules.high_risk_verified, households, verified)
    # Verified households at high risk count towards the share of all households.
    rest = still_to_verify(rules.verified, households + others, verified + seen + high_risk)
    unspoken = connection.execute(spoken_to).scalar_one()
    return Checks(
        unspoken, high_risk, rest, nobody_expected=_is_without_households(connection, alert)
    )


def _is_without_households(connection: Connection, alert: int) -> bool:
    """Return whether an alert is an exercise for officers only, so that its roll is empty."""
    is_small = alerts.c.exercise_size.in_([ExerciseSize.OFFICERS, ExerciseSize.ONE_PHONE])
    enrolled = exists().where(roll.c.alert == alert)
    query = select(alerts.c.id).where(alerts.c.id == alert, is_small, ~enrolled)
    return connection.execute(query).first() is not None
