"""JSON bodies of approvals, and of the counts of newly alerted areas."""

from collections.abc import Mapping
from datetime import datetime
from typing import Self

from pydantic import ConfigDict

from alerting.approvals.rules import ApprovalCause, ApprovalState
from alerting.approvals.store import Approval
from alerting.areas.reach import AlertedCounts
from contacts.bounds import Body


class ApprovalBody(Body):
    """An area that waits, or waited, for an officer's decision."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    """Id of the approval."""
    alert: int
    """Id of the alert."""
    cause: ApprovalCause
    """Why the area waits."""
    divisions: tuple[str, ...]
    """The divisions to approve; for a requested polygon, the villages that it touches."""
    asked_by: str
    """Id of the officer who asked for the area, or who raised the alert next to it."""
    asked_at: datetime
    """When the approval was asked for."""
    asked: str
    """Division whose officers are asked now; officers of higher tiers may decide too."""
    passes_at: datetime | None
    """When the next tier is asked; null if the approval is settled, or at the last tier."""
    state: ApprovalState
    """Whether the approval waits, or how it was settled."""
    decided_by: str | None
    """Id of the officer who decided; null if no officer did."""
    decided_at: datetime | None
    """When it was approved or declined, or lapsed."""


class ListedApprovalBody(ApprovalBody):
    """An approval in a list, with the names of the officers who asked and decided."""

    asked_by_name: str | None
    """Name of the officer who asked; null if no officer did."""
    decided_by_name: str | None
    """Name of the officer who decided; null if no officer did."""

    @classmethod
    def on_list(cls, approval: Approval, officers: Mapping[str, str]) -> Self:
        """Return the body of an approval; `officers` maps officer ids to names."""
        return cls(
            **vars(approval),
            asked_by_name=officers.get(approval.asked_by),
            decided_by_name=officers.get(approval.decided_by or ""),
        )


class ReachedBody(Body):
    """Counts of the households that joined the roll, and of the texts to them and to officers."""

    households: int
    """Number of households that joined the roll."""
    people: int
    """Number of people in these households."""
    texts: int
    """Number of texts to send, including those to officers."""
    segments: int
    """Number of text segments; providers charge per segment."""
    predicted_finish: datetime
    """When the last text is expected to be sent."""

    @classmethod
    def of(cls, reached: AlertedCounts) -> Self:
        """Return the body of a newly alerted area."""
        return cls(**vars(reached), predicted_finish=reached.finish)


class DecidedBody(ApprovalBody):
    """An approval after a decision."""

    reached: ReachedBody | None
    """Counts of the newly alerted audience; null if nobody was alerted."""
