"""Routes by which administrators find and change divisions below their own."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, status
from pydantic import ConfigDict, Field, StringConstraints

from alerting.access.callers import Caller, RuntimeDep
from alerting.access.openapi import for_administrators
from alerting.access.scope import office_of
from alerting.office.division_edit import edit_division
from alerting.office.division_list import Listed, list_divisions
from alerting.office.edits import VERSION
from contacts.bounds import NO_NUL, Body, Name
from contacts.division import DivisionCode, Tier
from contacts.roster.cells import MOST_PLACE, MOST_ROUTE

router = APIRouter(prefix="/api/office/divisions", tags=["roster"])

_PAGE: Final = 50


class OfficeDivisionBody(Body):
    """A division of the roster."""

    code: str
    """Its code."""
    name: str
    """Its official name."""
    tier: Tier
    """Its tier."""
    assembly_point: str | None
    """Where its people gather."""
    route: str | None
    """The way there, in words."""
    latitude: float | None
    """The assembly point's, in degrees WGS 84."""
    longitude: float | None
    """The assembly point's, in degrees WGS 84."""
    contact_phone: str | None
    """The phone of somebody whom its people may ask, E.164."""
    lacks_point: bool
    """Whether its people have no point to gather at; a grid may have its village's."""
    version: str
    """The version that a change must name."""

    @classmethod
    def of(cls, listed: Listed) -> "OfficeDivisionBody":
        """Return the body of a division."""
        found = listed.division
        return cls(
            code=found.code,
            name=found.name,
            tier=found.tier,
            assembly_point=found.assembly_point,
            route=found.route,
            latitude=found.latitude,
            longitude=found.longitude,
            contact_phone=found.contact_phone,
            lacks_point=listed.lacks_point,
            version=listed.version,
        )


class OfficeDivisionsBody(Body):
    """A page of divisions."""

    divisions: list[OfficeDivisionBody] = Field(max_length=_PAGE)
    """By code."""
    after: str | None
    """Where the next page begins; null: there is no more."""


class EditDivisionBody(Body):
    """The new fields of a division."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    """Its official name."""
    assembly_point: Annotated[str, StringConstraints(max_length=MOST_PLACE)] = ""
    """Where its people gather; empty: the roster names no point."""
    route: Annotated[str, StringConstraints(max_length=MOST_ROUTE)] = ""
    """The way there, in words."""
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    """The assembly point's, in degrees WGS 84; with `longitude`, or neither."""
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None
    """The assembly point's, in degrees WGS 84."""
    contact_phone: Annotated[str, StringConstraints(max_length=40)] = ""
    """The phone of somebody whom its people may ask."""
    version: Annotated[str, StringConstraints(pattern=VERSION, max_length=64)]
    """The version that was changed."""
    confirmed: bool = False
    """Whether to store an assembly point far from the division's households: 409 `doubtful`."""

    def cells(self) -> dict[str, str]:
        """Return the cells as a line of a file has them."""
        return {
            "name": self.name,
            "assembly_point": self.assembly_point,
            "route": self.route,
            "latitude": _cell(self.latitude),
            "longitude": _cell(self.longitude),
            "contact_phone": self.contact_phone,
        }


def _cell(degrees: float | None) -> str:
    # Without an exponent, which a file's cell may not have: 1e-07 degrees are a centimetre.
    return "" if degrees is None else f"{degrees:.7f}"


@router.get("", openapi_extra=for_administrators())
async def list_roster_divisions(
    caller: Caller,
    runtime: RuntimeDep,
    division: Annotated[
        DivisionCode | None,
        Query(description="The division in which they lie; if omitted, the caller's."),
    ] = None,
    search: Annotated[
        str,
        Query(
            max_length=60, pattern=NO_NUL, description="Part of a name, or the beginning of a code."
        ),
    ] = "",
    without_point: Annotated[
        bool, Query(description="Only villages and grids without an assembly point.")
    ] = False,
    after: Annotated[
        str, Query(max_length=19, pattern="^[0-9]*$", description="`after` of the page before.")
    ] = "",
) -> OfficeDivisionsBody:
    """List divisions of the roster by code, 50 at a time."""
    within, text = office_of(caller, division), search.strip()
    found = await runtime.database.read(
        lambda db: list_divisions(db, within, text, without_point, after, _PAGE)
    )
    divisions = [OfficeDivisionBody.of(each) for each in found.divisions]
    return OfficeDivisionsBody(divisions=divisions, after=found.after)


@router.put(
    "/{code}",
    status_code=status.HTTP_204_NO_CONTENT,
    openapi_extra=for_administrators(404, 409),
)
async def edit_roster_division(
    code: Annotated[DivisionCode, Path(description="The division's code.")],
    said: EditDivisionBody,
    caller: Caller,
    runtime: RuntimeDep,
) -> None:
    """Change a division of the roster; texts that were sent keep the name of their time."""
    office_of(caller)
    await edit_division(
        runtime, caller, code, said.cells(), said.version, is_confirmed=said.confirmed
    )
