"""HTTP route that lists the hazard points for which the caller may raise alerts."""

from typing import Annotated, Final, Self

from fastapi import APIRouter, Query
from pydantic import ConfigDict, Field
from sqlalchemy import Connection

from alerting.access.callers import Caller, RuntimeDep
from alerting.access.openapi import allows
from alerting.access.rules import Act, permitted_division, roles_for
from alerting.access.scope import refusal
from alerting.cap.area_forms import Circles, Geometry
from alerting.errors import ForbiddenError
from alerting.hazard_points.store import HazardPoint, points_within
from contacts.bounds import NO_NUL, Body
from contacts.directory import Officer, short_names

router = APIRouter(prefix="/api/hazard-points", tags=["alerts"])

_MOST: Final = 100


class HazardPointBody(Body):
    """A hazard point: a saved, named area for which one alert can be raised."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    """The official number of the hazard point."""
    name: str
    """The hazard point's name."""
    division: str
    """The code of the division whose office maintains it."""
    place: str
    """The everyday name of that division."""
    hazard: str
    """The id of the hazard in the phrase library."""
    geometry: Geometry | None
    """The polygons of its area, as GeoJSON; null if there are none."""
    circles: Circles
    """The circles of its area."""
    assembly_point: str | None
    """Where everybody must go; null if each village has its own assembly point."""
    route: str | None
    """The way to the assembly point, in words; null if it is not recorded."""
    is_watched: bool
    """True if the caller is the hazard point's watcher."""

    @classmethod
    def of(cls, point: HazardPoint, place: str, caller: Officer) -> Self:
        """Return the body for a hazard point, as the caller sees it."""
        return cls(
            code=point.code,
            name=point.name,
            division=point.division,
            place=place,
            hazard=point.hazard,
            geometry=point.area.drawn,
            circles=point.area.circles,
            assembly_point=point.assembly_point,
            route=point.route,
            is_watched=point.watcher == caller.id,
        )


class HazardPointsBody(Body):
    """The hazard points found, at most 100."""

    points: list[HazardPointBody] = Field(max_length=_MOST)
    """The hazard points, first those that the caller watches, then by name."""
    is_all: bool
    """False if there are more; a narrower search finds them."""


@router.get("", openapi_extra=allows(Act.RAISE))
async def list_hazard_points(
    caller: Caller,
    runtime: RuntimeDep,
    search: Annotated[
        str,
        Query(
            max_length=60, pattern=NO_NUL, description="Part of a hazard point's number or name."
        ),
    ] = "",
) -> HazardPointsBody:
    """List up to 100 hazard points for which the caller may raise an alert at once."""
    if caller.role not in roles_for(Act.RAISE):
        raise ForbiddenError(*refusal(caller, Act.RAISE))
    scope = permitted_division(caller.division, Act.RAISE)

    def look(connection: Connection) -> HazardPointsBody:
        found = points_within(connection, scope, search.strip(), _MOST + 1)
        names = short_names(connection, {each.division for each in found})
        bodies = [
            HazardPointBody.of(each, names.get(each.division, each.division), caller)
            for each in found[:_MOST]
        ]
        bodies.sort(key=lambda each: (not each.is_watched, each.name, each.code))
        return HazardPointsBody(points=bodies, is_all=len(found) <= _MOST)

    return await runtime.database.read(look)
