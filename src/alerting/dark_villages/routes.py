"""Routes that list dark villages and start their door tasks."""

from datetime import datetime

from fastapi import APIRouter, status
from pydantic import ConfigDict
from sqlalchemy import Connection

from alerting.access.callers import Caller, RuntimeDep
from alerting.access.openapi import allows
from alerting.access.rules import Act
from alerting.access.scope import alert_for
from alerting.dark_villages.darken import send_to_doors
from alerting.dark_villages.store import DarkVillage, dark_in
from alerting.database.tables import RowId
from contacts.bounds import Body
from contacts.division import DivisionCode

router = APIRouter(tags=["tasks"])


class DoorsBody(Body):
    """The village or grid in which officers must knock on every door."""

    model_config = ConfigDict(extra="forbid")

    division: DivisionCode
    """The village's or grid's code."""


class DarkBody(Body):
    """A village where texts do not arrive, so that its door tasks start at once."""

    model_config = ConfigDict(from_attributes=True)

    division: str
    """The code of the village, or of the grid that an officer named."""
    since: datetime
    """When the village was recorded as dark."""
    found_by: str | None
    """The id of the officer who declared the village dark; null if delivery receipts showed it."""
    share: float | None
    """The share of the village's texts that arrived, from 0 to 1; null if it was not computed."""
    neighbours_share: float | None
    """The share of texts that arrived in the other villages; null if no villages were compared."""
    together: bool
    """Whether too few texts arrive in the village's whole town or county."""


@router.post(
    "/api/alerts/{alert_id}/doors",
    status_code=status.HTTP_204_NO_CONTENT,
    openapi_extra=allows(Act.SEND, 409),
)
async def post_doors(alert_id: RowId, body: DoorsBody, caller: Caller, runtime: RuntimeDep) -> None:
    """Declare a village or grid dark, and start the door task of each of its households."""
    await send_to_doors(runtime, caller, alert_id, body.division)


@router.get("/api/alerts/{alert_id}/dark-villages")
async def get_dark_villages(alert_id: RowId, caller: Caller, runtime: RuntimeDep) -> list[DarkBody]:
    """List the alert's dark villages in the caller's division."""

    def look(db: Connection) -> list[DarkVillage]:
        alert_for(db, alert_id, caller)
        return dark_in(db, alert_id, caller.division)

    return [DarkBody.model_validate(one) for one in await runtime.database.read(look)]
