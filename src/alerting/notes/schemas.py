"""JSON bodies of the list of notes and proposals."""

from datetime import datetime
from enum import StrEnum
from typing import Self

from pydantic import ConfigDict

from alerting.alerts.rules import NotAllowed
from alerting.cap_inbox.rules.summary import Summary
from alerting.notes.listing import Listed, NoteState, SourceKind
from alerting.sensors.rules import News
from contacts.bounds import Body


class NoteAction(StrEnum):
    """An action on a proposal; POST it to the route of the same name below /api/approvals/ID."""

    APPROVE = "approve"
    DECLINE = "decline"


class NoteActionBody(Body):
    """Whether the caller may take an action on a proposal now."""

    action: NoteAction
    """The action on the proposal."""
    allowed: bool
    """Whether the caller may take it now."""
    reason: NotAllowed | None
    """The reason why the action is not allowed; null if it is."""


class NoteReadingBody(Body):
    """A sensor's report and the reading that caused it."""

    model_config = ConfigDict(from_attributes=True)

    news: News
    """The kind of report."""
    value: float | None
    """The reading; null if no reading caused the report."""
    unit: str
    """The unit of the sensor's readings."""
    detail: str
    """Why a red reading had less effect than the policy states; empty if it had the full effect."""


class NoteBody(Body):
    """A note or proposal from a CAP sender, a CAP feed or a sensor."""

    kind: SourceKind
    """The kind of system from which the note came."""
    source: str
    """The source's name in the policy."""
    id: int
    """The note's id; unique among CAP messages, and among sensors' reports."""
    hazard: str
    """The hazard, in the source's words."""
    divisions: tuple[str, ...]
    """The codes of the divisions that the note covers."""
    place: str
    """The everyday name of the note's area; empty if the note covers no division."""
    since: datetime
    """When the message was received, or the sensor's report was made."""
    expires: datetime | None
    """When the note expires; null if the message does not say, so the policy's time applies."""
    state: NoteState
    """The outcome of the note."""
    message: Summary | None
    """The CAP message; null for a sensor. Its texts come from outside, so escape them."""
    reading: NoteReadingBody | None
    """The sensor's report; null for a CAP message."""
    alert: int | None
    """The id of the alert that the note proposed, raised or corrected, or during which it came."""
    approval: int | None
    """The id of the approval of the note's proposal; null if there is no proposal."""
    asked: str | None
    """The division whose officers are asked to decide now; null if there is no proposal."""
    passes_at: datetime | None
    """When the next tier will be asked; null if the proposal is decided or at the last tier."""
    households: int | None
    """Number of households that a waiting proposal would reach; null if none waits."""
    people: int | None
    """Number of people in these households; null if no proposal waits."""
    allowed_actions: list[NoteActionBody]
    """Every action on the note's proposal, and whether the caller may take it."""

    @classmethod
    def of(cls, listed: Listed) -> Self:
        """Convert a note; one without a proposal has no actions."""
        note, audience, approval = listed.note, listed.audience, listed.note.approval
        reading = note.reading and NoteReadingBody.model_validate(note.reading)
        return cls(
            **vars(note) | {"approval": approval and approval.id, "reading": reading},
            place=listed.place,
            asked=approval and approval.asked,
            passes_at=approval and approval.passes_at,
            households=audience and audience.households,
            people=audience and audience.people,
            allowed_actions=_actions(listed.denial_reason) if approval else [],
        )


def _actions(denial_reason: NotAllowed | None) -> list[NoteActionBody]:
    return [
        NoteActionBody(action=action, allowed=denial_reason is None, reason=denial_reason)
        for action in NoteAction
    ]
