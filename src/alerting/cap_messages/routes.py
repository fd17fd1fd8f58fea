"""HTTP routes for an alert's CAP messages: their list, the latest, and each by log entry."""

from datetime import datetime
from typing import Any, Final, Self

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from alerting.access.callers import Caller, RuntimeDep
from alerting.access.scope import alert_for
from alerting.cap.document import MEDIA_TYPE
from alerting.cap.message import Step
from alerting.cap_messages.store import Issued, chain, document
from alerting.database.tables import RowId
from alerting.errors import NotFoundError
from alerting.runtime import Runtime
from contacts.bounds import Body
from contacts.directory import Officer

router = APIRouter(prefix="/api/alerts", tags=["cap"])

_CAP: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {MEDIA_TYPE: {"schema": {"type": "string"}}}, "description": "CAP 1.2"}
}


class CapMessageBody(Body):
    """A CAP message of an alert."""

    seq: int
    """Log entry that recorded the step; the document is at /api/alerts/ID/cap/SEQ.xml."""
    identifier: str
    """The CAP identifier, by which later messages refer to this one."""
    sender: str
    """The CAP sender, as the policy named it when the message was issued."""
    sent: datetime
    """When the message was issued."""
    expires: datetime
    """When the message expires."""
    step: Step
    """The step of the alert that the message announces."""

    @classmethod
    def of(cls, issued: Issued) -> Self:
        """Return these fields of an issued message."""
        return cls(**{name: getattr(issued, name) for name in cls.model_fields})


@router.get("/{alert_id}/cap")
async def get_cap_messages(
    alert_id: RowId, caller: Caller, runtime: RuntimeDep
) -> list[CapMessageBody]:
    """List an alert's CAP messages, oldest first; each refers to the earlier ones."""

    def look(db: Connection) -> list[Issued]:
        alert_for(db, alert_id, caller)
        return chain(db, alert_id)

    return [CapMessageBody.of(each) for each in await runtime.database.read(look)]


@router.get("/{alert_id}/cap.xml", response_class=Response, responses=_CAP)
async def get_cap(alert_id: RowId, caller: Caller, runtime: RuntimeDep) -> Response:
    """Return an alert's latest CAP 1.2 message."""
    return await _document(runtime, caller, alert_id, None)


@router.get("/{alert_id}/cap/{seq}.xml", response_class=Response, responses=_CAP)
async def get_cap_message(
    alert_id: RowId, seq: RowId, caller: Caller, runtime: RuntimeDep
) -> Response:
    """Return the CAP 1.2 message of the step that a log entry recorded; its bytes never change."""
    return await _document(runtime, caller, alert_id, seq)


async def _document(runtime: Runtime, caller: Officer, alert_id: int, seq: int | None) -> Response:
    def look(db: Connection) -> str | None:
        alert_for(db, alert_id, caller)
        return document(db, alert_id, seq)

    found = await runtime.database.read(look)
    if found is None:
        raise NotFoundError(f"alert {alert_id} has no such CAP message")
    return Response(found.encode(), media_type=MEDIA_TYPE)
