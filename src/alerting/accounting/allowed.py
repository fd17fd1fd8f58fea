"""The actions on a household: whether an officer may take each one now, or why not."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

from alerting.access.rules import Act, Ruling, rule
from alerting.accounting.household import HouseholdRecord
from alerting.alerts.rules import NotAllowed
from alerting.policy.policy import Policy
from alerting.policy.sections import Channel
from alerting.reminders.ask import asking_of
from alerting.reminders.rules import Asking
from contacts.directory import Officer


class HouseholdAction(StrEnum):
    """An action on a household that an officer may take."""

    REPORT = "report"
    CHECK_IN = "check_in"
    SEND = "send"
    """Send an officer to its door, or hand the task on."""
    ASK_BY_TEXT = "ask_by_text"
    ASK_BY_CALL = "ask_by_call"


Reasons = Mapping[HouseholdAction, NotAllowed | Asking | None]
"""Why an officer may not take each action now; None where nothing is against it."""

_ACTS: Final = {
    HouseholdAction.REPORT: Act.REPORT,
    HouseholdAction.CHECK_IN: Act.CHECK_IN,
    HouseholdAction.SEND: Act.SEND,
    HouseholdAction.ASK_BY_TEXT: Act.REMIND,
    HouseholdAction.ASK_BY_CALL: Act.REMIND,
}

_CHANNELS: Final = {
    HouseholdAction.ASK_BY_TEXT: Channel.SMS,
    HouseholdAction.ASK_BY_CALL: Channel.VOICE,
}

_RULED: Final = {
    Ruling.ALLOWED: None,
    Ruling.NOT_THIS_ROLE: NotAllowed.NOT_THIS_ROLE,
    Ruling.NOT_THIS_PLACE: NotAllowed.NOT_THIS_PLACE,
}


def against_household(
    record: HouseholdRecord, caller: Officer, policy: Policy, now: datetime
) -> Reasons:
    """Return why the caller may not take each action on a household now."""
    return {action: _against(action, record, caller, policy, now) for action in HouseholdAction}


def _against(
    action: HouseholdAction,
    record: HouseholdRecord,
    caller: Officer,
    policy: Policy,
    now: datetime,
) -> NotAllowed | Asking | None:
    is_own = record.door is not None and record.door.officer == caller.id
    if action is HouseholdAction.SEND and is_own:
        return None
    ruling = rule(caller.role, caller.division, _ACTS[action], record.entry.household)
    channel = _CHANNELS.get(action)
    if ruling is not Ruling.ALLOWED or channel is None:
        return _RULED[ruling]
    last = {each.channel: each for each in record.tries}.get(channel)
    has_phone = bool(record.phones)
    asking = asking_of(policy, record.alert, record.entry, channel, last, now, has_phone=has_phone)
    return None if asking is Asking.ALLOWED else asking
