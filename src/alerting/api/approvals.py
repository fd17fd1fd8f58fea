"""Approvals over HTTP: what of an alert waits for an officer's word, and the word itself."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Path

from alerting.api.approval_bodies import ApprovalBody
from alerting.api.bodies import ReachedBody
from alerting.api.callers import Caller, Working
from alerting.services.decide import Decided, decide
from alerting.services.desk import Desk
from alerting.storage.approvals import approvals_for

router = APIRouter(prefix="/api", tags=["approvals"])

_Id = Annotated[int, Path(ge=1, le=2**31 - 1)]
"""PostgreSQL refuses to compare an integer with more."""


class DecidedBody(ApprovalBody):
    """An approval as it now stands; `reached` is null where nobody was reached by this word."""

    reached: ReachedBody | None


@router.get("/alerts/{alert_id}/approvals")
async def get_approvals(alert_id: _Id, caller: Caller, desk: Working) -> list[ApprovalBody]:
    """List what waits for an officer's word, then what was settled."""
    found = await desk.database.read(lambda db: approvals_for(db, alert_id, caller))
    return [ApprovalBody.of(approval) for approval in found]


@router.post("/approvals/{approval_id}/approve")
async def post_approve(approval_id: _Id, caller: Caller, desk: Working) -> DecidedBody:
    """Approve an area: it is reached at once, and nobody is reached twice."""
    return _decided(desk, await decide(desk, caller, approval_id, approve=True))


@router.post("/approvals/{approval_id}/decline")
async def post_decline(approval_id: _Id, caller: Caller, desk: Working) -> DecidedBody:
    """Decline an area: it is not reached, and no other tier is asked."""
    return _decided(desk, await decide(desk, caller, approval_id, approve=False))


def _decided(desk: Desk, decided: Decided) -> DecidedBody:
    rate = desk.policy.sending.segments_per_second
    reached = decided.reached and ReachedBody.of(
        decided.reached, desk.clock.now() + timedelta(seconds=decided.reached.segments / rate)
    )
    return DecidedBody(**ApprovalBody.of(decided.approval).model_dump(), reached=reached)
