"""An alert's log over HTTP: what the feed tells from now on, for before."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Self

from fastapi import APIRouter, Query
from pydantic import BaseModel
from sqlalchemy import Connection

from alerting.api.bodies import AlertId
from alerting.api.callers import Caller, Working
from alerting.storage.alerts import Event
from alerting.storage.authorised import alert_for, scope_for
from alerting.storage.log import log_before, mentioned, names_of
from contacts.division import DivisionCode

router = APIRouter(prefix="/api/alerts", tags=["alerts"])


class EventBody(BaseModel):
    """An entry of the alert's log; `at` is in the alert's time."""

    seq: int
    at: datetime
    kind: str
    division: str
    subject: str
    payload: dict[str, object]
    names: dict[str, str]
    """What people call the officers and households that it mentions, by id and code."""

    @classmethod
    def of(cls, event: Event, names: Mapping[str, str]) -> Self:
        """Return the body for an entry."""
        return cls(
            seq=event.seq,
            at=event.at,
            kind=event.kind,
            division=event.division,
            subject=event.subject,
            payload=json.loads(event.payload),
            names={id_: names[id_] for id_ in sorted(mentioned(event) & names.keys())},
        )


@router.get("/{alert_id}/log")
async def get_log(
    alert_id: AlertId,
    caller: Caller,
    desk: Working,
    division: DivisionCode | None = None,
    before: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> list[EventBody]:
    """List the log's entries in a division before a `seq`, or the last ones, newest first."""
    scope = scope_for(caller, division)

    def look(db: Connection) -> tuple[list[Event], dict[str, str]]:
        alert_for(db, alert_id, caller)
        log = log_before(db, alert_id, scope, before, limit)
        return log, names_of(db, alert_id, caller.division, log)

    log, names = await desk.database.read(look)
    return [EventBody.of(event, names) for event in log]
