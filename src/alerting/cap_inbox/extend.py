"""Extend an alert to the area that an Update adds, or ask an officer to approve it."""

from alerting.access.command import Command
from alerting.access.rules import Act
from alerting.access.scope import check_places
from alerting.approvals.ask import ask
from alerting.approvals.rules import ApprovalCause
from alerting.approvals.store import waiting_of
from alerting.approvals.widen import widen_as_far_as
from alerting.areas.audience import resolve
from alerting.cap_inbox.locate import Place
from alerting.errors import AlertingError, InvalidError
from alerting.ledger.alerts import stored
from alerting.policy.cap_sources import CapAction
from alerting.roll.enrol import anybody_missing
from contacts.division import covers


def extend_area(command: Command, action: CapAction, place: Place) -> str:
    """Alert the households that an Update adds, or ask officers to approve that.

    Return '' or, if neither is possible, the reason. An alert's area never shrinks; people who are
    no longer concerned learn it from the corrected text.
    """
    area = place.widest
    if area is None or action is CapAction.NOTE or not command.alert.is_sending(command.now):
        return ""
    try:
        with command.transaction.attempt():
            expected = resolve(command.connection, area)
            if not anybody_missing(command.connection, command.alert.id, expected.condition):
                return ""
            if action is CapAction.ALERT and place.area is not None:
                check_places(command.caller, Act.WIDEN, expected.divisions, "area")
                # Read the alert again, because the command may have changed its text.
                alert = stored(command.connection, command.alert.id)
                widen_as_far_as(command.transaction, alert, expected, command.caller, command.now)
                return ""
    except AlertingError:
        # The officer may not alert the added area, so ask for approval below.
        pass
    return _ask(command, place)


def _ask(command: Command, place: Place) -> str:
    waits = [d for each in waiting_of(command.connection, command.alert.id) for d in each.divisions]
    rest = [code for code in place.touched if not any(covers(each, code) for each in waits)]
    if not rest:
        return ""
    try:
        with command.transaction.attempt():
            cause = ApprovalCause.WIDER_AREA
            ask(command.transaction, command.alert, cause, rest, command.caller.id, command.now)
    except InvalidError as refusal:
        return str(refusal)
    return ""
