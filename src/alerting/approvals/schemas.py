"""JSON bodies of approvals, and of the areas that decisions reached."""

from collections.abc import Mapping
from datetime import datetime
from typing import Self

from pydantic import ConfigDict

from alerting.approvals.rules import ApprovalCause, ApprovalState
from alerting.approvals.store import Approval
from alerting.areas.reach import Reached
from contacts.bounds import Body


class ApprovalBody(Body):
    """An area that waits, or waited, for an officer's decision; the clock never approves it."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    """The id by which routes name it."""
    alert: int
    """The id of its alert."""
    cause: ApprovalCause
    """Why the area waits."""
    divisions: tuple[str, ...]
    """Whole divisions; for a requested polygon, the villages it touches."""
    asked_by: str
    """The officer who asked for it, or who raised the alert that it lies next to."""
    asked_at: datetime
    """When it began to wait."""
    asked: str
    """The division whose officers are asked now; officers of higher tiers may decide too."""
    passes_at: datetime | None
    """When the next tier is asked; null if it is settled or at the last tier."""
    state: ApprovalState
    """Whether it waits, or how it was settled."""
    decided_by: str | None
    """The id of the officer who decided; null: nobody has."""
    decided_at: datetime | None
    """When it was approved or declined, or when it lapsed."""


class ListedApprovalBody(ApprovalBody):
    """A listed approval, with the names of the officers who asked and decided."""

    asked_by_name: str | None
    """The name of who asked; null: no officer did."""
    decided_by_name: str | None
    """The name of who decided; null: nobody has."""

    @classmethod
    def on_list(cls, approval: Approval, officers: Mapping[str, str]) -> Self:
        """Return the body for an approval; `officers` maps ids to names."""
        return cls(
            **vars(approval),
            asked_by_name=officers.get(approval.asked_by),
            decided_by_name=officers.get(approval.decided_by or ""),
        )


class ReachedBody(Body):
    """Households that joined the roll and the texts they are owed, counted from stored rows."""

    households: int
    """Number of households that joined the roll."""
    people: int
    """Number of people in them."""
    texts: int
    """Number of texts that they are owed."""
    segments: int
    """Number of text segments, which providers count and charge."""
    predicted_finish: datetime
    """When the last text is expected to leave."""

    @classmethod
    def of(cls, reached: Reached) -> Self:
        """Return the body for a reached area."""
        return cls(**vars(reached), predicted_finish=reached.finish)


class DecidedBody(ApprovalBody):
    """An approval after a decision; `reached` is null if the decision reached nothing."""

    reached: ReachedBody | None
    """The households that it reached; null: none."""
