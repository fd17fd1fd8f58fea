"""Payloads of what happens to an alert as a whole: its life, its approvals, its roll-calls."""

from typing import ClassVar

from alerting.cap.alert import AlertRequest
from alerting.ledger.events.kinds import EventKind
from alerting.ledger.events.payload import OfficerId, Payload, Whose


class AlertProposed(Payload):
    """Another system or a sensor proposed the alert, which waits for an officer's decision."""

    kind: ClassVar = EventKind.ALERT_PROPOSED

    source: str
    """The system, by its name in the policy."""
    divisions: tuple[str, ...]
    """The divisions that it would reach, by code."""


class AlertWithdrawn(Payload):
    """A proposed alert is over: it was never raised."""

    kind: ClassVar = EventKind.ALERT_WITHDRAWN

    reason: str
    """The reason: declined, expired, or withdrawn by its source."""


class CapFollowed(Payload):
    """A message of another system raised, corrected or cancelled the alert, as the policy says."""

    kind: ClassVar = EventKind.CAP_FOLLOWED

    source: str
    """The system, by its name in the policy."""
    message: int
    """The message's id, under which it is kept as it came."""
    msg_type: str
    """CAP's msgType: Alert, Update or Cancel."""
    identifier: str
    """CAP's identifier of the message."""


class SensorTold(Payload):
    """A sensor raised or proposed the alert, or told more while it was followed."""

    kind: ClassVar = EventKind.SENSOR_TOLD

    sensor: str
    """The sensor, by its name in the policy."""
    news: str
    """The kind of news: yellow, red, silent, back, clock_wrong or unfit."""
    value: float | None
    """The reading; None if the news is not of one."""
    unit: str
    """The policy's unit."""


class AreaReached(Payload):
    """An area was reached: its households are on the roll and their texts are owed."""

    subject: ClassVar = Whose.OFFICER

    divisions: tuple[str, ...]
    """The divisions reached, by code."""


class AlertRaised(AreaReached):
    """An officer raised the alert, over HTTP or by text. The subject is that officer."""

    kind: ClassVar = EventKind.ALERT_RAISED


class AlertWidened(AreaReached):
    """An area was added, by an officer or on an approval. The subject is that officer."""

    kind: ClassVar = EventKind.ALERT_WIDENED


class AlertWidenedByText(AreaReached):
    """A text reported the hazard again, and the village's missing households joined the roll."""

    kind: ClassVar = EventKind.ALERT_WIDENED_BY_TEXT


class AlertRepeatedByText(Payload):
    """A text reported a hazard that has an open alert. The subject is the text's sender."""

    kind: ClassVar = EventKind.ALERT_REPEATED_BY_TEXT
    subject: ClassVar = Whose.OFFICER
    words: ClassVar = frozenset({"body", "provider_id"})
    free_text: ClassVar = frozenset({"body"})

    body: str
    """The text as it came."""
    provider_id: str
    """The provider's id of the text."""


class AlertUpdated(Payload):
    """An officer changed the alert; everybody who may have received it is told."""

    kind: ClassVar = EventKind.ALERT_UPDATED
    subject: ClassVar = Whose.OFFICER
    words: ClassVar = frozenset({"before"})

    changed: tuple[str, ...]
    """The CAP fields that the officer gave."""
    before: AlertRequest
    """The alert as it read before."""


class AlertCancelled(Payload):
    """An officer cancelled the alert; everybody who may have received it is told."""

    kind: ClassVar = EventKind.ALERT_CANCELLED
    subject: ClassVar = Whose.OFFICER
    words: ClassVar = frozenset({"reason"})
    free_text: ClassVar = frozenset({"reason"})

    reason: str
    """The reason, in the officer's words."""


class AlertExpired(Payload):
    """The alert's validity ended: it sends nothing more."""

    kind: ClassVar = EventKind.ALERT_EXPIRED

    people_unaccounted: int
    """People unaccounted for at that moment."""
    households_needing_help: int
    """Households whose call for help was open at that moment."""


class AlertClosed(Payload):
    """An officer closed the alert: its area was zero-unaccounted."""

    kind: ClassVar = EventKind.ALERT_CLOSED
    subject: ClassVar = Whose.OFFICER


class AlertReopened(Payload):
    """A closed alert is open again, because its area is no longer zero-unaccounted."""

    kind: ClassVar = EventKind.ALERT_REOPENED

    reasons: dict[str, int]
    """The reasons that keep it open, each with its number of people or households."""


class AlertAllClear(Payload):
    """An officer gave the all-clear: people may return."""

    kind: ClassVar = EventKind.ALERT_ALL_CLEAR
    subject: ClassVar = Whose.OFFICER


class LogReduced(Payload):
    """Personal data was taken out of a finished alert's entries, after the policy's days."""

    kind: ClassVar = EventKind.LOG_REDUCED

    entries: tuple[int, ...]
    """The sequence numbers of these entries."""
    left: str
    """SHA-256 over what is left of them: see `alerting.ledger.reductions`."""


class ApprovalAsked(Payload):
    """An area waits for an officer's decision. The subject is the officer who asked for it."""

    kind: ClassVar = EventKind.APPROVAL_ASKED
    subject: ClassVar = Whose.OFFICER

    cause: str
    """The reason for asking: a wider area, or villages next to the area."""
    divisions: tuple[str, ...]
    """The divisions that wait, by code."""
    asked: str
    """The division whose officers decide."""
    reason: str
    """The reason why this division decides."""
    told: tuple[OfficerId, ...]
    """The officers who were told."""


class ApprovalPassedOn(Payload):
    """Nobody decided in time: the next tier is asked."""

    kind: ClassVar = EventKind.APPROVAL_PASSED_ON

    approval: int
    """The approval's id."""
    asked: str
    """The division whose officers decide now."""
    reason: str
    """The reason why this division decides."""
    told: tuple[OfficerId, ...]
    """The officers who were told."""


class ApprovalSettled(Payload):
    """An area no longer waits for an officer's decision."""

    approval: int
    """The approval's id."""
    divisions: tuple[str, ...]
    """The divisions that waited, by code."""


class ApprovalApproved(ApprovalSettled):
    """An officer approved an area that waited. The subject is that officer."""

    kind: ClassVar = EventKind.APPROVAL_APPROVED
    subject: ClassVar = Whose.OFFICER


class ApprovalDeclined(ApprovalSettled):
    """An officer declined an area that waited. The subject is that officer."""

    kind: ClassVar = EventKind.APPROVAL_DECLINED
    subject: ClassVar = Whose.OFFICER


class ApprovalLapsed(ApprovalSettled):
    """An area no longer waits, although nobody decided: its alert is over, or has reached it."""

    kind: ClassVar = EventKind.APPROVAL_LAPSED

    reason: str
    """The reason."""


class RollCallCalled(Payload):
    """A roll-call began. The subject is the officer who called it; empty: the clock did."""

    kind: ClassVar = EventKind.ROLL_CALL_CALLED
    subject: ClassVar = Whose.OFFICER

    number: int
    """The roll-call's number within the alert, from 1."""
    households: int
    """Households asked."""
    people: int
    """People accounted for in these households."""
    by_phone: int
    """Households asked by phone; officers ask the others."""


class RollCallEnded(Payload):
    """The time to answer a roll-call is over, and its silent households are recorded."""

    kind: ClassVar = EventKind.ROLL_CALL_ENDED

    number: int
    """The roll-call's number within the alert, from 1."""
    answered: int
    """Households that answered."""
    missed: int
    """Households that did not."""
