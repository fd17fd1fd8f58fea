"""JSON bodies of the routes for CAP messages."""

from datetime import datetime
from typing import Self

from pydantic import ConfigDict

from alerting.cap.lifecycle import AlertState
from alerting.cap_inbox.notes import CameIn
from alerting.cap_inbox.receive import Received
from alerting.cap_inbox.rules.outcomes import SAID, Outcome, Reason
from alerting.cap_inbox.rules.summary import Summary
from alerting.cap_inbox.sources import SourceState
from contacts.bounds import Body


class ReceivedBody(Body):
    """The outcome of a message, and its reason."""

    id: int
    """The id under which it is kept."""
    outcome: Outcome
    """Its outcome."""
    reason: Reason
    """Why."""
    why: str
    """The reason in words."""
    detail: str
    """Further facts for people; empty: none."""
    alert: int | None
    """The alert that it raised, proposed, corrected or cancelled."""

    @classmethod
    def of(cls, received: Received) -> Self:
        """Return the body for a message that was received."""
        done = received.done
        return cls(
            id=received.id,
            outcome=done.outcome,
            reason=done.reason,
            why=SAID[done.reason],
            detail=done.detail,
            alert=done.alert,
        )


class CameInBody(Body):
    """A document that came in, and its outcome."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    """The id under which it is kept."""
    source: str
    """The sender or feed, by its name in the policy."""
    received_at: datetime
    """When it first came."""
    times: int
    """How often the same bytes came."""
    outcome: Outcome
    """Its outcome."""
    reason: Reason | None
    """Null if it was not read yet."""
    why: str
    """The reason in words."""
    detail: str
    """The element that is wrong, or further facts for people; empty: none."""
    summary: Summary | None
    """Null if it is no CAP message. Its texts come from outside: escape them."""
    divisions: tuple[str, ...]
    """Divisions whose boards show it, or showed it."""
    alert: int | None
    """The alert that it raised, proposed, corrected or cancelled."""
    alert_state: AlertState | None
    """That alert's state."""

    @classmethod
    def listed(cls, message: CameIn) -> Self:
        """Return the body for a listed document."""
        return cls(**vars(message), why=SAID[message.reason] if message.reason else "")


class SourceBody(Body):
    """A source of CAP messages, their outcomes, and the results of a feed's polls."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    """The source's name in the policy."""
    url: str | None
    """The feed's address; null for a sender, which posts."""
    outcomes: dict[Outcome, int]
    """Number of documents by outcome; repeats are left out."""
    polled_at: datetime | None
    """When the feed was last polled; null: never, or it is a sender, which is not polled."""
    succeeded_at: datetime | None
    """When a poll last succeeded; null: never."""
    failures: int
    """Failed polls since the last one that succeeded."""
    problem: str
    """Why the last poll failed; empty if it did not."""

    @classmethod
    def of(cls, state: SourceState) -> Self:
        """Return the body for a source."""
        return cls.model_validate(state)
