"""Alerts that are open already where another one is to be raised, widened or approved."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection

from alerting.cap.alert import AlertRequest, Status
from alerting.cap.exercise import ExerciseSize
from alerting.errors import AlreadyOpenError
from alerting.ledger.alerts import StoredAlert, open_alerts
from alerting.roll.tallies import EVERYWHERE
from contacts.division import covers


class HoldBack(StrEnum):
    """Why open alerts hold another one back."""

    SAME_POINT = "same_point"
    """They are for the same hazard point: an actual alert is sent once that is confirmed."""
    ACTUAL = "actual"
    """They are actual ones: an exercise or test waits until they are closed."""


@dataclass(frozen=True, slots=True)
class HeldBack:
    """The numbers of the open alerts that hold another one back, and why."""

    reason: HoldBack
    numbers: tuple[str, ...]


def held_back(
    connection: Connection, request: AlertRequest, divisions: Sequence[str]
) -> HeldBack | None:
    """Return what holds a request back that reaches these divisions; None: nothing does."""
    if actual := _actual_beside(connection, request, divisions):
        return HeldBack(HoldBack.ACTUAL, actual)
    if same := _open_for_point(connection, request):
        return HeldBack(HoldBack.SAME_POINT, same)
    return None


def check_hazard_point(connection: Connection, request: AlertRequest) -> None:
    """Refuse a second alert for a hazard point: two browsers may raise the same one.

    An open exercise holds back no actual alert.

    Raises:
        AlreadyOpenError: naming every open alert for the point.
    """
    point, numbers = request.area.hazard_point, _open_for_point(connection, request)
    if numbers:
        raise AlreadyOpenError(
            f"for the hazard point {point} an alert is open already ({', '.join(numbers)}): follow "
            "it; another one is sent with again=true",
            numbers,
            f"隐患点{point}已有未关闭的预警（{'、'.join(numbers)}）：请跟进它；仍要另发，请确认",
        )


def _open_for_point(connection: Connection, request: AlertRequest) -> tuple[str, ...]:
    """Return the numbers of the open alerts for which a request's hazard point is held back."""
    point = request.area.hazard_point
    if point is None or request.exercise_size is ExerciseSize.ONE_PHONE:
        return ()
    found = [
        each
        for each in open_alerts(connection, EVERYWHERE)
        if each.request.area.hazard_point == point
    ]
    is_held_back = request.status is not Status.ACTUAL or any(
        each.status is Status.ACTUAL for each in found
    )
    return _numbers(found) if is_held_back else ()


def check_no_actual(
    connection: Connection, request: AlertRequest, divisions: Sequence[str]
) -> None:
    """Refuse an exercise or test where an actual alert is open: it would confuse households.

    Raises:
        AlreadyOpenError: naming the actual alerts whose areas overlap these divisions.
    """
    if numbers := _actual_beside(connection, request, divisions):
        raise AlreadyOpenError(
            f"an actual alert is open there ({', '.join(numbers)}): hold the exercise once it is "
            "closed",
            numbers,
            f"当地有未关闭的真实预警（{'、'.join(numbers)}）：请等它关闭后再演练",
        )


def _actual_beside(
    connection: Connection, request: AlertRequest, divisions: Sequence[str]
) -> tuple[str, ...]:
    """Return the numbers of the open actual alerts that hold back an exercise or test there.

    An exercise of one phone is not held back: it tests the way to a phone.
    """
    if request.status is Status.ACTUAL or request.exercise_size is ExerciseSize.ONE_PHONE:
        return ()
    return _numbers(
        [
            each
            for each in open_alerts(connection, EVERYWHERE)
            if each.status is Status.ACTUAL and _overlap(each.divisions, divisions)
        ]
    )


def _overlap(some: Sequence[str], others: Sequence[str]) -> bool:
    return any(covers(one, other) or covers(other, one) for one in some for other in others)


def _numbers(found: Sequence[StoredAlert]) -> tuple[str, ...]:
    return tuple(f"#{each.number}" for each in found)
