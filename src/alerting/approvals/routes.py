"""HTTP routes for approvals: list an alert's approvals, approve, decline."""

from typing import Annotated

from fastapi import APIRouter, Path
from sqlalchemy import Connection

from alerting.access.callers import Caller, RuntimeDep
from alerting.access.openapi import allows
from alerting.access.rules import Act
from alerting.approvals.decide import Decided, decide
from alerting.approvals.schemas import DecidedBody, ListedApprovalBody, ReachedBody
from alerting.approvals.store import approvals_for
from alerting.database.tables import RowId
from alerting.ledger.alerts import ended_at
from contacts.past import names_at

router = APIRouter(prefix="/api", tags=["approvals"])

_Id = Annotated[int, Path(ge=1, le=2**31 - 1)]
"""An approval's id; bounded because PostgreSQL refuses a comparison with a larger integer."""


@router.get("/alerts/{alert_id}/approvals")
async def get_approvals(
    alert_id: RowId, caller: Caller, runtime: RuntimeDep
) -> list[ListedApprovalBody]:
    """List an alert's approvals, waiting ones first."""

    def look(db: Connection) -> list[ListedApprovalBody]:
        found = approvals_for(db, alert_id, caller)
        ids = {id_ for one in found for id_ in (one.asked_by, one.decided_by) if id_}
        names = names_at(db, ids, ended_at(db, alert_id))
        return [ListedApprovalBody.on_list(approval, names) for approval in found]

    return await runtime.database.read(look)


@router.post("/approvals/{approval_id}/approve", openapi_extra=allows(Act.WIDEN, 409))
async def post_approve(approval_id: RowId, caller: Caller, runtime: RuntimeDep) -> DecidedBody:
    """Approve an area: it is alerted at once, and nobody is alerted twice."""
    return _decided(await decide(runtime, caller, approval_id, approve=True))


@router.post("/approvals/{approval_id}/decline", openapi_extra=allows(Act.WIDEN, 409))
async def post_decline(approval_id: RowId, caller: Caller, runtime: RuntimeDep) -> DecidedBody:
    """Decline an area: it is not alerted, and no other tier is asked."""
    return _decided(await decide(runtime, caller, approval_id, approve=False))


def _decided(decided: Decided) -> DecidedBody:
    reached = decided.reached and ReachedBody.of(decided.reached)
    return DecidedBody(**vars(decided.approval), reached=reached)
