"""Raising an alert: accepted, its roll called and its texts owed, in one transaction."""

from dataclasses import dataclass
from datetime import datetime

from alerting.core.cap import AlertRequest, MsgType, Status
from alerting.core.errors import InvalidError
from alerting.services.desk import Desk
from alerting.storage.alerts import StoredAlert
from alerting.storage.approvals import Approval, waiting_of
from alerting.storage.fan_out import Reached
from alerting.storage.ledger import Transaction
from alerting.storage.raising import accept
from contacts.directory import Officer


@dataclass(frozen=True)
class Raised:
    """An accepted alert, with who was counted and what is owed because of it."""

    alert: StoredAlert
    reached: Reached | None
    """None where the same request was accepted before."""
    waits: tuple[Approval, ...]
    """What of it waits for an officer's word."""


async def raise_alert(
    desk: Desk, caller: Officer, request: AlertRequest, key: str | None
) -> Raised:
    """Accept an alert; return once it is committed.

    An informant's or grid officer's reaches their own village at once; what they name beyond it
    waits for an officer's word. `key` is the caller's own name for the request: sent twice, it is
    accepted once.

    Raises:
        ForbiddenError, InvalidError: if the caller may not raise an alert there, or a field is
            wrong.
        ConflictError: if the key was used for another request.
    """
    now = desk.clock.now()
    _check_request(desk, request, now)

    def unit(transaction: Transaction) -> Raised:
        alert, reached = accept(transaction, caller, request, key, now)
        return Raised(alert, reached, waiting_of(transaction.connection, alert.id))

    return await desk.ledger.write(unit)


def _check_request(desk: Desk, request: AlertRequest, now: datetime) -> None:
    """Check what the area and the roster have no part in.

    Raises:
        InvalidError: if the alert would end before it begins or hold only later, or is live in
            a drill.
    """
    if request.msg_type is not MsgType.ALERT:
        raise InvalidError("msg_type", "a new alert is an Alert; correct an existing one instead")
    if request.expires and request.expires <= now:
        raise InvalidError(
            "expires", f"{request.expires.isoformat()} has passed; give a later time"
        )
    if request.effective and request.effective > now:
        raise InvalidError("effective", "an alert is sent at once; leave it out, or raise it then")
    if desk.clock.speed != 1.0 and request.status is Status.ACTUAL:
        raise InvalidError("status", "this service runs a drill: give Exercise or Test")
