"""JSON bodies of the routes for CAP messages."""

from datetime import datetime
from typing import Self

from pydantic import ConfigDict

from alerting.cap.lifecycle import AlertState
from alerting.cap_inbox.notes import InboxDocument
from alerting.cap_inbox.receive import Received
from alerting.cap_inbox.rules.outcomes import REASON_TEXTS, Outcome, Reason
from alerting.cap_inbox.rules.summary import Summary
from alerting.cap_inbox.sources import SourceState
from contacts.bounds import Body


class ReceivedBody(Body):
    """The outcome of a message, and the reason for it."""

    id: int
    """Id of the stored message."""
    outcome: Outcome
    """Outcome of the message."""
    reason: Reason
    """Reason for the outcome."""
    why: str
    """The reason as a text for people."""
    detail: str
    """Details for people; empty: none."""
    alert: int | None
    """Id of the alert that it raised, proposed, corrected or cancelled; null if none."""

    @classmethod
    def of(cls, received: Received) -> Self:
        """Return the body of a received message."""
        done = received.done
        return cls(
            id=received.id,
            outcome=done.outcome,
            reason=done.reason,
            why=REASON_TEXTS[done.reason],
            detail=done.detail,
            alert=done.alert,
        )


class CameInBody(Body):
    """An incoming document, and its outcome."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    """Id of the stored document."""
    source: str
    """Name of its sender or feed in the policy."""
    received_at: datetime
    """When it came for the first time."""
    times: int
    """How many times the same bytes came."""
    outcome: Outcome
    """Outcome of the document."""
    reason: Reason | None
    """Reason for the outcome; null if the document is not read yet."""
    why: str
    """The reason as a text for people; null if there is no reason yet."""
    detail: str
    """The invalid element, or details for people; empty: none."""
    summary: Summary | None
    """Summary of the message; null if it is not a CAP message. Escape its texts, which come from
    outside."""
    divisions: tuple[str, ...]
    """Divisions whose boards show or showed it."""
    alert: int | None
    """Id of the alert that it raised, proposed, corrected or cancelled; null if none."""
    alert_state: AlertState | None
    """State of that alert; null: there is none."""

    @classmethod
    def listed(cls, message: InboxDocument) -> Self:
        """Return the body of an incoming document in a list."""
        return cls(**vars(message), why=REASON_TEXTS[message.reason] if message.reason else "")


class SourceBody(Body):
    """A sender or feed of CAP messages, with the outcomes of its messages and its poll results."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    """Name of the source in the policy."""
    url: str | None
    """Address of the feed; null for a sender, which posts its messages."""
    outcomes: dict[Outcome, int]
    """Number of documents by outcome, not counting repeats."""
    polled_at: datetime | None
    """When the feed was last polled; null: never, or the source is a sender."""
    succeeded_at: datetime | None
    """When a poll last succeeded; null: never."""
    failures: int
    """Number of failed polls since the last success."""
    problem: str
    """Why the last poll failed, or why it could not fetch an entry; empty: no problem."""

    @classmethod
    def of(cls, state: SourceState) -> Self:
        """Return the body of a source."""
        return cls.model_validate(state)
