"""Checks before an exercise is raised: its recipient, if there is only one, and the rate limit."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, func, select

from alerting.access.rules import Act, permitted_division
from alerting.areas.audience import ResolvedArea
from alerting.cap.alert import AlertRequest, Status
from alerting.cap.exercise import Exercise
from alerting.errors import InvalidError, TooManyError
from alerting.ledger.tables import alerts
from contacts.directory import Officer, officers_named
from contacts.division import covers
from contacts.tables import HOUSEHOLD_PHONES, HOUSEHOLDS


def check_one_phone(
    connection: Connection, caller: Officer, exercise: Exercise | None, area: ResolvedArea
) -> None:
    """Check that the one recipient of a one-phone exercise has a phone and is within reach.

    The recipient is a household in the area, or an officer of the caller's divisions.

    Raises:
        InvalidError: if the recipient has no phone or is not within reach.
    """
    if exercise is None:
        return
    if code := exercise.household:
        has_phone = select(HOUSEHOLDS.c.code).join(
            HOUSEHOLD_PHONES, HOUSEHOLD_PHONES.c.household == HOUSEHOLDS.c.code
        )
        there = has_phone.where(area.condition, HOUSEHOLDS.c.code == code).limit(1)
        if connection.execute(there).first() is None:
            raise InvalidError(
                "exercise.household",
                f"{code} is not a household with a phone in this area; choose another",
                f"{code}不是范围内有电话的住户：请另选一户",
            )
    if id_ := exercise.officer:
        found = officers_named(connection, [id_]).get(id_)
        within = found and covers(permitted_division(caller.division, Act.RAISE), found.division)
        if not (found and within and found.phones):
            raise InvalidError(
                "exercise.officer",
                f"{id_} is not an officer with a phone in your divisions; choose another",
                f"{id_}不是您管理范围内有电话的责任人：请另选一人",
            )


_HOUR: Final = timedelta(hours=1)

MOST_EXERCISES: Final = 20
"""Maximum number of exercises and tests that one officer may raise within an hour."""


def check_exercises(
    connection: Connection, caller: Officer, request: AlertRequest, now: datetime
) -> None:
    """Check that an officer has not raised too many exercises within the last hour.

    Raises:
        TooManyError: if the officer has reached the limit; never for an actual alert.
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
            f"you raised {MOST_EXERCISES} exercises within an hour: raise the next one later; "
            "there is no limit for actual alerts",
            f"您一小时内已发起{MOST_EXERCISES}次演练：请稍后再发；真实预警不受此限",
        )
