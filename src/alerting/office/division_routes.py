"""Routes with which administrators find and change divisions below their own."""

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
    """The division's code."""
    name: str
    """The division's official name."""
    tier: Tier
    """The division's tier."""
    assembly_point: str | None
    """The assembly point of the division's people."""
    route: str | None
    """A description of the way to the assembly point."""
    latitude: float | None
    """The assembly point's latitude, in degrees WGS 84."""
    longitude: float | None
    """The assembly point's longitude, in degrees WGS 84."""
    contact_phone: str | None
    """The phone number that the division's people may call, in E.164 format."""
    lacks_point: bool
    """Whether there is no assembly point; a grid may use its village's."""
    version: str
    """The version to send with a change."""

    @classmethod
    def of(cls, listed: Listed) -> "OfficeDivisionBody":
        """Convert a division; names in other languages are left out."""
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
    """The divisions, sorted by code."""
    after: str | None
    """The cursor of the next page; null on the last page."""


class EditDivisionBody(Body):
    """The new fields of a division."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    """The division's official name."""
    assembly_point: Annotated[str, StringConstraints(max_length=MOST_PLACE)] = ""
    """The assembly point of the division's people; empty for none."""
    route: Annotated[str, StringConstraints(max_length=MOST_ROUTE)] = ""
    """A description of the way to the assembly point."""
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    """The assembly point's latitude, in degrees WGS 84; requires `longitude`."""
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None
    """The assembly point's longitude, in degrees WGS 84; requires `latitude`."""
    contact_phone: Annotated[str, StringConstraints(max_length=40)] = ""
    """The phone number that the division's people may call."""
    version: Annotated[str, StringConstraints(pattern=VERSION, max_length=64)]
    """The version on which the change is based."""
    confirmed: bool = False
    """Whether to accept an assembly point far from households, after a 409 `doubtful`."""

    def cells(self) -> dict[str, str]:
        """Return the fields as the cells of a row in a roster file."""
        return {
            "name": self.name,
            "assembly_point": self.assembly_point,
            "route": self.route,
            "latitude": _cell(self.latitude),
            "longitude": _cell(self.longitude),
            "contact_phone": self.contact_phone,
        }


def _cell(degrees: float | None) -> str:
    # Seven decimals are about a centimetre; a cell must not have an exponent such as 1e-07.
    return "" if degrees is None else f"{degrees:.7f}"


@router.get("", openapi_extra=for_administrators())
async def list_roster_divisions(
    caller: Caller,
    runtime: RuntimeDep,
    division: Annotated[
        DivisionCode | None,
        Query(description="The division in which to search; if omitted, the caller's."),
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
        str, Query(max_length=19, pattern="^[0-9]*$", description="`after` of the previous page.")
    ] = "",
) -> OfficeDivisionsBody:
    """List divisions of the roster in pages of 50, sorted by code."""
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
    """Change a division of the roster; texts already sent keep the old name."""
    office_of(caller)
    await edit_division(
        runtime, caller, code, said.cells(), said.version, is_confirmed=said.confirmed
    )
