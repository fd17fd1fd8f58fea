"""The names of the kinds of events, as they are stored and as API clients receive them."""

from enum import StrEnum


class EventKind(StrEnum):
    """The kinds of entries in an alert's log; each kind's payload class says when it is written."""

    ALERT_PROPOSED = "alert.proposed"
    ALERT_WITHDRAWN = "alert.withdrawn"
    ALERT_RAISED = "alert.raised"
    ALERT_WIDENED = "alert.widened"
    ALERT_WIDENED_BY_TEXT = "alert.widened_by_text"
    ALERT_REPEATED_BY_TEXT = "alert.repeated_by_text"
    ALERT_UPDATED = "alert.updated"
    ALERT_CANCELLED = "alert.cancelled"
    ALERT_EXPIRED = "alert.expired"
    ALERT_CLOSED = "alert.closed"
    ALERT_REOPENED = "alert.reopened"
    ALERT_ALL_CLEAR = "alert.all_clear"
    LOG_REDUCED = "log.reduced"
    CAP_FOLLOWED = "cap.followed"
    SENSOR_TOLD = "sensor.told"

    APPROVAL_ASKED = "approval.asked"
    APPROVAL_PASSED_ON = "approval.passed_on"
    APPROVAL_APPROVED = "approval.approved"
    APPROVAL_DECLINED = "approval.declined"
    APPROVAL_LAPSED = "approval.lapsed"

    OFFICER_CALLED = "officer.called"
    OFFICER_CONFIRMED = "officer.confirmed"
    OFFICER_NOT_WOKEN = "officer.not_woken"
    OFFICERS_CALLED_AGAIN = "officers.called_again"
    OFFICER_WAKE_ASKED = "officer.wake_asked"

    EVIDENCE_GIVEN = "evidence.given"
    HOUSEHOLDS_REMINDED = "households.reminded"
    HOUSEHOLD_ASKED = "household.asked"
    NEIGHBOUR_ASKED = "neighbour.asked"
    HOUSEHOLDS_UNREACHABLE = "households.unreachable"
    HOUSEHOLD_OPTED_IN = "household.opted_in"
    HOUSEHOLD_OPTED_OUT = "household.opted_out"
    VISITORS_ADDED = "visitors.added"

    CALL_RECEIVED = "call.received"
    TEXT_UNCLEAR = "text.unclear"
    TEXT_SUSPECTED = "text.suspected"
    TEXT_SUSPECTED_TOLD = "text.suspected_told"
    TEXT_ANSWERED = "text.answered"
    TEXT_SETTLED = "text.settled"
    TEXTS_GIVEN_UP = "texts.given_up"

    HELP_CALLED = "help.called"
    HELP_CALLED_AGAIN = "help.called_again"
    HELP_RESOLVED = "help.resolved"
    HELP_PASSED_ON = "help.passed_on"
    HELP_TOLD = "help.told"

    TASK_OPENED = "task.opened"
    TASK_TAKEN = "task.taken"
    TASK_CLOSED = "task.closed"
    TASKS_TOLD = "tasks.told"

    VILLAGE_DARK = "village.dark"
    DARK_TOLD = "dark.told"

    ROLL_CALL_CALLED = "roll_call.called"
    ROLL_CALL_ENDED = "roll_call.ended"

    DELIVERIES_ATTEMPTED = "deliveries.attempted"
    DELIVERIES_RECEIPTED = "deliveries.receipted"
    DELIVERIES_EXPIRED = "deliveries.expired"
    SENDING_LATE = "sending.late"

    GROUPS_TOLD = "groups.told"
    GROUPS_ATTEMPTED = "groups.attempted"

    PROVIDER_NEEDS_OPERATOR = "provider.needs_operator"
    PROVIDER_UP = "provider.up"
    PROVIDER_SLOW = "provider.slow"
    PROVIDER_DOWN = "provider.down"

    WATCHDOG_FORGOTTEN = "watchdog.forgotten"
