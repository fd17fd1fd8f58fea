"""The actions on a household that an officer may take now, and the reasons against the others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, select

from alerting.access.rules import Act, Ruling, rule
from alerting.alerts.rules import DENIAL_REASONS, NotAllowed
from alerting.database.bulk import one_of
from alerting.doors.tasks import Task, pending
from alerting.ledger.alerts import StoredAlert
from alerting.policy.policy import Policy
from alerting.policy.sections import Channel
from alerting.reminders.ask import asking_of, last_tries
from alerting.reminders.rules import Asking, LastTry
from alerting.roll.entries import RollEntry
from contacts.directory import Officer
from contacts.tables import HOUSEHOLD_PHONES


class HouseholdAction(StrEnum):
    """An action on a household that an officer may take."""

    REPORT = "report"
    CHECK_IN = "check_in"
    SEND = "send"
    """Send an officer to the household's door, or hand the door task to another officer."""
    ASK_BY_TEXT = "ask_by_text"
    ASK_BY_CALL = "ask_by_call"


Reasons = Mapping[HouseholdAction, NotAllowed | Asking | None]
"""For each action, the reason why an officer may not take it now; None if they may."""

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

_PHONED: Final = (
    select(HOUSEHOLD_PHONES.c.household)
    .where(one_of(HOUSEHOLD_PHONES.c.household, "households"))
    .distinct()
)


@dataclass(frozen=True)
class HouseholdFacts:
    """The facts about a household on the roll that decide which actions are allowed."""

    alert: StoredAlert
    entry: RollEntry
    door: Task | None
    tries: Mapping[Channel, LastTry]
    """The last attempt to reach the household by each channel that was used."""
    has_phone: bool


def household_facts(
    connection: Connection, alert: StoredAlert, entries: Sequence[RollEntry]
) -> list[HouseholdFacts]:
    """Return the facts of each household that decide its actions, in the order of `entries`."""
    codes = [entry.household for entry in entries]
    doors = pending(connection, [(alert.id, code) for code in codes])
    tries = last_tries(connection, alert.id, codes)
    phoned = set(connection.execute(_PHONED, {"households": codes}).scalars())
    return [
        HouseholdFacts(alert, entry, doors.get((alert.id, code)), tries[code], code in phoned)
        for code, entry in zip(codes, entries, strict=True)
    ]


def household_denial_reasons(
    household: HouseholdFacts, caller: Officer, policy: Policy, now: datetime
) -> Reasons:
    """Return, for each action, why the caller may not take it on this household now, or None."""
    return {
        action: _denial_reason(action, household, caller, policy, now) for action in HouseholdAction
    }


def _denial_reason(
    action: HouseholdAction,
    household: HouseholdFacts,
    caller: Officer,
    policy: Policy,
    now: datetime,
) -> NotAllowed | Asking | None:
    alert, entry = household.alert, household.entry
    is_own = household.door is not None and household.door.officer == caller.id
    if action is HouseholdAction.SEND and is_own:
        return None
    ruling = rule(caller.role, caller.division, _ACTS[action], entry.household)
    channel = _CHANNELS.get(action)
    if ruling is not Ruling.ALLOWED or channel is None:
        return DENIAL_REASONS[ruling]
    last, has_phone = household.tries.get(channel), household.has_phone
    asking = asking_of(policy, alert, entry, channel, last, now, has_phone=has_phone)
    return None if asking is Asking.ALLOWED else asking
