"""Checks for open alerts in the area in which an alert is to be raised, widened or approved."""

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
    """Why open alerts hold back another alert."""

    SAME_POINT = "same_point"
    """The open alerts are for the same hazard point; a second alert needs a confirmation."""
    ACTUAL = "actual"
    """The open alerts are actual; exercises and tests in their area must wait for the close."""


@dataclass(frozen=True, slots=True)
class HeldBack:
    """The numbers of the open alerts that hold back another alert, and the reason."""

    reason: HoldBack
    numbers: tuple[str, ...]


def held_back(
    connection: Connection, request: AlertRequest, divisions: Sequence[str]
) -> HeldBack | None:
    """Return the open alerts that hold back a request for these divisions, or None."""
    if actual := _actual_beside(connection, request, divisions):
        return HeldBack(HoldBack.ACTUAL, actual)
    if same := _open_for_point(connection, request):
        return HeldBack(HoldBack.SAME_POINT, same)
    return None


def check_hazard_point(connection: Connection, request: AlertRequest) -> None:
    """Check that the hazard point has no open alert, which another officer may have raised.

    An open exercise does not hold back an actual alert.

    Raises:
        AlreadyOpenError: if there is one; the error names every open alert for the point.
    """
    point, numbers = request.area.hazard_point, _open_for_point(connection, request)
    if numbers:
        raise AlreadyOpenError(
            f"an alert for the hazard point {point} is already open ({', '.join(numbers)}): follow "
            "that alert, or send again=true to raise another",
            numbers,
            f"隐患点{point}已有未关闭的预警（{'、'.join(numbers)}）：请跟进它；仍要另发，请确认",
        )


def _open_for_point(connection: Connection, request: AlertRequest) -> tuple[str, ...]:
    """Return the numbers of the open alerts for the same hazard point that hold back a request."""
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
    """Check that an exercise or test overlaps no open actual alert: both at once confuse people.

    Raises:
        AlreadyOpenError: if it does; the error names the actual alerts that overlap these
            divisions.
    """
    if numbers := _actual_beside(connection, request, divisions):
        raise AlreadyOpenError(
            f"an actual alert is open in this area ({', '.join(numbers)}): hold the exercise "
            "after that alert is closed",
            numbers,
            f"当地有未关闭的真实预警（{'、'.join(numbers)}）：请等它关闭后再演练",
        )


def _actual_beside(
    connection: Connection, request: AlertRequest, divisions: Sequence[str]
) -> tuple[str, ...]:
    """Return the numbers of the open actual alerts that hold back an exercise or test.

    An exercise with one phone is not held back, because it confuses nobody else.
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
