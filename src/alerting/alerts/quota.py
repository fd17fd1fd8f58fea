"""A bound on exercises: nobody rehearses so often that others wait. Actual alerts have none."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, func, select

from alerting.cap.alert import AlertRequest, Status
from alerting.errors import TooManyError
from alerting.ledger.tables import alerts
from contacts.directory import Officer

_HOUR: Final = timedelta(hours=1)

MOST_EXERCISES: Final = 20
"""Exercises and tests that one officer raises within an hour."""


def check_exercises(
    connection: Connection, caller: Officer, request: AlertRequest, now: datetime
) -> None:
    """Refuse a further exercise of an officer who raised too many within an hour.

    Raises:
        TooManyError: naming the bound; never for an actual alert.
    """
    if request.status is Status.ACTUAL:
        return
    rehearsed = select(func.count()).where(
        alerts.c.raised_by == caller.id,
        alerts.c.status != Status.ACTUAL,
        alerts.c.sent > now - _HOUR,
    )
    if connection.execute(rehearsed).scalar_one() >= MOST_EXERCISES:
        raise TooManyError(
            f"you raised {MOST_EXERCISES} exercises within an hour: raise the next one later; an "
            "actual alert is never held back"
        )
