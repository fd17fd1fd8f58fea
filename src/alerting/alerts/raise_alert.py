"""Raise an alert: store it, enrol its roll and create its deliveries in one transaction."""

import hashlib
import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from alerting.access.rules import Act
from alerting.access.scope import check_places
from alerting.alerts.exercise_checks import check_exercises, check_one_phone
from alerting.approvals.store import Approval, waiting_of
from alerting.approvals.widen import ask_for_the_rest
from alerting.areas.already_open import check_hazard_point, check_no_actual
from alerting.areas.audience import AreaSplit, ResolvedArea, resolve, split_area
from alerting.areas.reach import AlertedCounts, alert_area
from alerting.cap.alert import AlertRequest, MsgType, Status
from alerting.cap.exercise import ExerciseSize
from alerting.cap.lifecycle import AlertState
from alerting.errors import ConflictError, InvalidError
from alerting.ledger.alerts import StoredAlert, find_by_key, free_number, insert_alert
from alerting.ledger.events.alerts import AlertRaised
from alerting.ledger.events.kinds import EventKind
from alerting.ledger.writer import Transaction
from alerting.officer_calls.confirm import CalledOfficer, confirm
from alerting.runtime import Runtime
from contacts.directory import Officer


@dataclass(frozen=True)
class Raised:
    """An accepted alert, the counts of its audience, and the approvals it waits for."""

    alert: StoredAlert
    reached: AlertedCounts | None
    """None if the request repeats an accepted request."""
    waiting: tuple[Approval, ...]
    """Its approvals that wait for an officer's decision."""


async def raise_alert(
    runtime: Runtime,
    caller: Officer,
    request: AlertRequest,
    key: str | None,
    *,
    again: bool,
) -> Raised:
    """Raise an alert; return after the commit.

    An informant's or grid officer's alert reaches their own village at once; the rest of the area
    waits for an officer's approval. `key` is the idempotency key: a repeated request returns the
    first alert. `again` allows a second open alert for a hazard point.

    Raises:
        ForbiddenError, InvalidError: if the caller may not raise an alert there, or a field is
            invalid.
        ConflictError: if the key was used for another request.
        AlreadyOpenError: if an alert for the same hazard point is open; or if this is an exercise
            or test, and an actual alert is open in its area.
    """
    now = runtime.clock.now()
    _check_request(runtime, request, now)

    def unit(transaction: Transaction) -> Raised:
        connection = transaction.connection
        is_repeat = bool(key and find_by_key(connection, caller.id, key))
        if not (again or is_repeat):
            check_hazard_point(connection, request)
        alert, reached = accept(transaction, caller, request, key, now)
        return Raised(alert, reached, waiting_of(connection, alert.id))

    return await runtime.ledger.write(unit, own_transaction=True)


def _check_request(runtime: Runtime, request: AlertRequest, now: datetime) -> None:
    """Check the fields that need neither the area nor the roster.

    Raises:
        InvalidError: if the message type is not Alert, the expiry has passed, the effective time
            is in the future, or the status is Actual in a drill.
    """
    if request.msg_type is not MsgType.ALERT:
        raise InvalidError(
            "msg_type",
            "a new alert needs the type Alert; to correct an alert, update or cancel it",
            "新预警用Alert；要更正，请更正已有的预警",
        )
    if request.expires and request.expires <= now:
        raise InvalidError(
            "expires",
            f"{request.expires.isoformat()} has passed; give a later time",
            f"{request.expires.isoformat()}已过：请填更晚的时间",
        )
    if request.effective and request.effective > now:
        raise InvalidError(
            "effective",
            "an alert takes effect at once; leave out this time, or raise the alert later",
            "预警立即发出：请去掉，或到时再发",
        )
    if runtime.clock.is_drill and request.status is Status.ACTUAL:
        raise InvalidError(
            "status",
            "this service runs a drill: give Exercise or Test",
            "本服务正在演习：只能发演练或测试",
        )


def accept(
    transaction: Transaction, caller: Officer, request: AlertRequest, key: str | None, now: datetime
) -> tuple[StoredAlert, AlertedCounts | None]:
    """Store an alert, alert its area, and ask for approval of divisions beyond the caller's reach.

    If the request repeats an accepted request, return the first alert and None.

    Raises:
        ForbiddenError, InvalidError: if the caller may not raise an alert there, or the area
            is invalid.
        ConflictError: if the key was used for another request.
        TooManyError: if the caller raised too many exercises within an hour.
        AlreadyOpenError: if this is an exercise or test, and an actual alert is open in its area.
    """
    connection = transaction.connection
    fingerprint = hashlib.sha256(request.model_dump_json().encode()).hexdigest()
    if key and (before := _accepted_before(connection, caller, key, fingerprint)):
        return before, None
    check_exercises(connection, caller, request, now)
    area = resolve(connection, request.area)
    check_no_actual(connection, request, area.divisions)
    split = split_to_raise(caller, area)
    check_one_phone(connection, caller, request.exercise, split.own)
    request = _frozen(request, area)
    row = _new_row(caller, request, now + transaction.policy.alert.validity, now)
    keys = {"request_hash": fingerprint, "idempotency_key": key}
    alert = insert_alert(connection, row | keys | {"number": free_number(connection)})
    reached = alert_area(transaction, alert, split.own, AlertRaised, caller.id, now)
    if split.beyond and request.exercise_size is not ExerciseSize.ONE_PHONE:
        ask_for_the_rest(transaction, alert.id, caller, split.beyond, now)
    if request.exercise is None or request.exercise.officer != caller.id:
        # The raiser knows of the alert, so their officer call counts as confirmed, except in an
        # exercise that reaches only their own phone.
        raiser = CalledOfficer(alert.id, caller.id, caller.division)
        confirm(transaction, [raiser], EventKind.ALERT_RAISED, now)
    return replace(alert, divisions=tuple(sorted(split.own.divisions))), reached


def _accepted_before(
    connection: Connection, caller: Officer, key: str, fingerprint: str
) -> StoredAlert | None:
    before = find_by_key(connection, caller.id, key)
    if before and before.request_hash != fingerprint:
        raise ConflictError(
            f"Idempotency-Key: {key!r} was used for another alert; choose a new key",
            chinese=f"Idempotency-Key：{key}已用于另一个预警，请另选",
        )
    return before


def _frozen(request: AlertRequest, area: ResolvedArea) -> AlertRequest:
    """Return the request with a copy of its hazard point's area, because the point may change."""
    if area.point is None:
        return request
    return request.model_copy(update={"area": area.point.as_alerted})


def _new_row(
    caller: Officer, request: AlertRequest, valid_until: datetime, now: datetime
) -> dict[str, Any]:
    exercise = request.exercise
    return {
        "identifier": f"{caller.division}-{uuid.uuid4()}",
        "status": request.status,
        "exercise_size": request.exercise_size,
        "exercise_only": exercise and (exercise.household or exercise.officer),
        "state": AlertState.OPEN,
        "origin": caller.division,
        "sent": now,
        "expires": request.expires or valid_until,
        "request": request.model_dump_json(),
        "raised_by": caller.id,
        "last_seq": 0,
    }


def split_to_raise(caller: Officer, area: ResolvedArea) -> AreaSplit:
    """Split the area of a new alert into the part its raiser may alert, and the rest.

    Raises:
        ForbiddenError: if the caller's role may not raise alerts.
        InvalidError: if no division is within the caller's reach, or if one is outside it and the
            caller's role may not ask for approval.
    """
    split = split_area(caller, area)
    check_places(caller, Act.RAISE, split.own.divisions or area.divisions, "area")
    return split
