"""Check of the phone that an exercise of one phone reaches."""

from sqlalchemy import Connection, select

from alerting.access.rules import Act, permitted_division
from alerting.areas.audience import ResolvedArea
from alerting.cap.exercise import Exercise
from alerting.errors import InvalidError
from contacts.directory import Officer, officers_named
from contacts.division import covers
from contacts.tables import HOUSEHOLD_PHONES, HOUSEHOLDS


def check_one_phone(
    connection: Connection, caller: Officer, exercise: Exercise | None, area: ResolvedArea
) -> None:
    """Check that an exercise of one phone reaches one: a household in the area, or an officer.

    Raises:
        InvalidError: if the household is not in the area, the officer not within the caller's
            divisions, or if either has no phone.
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
                f"{code} is no household of the area with a phone",
                f"{code}不是范围内有电话的住户：请另选一户",
            )
    if id_ := exercise.officer:
        found = officers_named(connection, [id_]).get(id_)
        within = found and covers(permitted_division(caller.division, Act.RAISE), found.division)
        if not (found and within and found.phones):
            raise InvalidError(
                "exercise.officer",
                f"{id_} is no officer of your divisions with a phone",
                f"{id_}不是您管理范围内有电话的责任人：请另选一人",
            )
