"""Every kind of event in an alert's log, by name, and an entry of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

TEXT_TAKEN: Final = "text.taken"

UNCLEAR: Final = "text.unclear"

ALL_CLEAR: Final = "alert.all_clear"

ALERT_CLOSED = "alert.closed"

CANCELLED: Final = "alert.cancelled"

UPDATED: Final = "alert.updated"

TASKS_TOLD: Final = "tasks.told"

ALERT_EXPIRED: Final = "alert.expired"

OFFICER_CALLED: Final = "officer.called"

CALLED_AGAIN: Final = "officers.called_again"

NOT_WOKEN: Final = "officer.not_woken"

SENDING_LATE: Final = "sending.late"

PROVIDER_IS: Final = "provider.{}"

REPEATED: Final = "alert.repeated_by_text"

COMPLETED: Final = "alert.widened_by_text"

SETTLED: Final = "text.settled"


@dataclass(frozen=True)
class Event:
    """An entry of an alert's log."""

    alert: int
    seq: int
    at: datetime
    kind: str
    division: str
    subject: str
    payload: str


APPROVAL_ASKED: Final = "approval.asked"

APPROVAL_PASSED_ON: Final = "approval.passed_on"

ATTEMPTED: Final = "deliveries.attempted"

RECEIPTED: Final = "deliveries.receipted"

DELIVERIES_EXPIRED: Final = "deliveries.expired"

GIVEN: Final = "evidence.given"

HELP_PASSED_ON: Final = "help.passed_on"

HELP_TOLD: Final = "help.told"

CONFIRMED: Final = "officer.confirmed"

OPTED_OUT: Final = "household.opted_out"

UNREACHABLE: Final = "households.unreachable"

GIVEN_UP: Final = "texts.given_up"

DARK: Final = "village.dark"

NEEDS_OPERATOR: Final = "provider.needs_operator"

REMINDED: Final = "households.reminded"

REOPENED: Final = "alert.reopened"

ROLL_CALL_CALLED: Final = "roll_call.called"

ENDED: Final = "roll_call.ended"

RAISED: Final = "alert.raised"
"""The event, and the channel by which whoever raises an alert has confirmed the call to it."""

OPENED: Final = "task.opened"

TASK_TAKEN: Final = "task.taken"

TASK_CLOSED: Final = "task.closed"

HOUSEHOLD_ASKED: Final = "household.asked"

ADDED: Final = "visitors.added"

FORGOTTEN: Final = "watchdog.forgotten"

WIDENED: Final = "alert.widened"
