"""Payloads of events about a whole alert: its state, its area, its approvals, its roll-calls."""

from typing import ClassVar

from alerting.cap.alert import AlertRequest
from alerting.ledger.events.kinds import EventKind
from alerting.ledger.events.payload import OfficerId, Payload, Whose


class AlertProposed(Payload):
    """Another system or a sensor proposed the alert. An officer has yet to raise or decline it."""

    kind: ClassVar = EventKind.ALERT_PROPOSED

    source: str
    """The system, by its name in the policy."""
    divisions: tuple[str, ...]
    """The codes of the divisions that the alert would reach."""


class AlertWithdrawn(Payload):
    """A proposed alert ended without being raised."""

    kind: ClassVar = EventKind.ALERT_WITHDRAWN

    reason: str
    """The reason: declined, expired, or withdrawn by its source."""


class CapFollowed(Payload):
    """A CAP message from another system raised, corrected or cancelled the alert."""

    kind: ClassVar = EventKind.CAP_FOLLOWED

    source: str
    """The system, by its name in the policy."""
    message: int
    """The id under which the unchanged message is stored."""
    msg_type: str
    """CAP's msgType: Alert, Update or Cancel."""
    identifier: str
    """CAP's identifier of the message."""


class SensorTold(Payload):
    """A sensor raised or proposed the alert, or reported again before the alert was over."""

    kind: ClassVar = EventKind.SENSOR_TOLD

    sensor: str
    """The sensor, by its name in the policy."""
    news: str
    """The kind of report: yellow, red, silent, back, clock_wrong or unfit."""
    value: float | None
    """The reading; null if the report is not about a reading."""
    unit: str
    """The unit of the reading, as the policy names it."""


class AreaReached(Payload):
    """An area joined the alert: its households are on the roll and their texts are queued."""

    subject: ClassVar = Whose.OFFICER

    divisions: tuple[str, ...]
    """The codes of the divisions that joined."""


class AlertRaised(AreaReached):
    """An officer raised the alert, over HTTP or by text. The subject is that officer."""

    kind: ClassVar = EventKind.ALERT_RAISED


class AlertWidened(AreaReached):
    """An officer added an area, or approved one. The subject is that officer."""

    kind: ClassVar = EventKind.ALERT_WIDENED


class AlertWidenedByText(AreaReached):
    """A text reported the hazard again, so the other households of its village joined the roll."""

    kind: ClassVar = EventKind.ALERT_WIDENED_BY_TEXT


class AlertRepeatedByText(Payload):
    """A text reported a hazard that already has an open alert. The subject is the text's sender."""

    kind: ClassVar = EventKind.ALERT_REPEATED_BY_TEXT
    subject: ClassVar = Whose.OFFICER
    words: ClassVar = frozenset({"body", "provider_id"})
    free_text: ClassVar = frozenset({"body"})

    body: str
    """The unchanged text."""
    provider_id: str
    """The provider's id of the text."""


class AlertUpdated(Payload):
    """An officer changed the alert. Everybody who may have received it gets a correction."""

    kind: ClassVar = EventKind.ALERT_UPDATED
    subject: ClassVar = Whose.OFFICER
    words: ClassVar = frozenset({"before"})

    changed: tuple[str, ...]
    """The CAP fields that the officer set."""
    before: AlertRequest
    """The alert before the change."""


class AlertCancelled(Payload):
    """An officer cancelled the alert. Everybody who may have received it is told."""

    kind: ClassVar = EventKind.ALERT_CANCELLED
    subject: ClassVar = Whose.OFFICER
    words: ClassVar = frozenset({"reason"})
    free_text: ClassVar = frozenset({"reason"})

    reason: str
    """The reason, in the officer's words."""


class AlertExpired(Payload):
    """The alert expired and sends nothing more."""

    kind: ClassVar = EventKind.ALERT_EXPIRED

    people_unaccounted: int
    """The number of people unaccounted for at that moment."""
    households_needing_help: int
    """The number of households with an open call for help at that moment."""


class AlertClosed(Payload):
    """An officer closed the alert: nobody was unaccounted for, and no call for help was open."""

    kind: ClassVar = EventKind.ALERT_CLOSED
    subject: ClassVar = Whose.OFFICER


class AlertReopened(Payload):
    """A closed alert is open again, because somebody is unaccounted for or calls for help."""

    kind: ClassVar = EventKind.ALERT_REOPENED

    reasons: dict[str, int]
    """Why the alert may not stay closed: for each reason, the number of people or households."""


class AlertAllClear(Payload):
    """An officer gave the all-clear: people may return."""

    kind: ClassVar = EventKind.ALERT_ALL_CLEAR
    subject: ClassVar = Whose.OFFICER


class LogReduced(Payload):
    """Personal data was removed from a finished alert's log after the policy's retention period."""

    kind: ClassVar = EventKind.LOG_REDUCED

    entries: tuple[int, ...]
    """The sequence numbers of the reduced entries."""
    left: str
    """SHA-256 over the remaining payloads of these entries; see `alerting.ledger.reductions`."""


class ApprovalAsked(Payload):
    """An area waits for an officer's approval. The subject is the officer who asked for it."""

    kind: ClassVar = EventKind.APPROVAL_ASKED
    subject: ClassVar = Whose.OFFICER

    cause: str
    """The reason for asking: a wider area, or villages next to the area."""
    divisions: tuple[str, ...]
    """The codes of the divisions that wait for approval."""
    asked: str
    """The division whose officers decide."""
    reason: str
    """The reason why this division decides."""
    told: tuple[OfficerId, ...]
    """The ids of the officers who were told."""


class ApprovalPassedOn(Payload):
    """Nobody decided in time, so the next tier is asked."""

    kind: ClassVar = EventKind.APPROVAL_PASSED_ON

    approval: int
    """The approval's id."""
    asked: str
    """The division whose officers decide now."""
    reason: str
    """The reason why this division decides."""
    told: tuple[OfficerId, ...]
    """The ids of the officers who were told."""


class ApprovalSettled(Payload):
    """An area no longer waits for an officer's approval."""

    approval: int
    """The approval's id."""
    divisions: tuple[str, ...]
    """The codes of the divisions that waited."""


class ApprovalApproved(ApprovalSettled):
    """An officer approved an area that waited. The subject is that officer."""

    kind: ClassVar = EventKind.APPROVAL_APPROVED
    subject: ClassVar = Whose.OFFICER


class ApprovalDeclined(ApprovalSettled):
    """An officer declined an area that waited. The subject is that officer."""

    kind: ClassVar = EventKind.APPROVAL_DECLINED
    subject: ClassVar = Whose.OFFICER


class ApprovalLapsed(ApprovalSettled):
    """The area needs no approval any more: its alert is over, or already includes the area."""

    kind: ClassVar = EventKind.APPROVAL_LAPSED

    reason: str
    """The reason why no decision is needed any more."""


class RollCallCalled(Payload):
    """A roll-call began. The subject is the officer who called it; empty if the timer called it."""

    kind: ClassVar = EventKind.ROLL_CALL_CALLED
    subject: ClassVar = Whose.OFFICER

    number: int
    """The roll-call's number within the alert, from 1."""
    households: int
    """The number of households asked."""
    people: int
    """The number of people accounted for in these households."""
    by_phone: int
    """The number of households asked by phone; officers visit the others."""


class RollCallEnded(Payload):
    """The time to answer a roll-call ended. Households that did not answer have missed it."""

    kind: ClassVar = EventKind.ROLL_CALL_ENDED

    number: int
    """The roll-call's number within the alert, from 1."""
    answered: int
    """The number of households that answered."""
    missed: int
    """The number of households that did not answer."""
