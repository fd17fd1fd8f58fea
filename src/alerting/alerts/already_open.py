"""Refusals of an alert because another one is open there."""

from collections.abc import Sequence

from sqlalchemy import Connection

from alerting.cap.alert import AlertRequest, Status
from alerting.cap.exercise import ExerciseSize
from alerting.errors import AlreadyOpenError
from alerting.ledger.alerts import StoredAlert, open_alerts
from alerting.roll.tallies import EVERYWHERE
from contacts.division import covers


def check_hazard_point(connection: Connection, request: AlertRequest) -> None:
    """Refuse a second alert for a hazard point: two browsers may raise the same one.

    An open exercise holds back no actual alert.

    Raises:
        AlreadyOpenError: naming every open alert for the point.
    """
    point = request.area.hazard_point
    if point is None or request.exercise_size is ExerciseSize.ONE_PHONE:
        return
    found = [
        each
        for each in open_alerts(connection, EVERYWHERE)
        if each.request.area.hazard_point == point
    ]
    is_held_back = request.status is not Status.ACTUAL or any(
        each.status is Status.ACTUAL for each in found
    )
    if found and is_held_back:
        numbers = _numbers(found)
        raise AlreadyOpenError(
            f"for the hazard point {point} an alert is open already ({', '.join(numbers)}): follow "
            "it; another one is sent with again=true",
            numbers,
            f"隐患点{point}已有未关闭的预警（{'、'.join(numbers)}）：请跟进它；仍要另发，请确认",
        )


def check_no_actual(
    connection: Connection, request: AlertRequest, divisions: Sequence[str]
) -> None:
    """Refuse an exercise or test where an actual alert is open: it would confuse households.

    An exercise of one phone is allowed: it tests the way to a phone.

    Raises:
        AlreadyOpenError: naming the actual alerts whose areas overlap these divisions.
    """
    if request.status is Status.ACTUAL or request.exercise_size is ExerciseSize.ONE_PHONE:
        return
    actual = [
        each
        for each in open_alerts(connection, EVERYWHERE)
        if each.status is Status.ACTUAL and _overlap(each.divisions, divisions)
    ]
    if actual:
        numbers = _numbers(actual)
        raise AlreadyOpenError(
            f"an actual alert is open there ({', '.join(numbers)}): hold the exercise once it is "
            "closed",
            numbers,
            f"当地有未关闭的真实预警（{'、'.join(numbers)}）：请等它关闭后再演练",
        )


def _overlap(some: Sequence[str], others: Sequence[str]) -> bool:
    return any(covers(one, other) or covers(other, one) for one in some for other in others)


def _numbers(found: Sequence[StoredAlert]) -> tuple[str, ...]:
    return tuple(f"#{each.number}" for each in found)
