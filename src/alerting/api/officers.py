"""The officers called to an alert over HTTP (叫应): who confirmed, and who could not be woken."""

from datetime import datetime
from typing import Self

from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy import Connection

from alerting.api.bodies import AlertId
from alerting.api.callers import Caller, Working
from alerting.core.officer_call import CallState
from alerting.storage.authorised import alert_for, scope_for
from alerting.storage.officer_calls import OfficerCall, calls_within
from contacts.division import DivisionCode
from contacts.officer import Role

router = APIRouter(prefix="/api/alerts", tags=["alerts"])


class OfficerCallBody(BaseModel):
    """An officer who was called, and what became of it."""

    id: str
    name: str
    role: Role
    division: str
    deputy_of: str | None
    """Whom they were called in place of; null for a principal."""
    called_at: datetime
    state: CallState
    confirmed_at: datetime | None
    channel: str | None
    """By which the call was confirmed."""
    told_above_at: datetime | None
    """When the tier above was told that they could not be woken."""

    @classmethod
    def of(cls, called: OfficerCall) -> Self:
        """Return the body for an officer who was called."""
        return cls(
            id=called.officer,
            name=called.name,
            role=called.role,
            division=called.division,
            deputy_of=called.deputy_of,
            called_at=called.called_at,
            state=called.state,
            confirmed_at=called.confirmed_at,
            channel=called.channel,
            told_above_at=called.told_above_at,
        )


@router.get("/{alert_id}/officers")
async def get_officers(
    alert_id: AlertId, caller: Caller, desk: Working, division: DivisionCode | None = None
) -> list[OfficerCallBody]:
    """List the officers called: who has not confirmed first, the uppermost tier before others."""
    scope = scope_for(caller, division)

    def look(db: Connection) -> list[OfficerCall]:
        alert_for(db, alert_id, caller)
        return calls_within(db, alert_id, scope, desk.policy.officer)

    return [OfficerCallBody.of(called) for called in await desk.database.read(look)]
