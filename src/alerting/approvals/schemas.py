"""What waits for an officer's word, as JSON, and what a word reached."""

from collections.abc import Mapping
from datetime import datetime
from typing import Self

from pydantic import BaseModel

from alerting.approvals.rules import ApprovalCause, ApprovalState
from alerting.approvals.store import Approval
from alerting.areas.reach import Reached


class ApprovalBody(BaseModel):
    """An area that waits, or waited, for an officer's word; the clock never approves it."""

    id: int
    alert: int
    cause: ApprovalCause
    divisions: tuple[str, ...]
    """Whole divisions: of a polygon that was asked for, the villages it touches."""
    asked_by: str
    """Who asked for it, or reached the area that it lies next to."""
    asked_at: datetime
    asked: str
    """The division whose officers are asked now; those of the tiers above may decide too."""
    passes_at: datetime | None
    """When the next tier is asked; null: it is settled, or with the last."""
    state: ApprovalState
    decided_by: str | None
    decided_at: datetime | None
    """When it was settled, or lapsed."""

    @classmethod
    def of(cls, approval: Approval) -> Self:
        """Return the body for an approval."""
        return cls(
            id=approval.id,
            alert=approval.alert,
            cause=approval.cause,
            divisions=approval.divisions,
            asked_by=approval.asked_by,
            asked_at=approval.asked_at,
            asked=approval.asked,
            passes_at=approval.passes_at,
            state=approval.state,
            decided_by=approval.decided_by,
            decided_at=approval.decided_at,
        )


class ListedApprovalBody(ApprovalBody):
    """An approval in a list, with the names of those officers."""

    asked_by_name: str | None
    decided_by_name: str | None

    @classmethod
    def on_list(cls, approval: Approval, officers: Mapping[str, str]) -> Self:
        """Return the body for an approval; `officers` are names by id."""
        return cls(
            **ApprovalBody.of(approval).model_dump(),
            asked_by_name=officers.get(approval.asked_by),
            decided_by_name=officers.get(approval.decided_by or ""),
        )


class ReachedBody(BaseModel):
    """Who joined the roll, counted from what was stored, and the texts owed because of it."""

    households: int
    people: int
    texts: int
    segments: int
    predicted_finish: datetime

    @classmethod
    def of(cls, reached: Reached) -> Self:
        """Return the body for an area that was reached."""
        return cls(
            households=reached.households,
            people=reached.people,
            texts=reached.texts,
            segments=reached.segments,
            predicted_finish=reached.finish,
        )


class DecidedBody(ApprovalBody):
    """An approval as it now stands; `reached` is null where nobody was reached by this word."""

    reached: ReachedBody | None
