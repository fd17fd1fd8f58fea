"""Routes with which administrators keep the hazard points of their division."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request, status
from pydantic import ConfigDict, Field, ValidationError
from sqlalchemy import Connection

from alerting.access.callers import Caller, RuntimeDep
from alerting.access.openapi import for_administrators
from alerting.access.scope import office_of
from alerting.cap.alert import Area, HazardPointCode
from alerting.errors import InvalidError
from alerting.hazard_points.store import households_at, points_within, threatened
from alerting.office.hazard_point_edit import retire_point, save_point
from alerting.office.hazard_point_import import PointOutcome, import_points, preview_points
from alerting.office.hazard_point_schemas import (
    PAGE,
    OfficeHazardPointBody,
    OfficeHazardPointsBody,
    RetireHazardPointBody,
    SaveHazardPointBody,
)
from alerting.office.hazard_point_watcher import watchers_for
from alerting.office.schemas import DetailsBody, FaultBody
from alerting.office.upload import takes_file
from alerting.office_log.log import details_of
from contacts.bounds import NO_NUL, Body
from contacts.division import DivisionCode
from contacts.roster.problems import MOST_PROBLEMS, RosterError

router = APIRouter(prefix="/api/office/hazard-points", tags=["roster"])

_FILE: Final = takes_file(2 * 1024 * 1024)
"""Allows a large file, because a county's hazard points have areas with thousands of corners."""

_Code = Annotated[HazardPointCode, Path(description="The hazard point's number.")]


class WatcherBody(Body):
    """An officer who may watch a hazard point."""

    id: str
    """The officer's id."""
    name: str
    """The officer's name."""


class HazardPointImportBody(Body):
    """The changes that an import of hazard points would make or has made."""

    token: str
    """Identifies the file and its changes; an import with another token is refused."""
    unchanged: int
    """The number of points in the file that are already stored unchanged."""
    changes: DetailsBody
    """The number of changes by kind, and the first of each kind."""

    @classmethod
    def of(cls, outcome: PointOutcome) -> "HazardPointImportBody":
        """Convert an outcome; of its changes, only the first are listed."""
        difference = outcome.difference
        return cls(
            token=outcome.token,
            unchanged=difference.unchanged,
            changes=DetailsBody.of(details_of(difference)),
        )


class HazardPointPreviewBody(Body):
    """The changes that an import of the file would make, or the file's faults."""

    model_config = ConfigDict(from_attributes=True)

    faults: list[FaultBody] = Field(max_length=MOST_PROBLEMS)
    """The problems by feature number and property; empty if the file can be imported."""
    changes: HazardPointImportBody | None
    """The changes that an import would make; null for a file with faults."""


@router.get("", openapi_extra=for_administrators())
async def list_office_hazard_points(
    caller: Caller,
    runtime: RuntimeDep,
    division: Annotated[
        DivisionCode | None,
        Query(description="The division in which to search; if omitted, the caller's."),
    ] = None,
    search: Annotated[
        str, Query(max_length=60, pattern=NO_NUL, description="Part of a number or a name.")
    ] = "",
    retired: Annotated[bool, Query(description="List retired points instead of those in use.")] = (
        False
    ),
    after: Annotated[
        str, Query(max_length=40, pattern=NO_NUL, description="`after` of the previous page.")
    ] = "",
) -> OfficeHazardPointsBody:
    """List the hazard points of a division with the people threatened, 20 a page, by number."""
    scope, sought = office_of(caller, division), search.strip()

    def look(connection: Connection) -> OfficeHazardPointsBody:
        found = points_within(connection, scope, sought, PAGE + 1, after=after, is_retired=retired)
        points = [
            OfficeHazardPointBody.of(each, *threatened(connection, households_at(connection, each)))
            for each in found[:PAGE]
        ]
        return OfficeHazardPointsBody(
            points=points, after=points[-1].code if len(found) > PAGE else None
        )

    return await runtime.database.read(look)


@router.get("/watchers", openapi_extra=for_administrators(404))
async def list_watchers(
    caller: Caller,
    runtime: RuntimeDep,
    division: Annotated[
        DivisionCode, Query(description="The division in which the hazard point lies.")
    ],
) -> list[WatcherBody]:
    """List the officers who may watch a hazard point in a division.

    They are the officers who may raise an alert there. Those of the lowest tier come first.
    """
    scope = office_of(caller, division)
    found = await runtime.database.read(lambda db: watchers_for(db, scope))
    return [WatcherBody(id=each.id, name=each.name) for each in reversed(found)]


@router.put(
    "/{code}", status_code=status.HTTP_204_NO_CONTENT, openapi_extra=for_administrators(404, 409)
)
async def save_hazard_point(
    code: _Code, said: SaveHazardPointBody, caller: Caller, runtime: RuntimeDep
) -> None:
    """Store a new or changed hazard point; alerts already raised for it keep its area."""
    office_of(caller)
    try:
        area = Area(geometry=said.geometry, circles=said.circles)
    except ValidationError:
        raise InvalidError(
            "geometry", "draw a polygon or a circle: neither is given", "请画多边形或圆：都没有画"
        ) from None
    draft, confirmed = said.draft(code, area), said.confirmed
    await save_point(runtime, caller, draft, said.version, is_confirmed=confirmed)


@router.post(
    "/{code}/retire",
    status_code=status.HTTP_204_NO_CONTENT,
    openapi_extra=for_administrators(404, 409),
)
async def retire_hazard_point(
    code: _Code, said: RetireHazardPointBody, caller: Caller, runtime: RuntimeDep
) -> None:
    """Take a hazard point out of use; alerts already raised for it keep its name and area."""
    office_of(caller)
    await retire_point(runtime, caller, code, said.version, said.reason)


@router.post("/preview", openapi_extra=for_administrators(422) | _FILE)
async def preview_hazard_points(
    request: Request, caller: Caller, runtime: RuntimeDep
) -> HazardPointPreviewBody:
    """Return what an import of a GeoJSON file would change, or its faults, without storing it."""
    office_of(caller)
    try:
        outcome = await preview_points(runtime, caller, await request.body())
    except RosterError as refused:
        faults = [FaultBody.model_validate(each) for each in refused.problems[:MOST_PROBLEMS]]
        return HazardPointPreviewBody(faults=faults, changes=None)
    return HazardPointPreviewBody(faults=[], changes=HazardPointImportBody.of(outcome))


@router.post("/imports", openapi_extra=for_administrators(409, 422) | _FILE)
async def import_hazard_points(
    request: Request,
    caller: Caller,
    runtime: RuntimeDep,
    token: Annotated[str, Query(max_length=64, description="The preview's token.")] = "",
) -> HazardPointImportBody:
    """Store a GeoJSON file exactly as previewed, or nothing."""
    office_of(caller)
    content = await request.body()
    return HazardPointImportBody.of(await import_points(runtime, caller, content, token))
