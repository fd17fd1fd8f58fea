"""An Update that covers more than its alert: the rest is reached, or waits for an officer."""

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
    """Reach the households that an Update adds, or ask an officer to; return the reason if neither.

    An alert's area never shrinks: people who were told to leave are told by the text.
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
                # Its text may have been corrected since the command began.
                alert = stored(command.connection, command.alert.id)
                widen_as_far_as(command.transaction, alert, expected, command.caller, command.now)
                return ""
    except AlertingError:
        # The part that the officer may not reach at once waits for one who may.
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
