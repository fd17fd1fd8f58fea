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
    """An action on a proposal: a route of the same name below /api/approvals/ID takes it."""

    APPROVE = "approve"
    DECLINE = "decline"


class NoteActionBody(Body):
    """An action on a proposal, and whether the caller may take it now."""

    action: NoteAction
    """The action."""
    allowed: bool
    """Whether the caller may take it now."""
    reason: NotAllowed | None
    """Why not; null if it is allowed."""


class NoteReadingBody(Body):
    """A sensor's news, with the reading that it is about."""

    model_config = ConfigDict(from_attributes=True)

    news: News
    """The kind of news."""
    value: float | None
    """The reading; null: the news is about none."""
    unit: str
    """The unit of the sensor's readings."""
    detail: str
    """Why red brought about less than the policy says; empty if it did not."""


class NoteBody(Body):
    """A note or proposal of a CAP sender, a feed or a sensor."""

    kind: SourceKind
    """The kind of its source."""
    source: str
    """The source's name in the policy."""
    id: int
    """The message's or the news's id, among those of CAP sources or of sensors."""
    hazard: str
    """The hazard, in the source's words."""
    divisions: tuple[str, ...]
    """The divisions that it covers."""
    place: str
    """The everyday name of its area; empty: it covers no division."""
    since: datetime
    """When it came, or was told."""
    expires: datetime | None
    """Until when it holds; null: until the policy's time for alerts is over."""
    state: NoteState
    """Its outcome."""
    message: Summary | None
    """The CAP message; null: it is a sensor's. Its texts come from outside: escape them."""
    reading: NoteReadingBody | None
    """The sensor's news; null: it is a CAP message."""
    alert: int | None
    """The alert that it proposed, raised or corrected, or during which it was told."""
    approval: int | None
    """The approval of its proposal; null: it proposed nothing."""
    asked: str | None
    """The division whose officers are asked now; null: it proposed nothing."""
    passes_at: datetime | None
    """When the next tier is asked; null if it is settled or at the last tier."""
    households: int | None
    """Number of households that a proposal that waits would reach; null if none waits."""
    people: int | None
    """Number of people in them."""
    allowed_actions: list[NoteActionBody]
    """Every action on its proposal, and whether the caller may take it now; else empty."""

    @classmethod
    def of(cls, listed: Listed) -> Self:
        """Return the body for a listed note."""
        note, audience, approval = listed.note, listed.audience, listed.note.approval
        reading = note.reading and NoteReadingBody.model_validate(note.reading)
        return cls(
            **vars(note) | {"approval": approval and approval.id, "reading": reading},
            place=listed.place,
            asked=approval and approval.asked,
            passes_at=approval and approval.passes_at,
            households=audience and audience.households,
            people=audience and audience.people,
            allowed_actions=_actions(listed.against) if approval else [],
        )


def _actions(against: NotAllowed | None) -> list[NoteActionBody]:
    return [
        NoteActionBody(action=action, allowed=against is None, reason=against)
        for action in NoteAction
    ]
