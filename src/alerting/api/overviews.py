"""What a board draws once and then keeps by the feed: the curve, the names, the map."""

from datetime import datetime
from typing import Annotated, Self

from fastapi import APIRouter, Depends
from pydantic import BaseModel
from sqlalchemy import Connection
from starlette.requests import HTTPConnection

from alerting.api.bodies import AlertId
from alerting.api.callers import Caller, Working
from alerting.core.curve import Point
from alerting.storage.authorised import alert_for, scope_for
from alerting.storage.curve import Curves
from alerting.storage.places import divisions_of, homes_of
from contacts.directory import Division
from contacts.division import DivisionCode, Tier

router = APIRouter(prefix="/api/alerts", tags=["alerts"])


async def _curves(connection: HTTPConnection) -> Curves:
    """Return the curves that this process follows."""
    curves: Curves = connection.app.state.curves
    return curves


class PointBody(BaseModel):
    """People at an instant; beside these two are those who call for help or will not leave."""

    at: datetime
    total: int
    accounted: int
    unaccounted: int

    @classmethod
    def of(cls, point: Point) -> Self:
        """Return the body for a point of the curve."""
        return cls(
            at=point.at,
            total=point.total,
            accounted=point.accounted,
            unaccounted=point.unaccounted,
        )


class DivisionBody(BaseModel):
    """A division's name and place in the tree; the topmost given has its parent too."""

    division: str
    name: str
    tier: Tier
    parent: str | None

    @classmethod
    def of(cls, place: Division) -> Self:
        """Return the body for a division."""
        return cls(division=place.code, name=place.name, tier=place.tier, parent=place.parent)


class HomesBody(BaseModel):
    """Where the households of a division live that have coordinates."""

    homes: dict[str, tuple[float, float]]
    """[latitude, longitude] in degrees WGS 84, by the household's code."""


@router.get("/{alert_id}/curve")
async def get_curve(
    alert_id: AlertId,
    caller: Caller,
    desk: Working,
    curves: Annotated[Curves, Depends(_curves)],
    division: DivisionCode | None = None,
) -> list[PointBody]:
    """Return how a division's people were accounted for since the alert: some 200 points."""
    scope = scope_for(caller, division)

    def look(db: Connection) -> list[Point]:
        alert_for(db, alert_id, caller)
        return curves.of(db, alert_id, scope)

    return [PointBody.of(point) for point in await desk.database.read(look)]


@router.get("/{alert_id}/divisions")
async def get_divisions(
    alert_id: AlertId, caller: Caller, desk: Working, division: DivisionCode | None = None
) -> list[DivisionBody]:
    """List a division and those below it that have anybody on the alert's roll, by code."""
    scope = scope_for(caller, division)

    def look(db: Connection) -> list[Division]:
        alert_for(db, alert_id, caller)
        return divisions_of(db, alert_id, scope)

    return [DivisionBody.of(place) for place in await desk.database.read(look)]


@router.get("/{alert_id}/homes")
async def get_homes(
    alert_id: AlertId, caller: Caller, desk: Working, division: DivisionCode | None = None
) -> HomesBody:
    """Return where a division's households live, for a map."""
    scope = scope_for(caller, division)

    def look(db: Connection) -> dict[str, tuple[float, float]]:
        alert_for(db, alert_id, caller)
        return homes_of(db, alert_id, scope)

    return HomesBody(homes=await desk.database.read(look))
