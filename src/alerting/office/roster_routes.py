"""Routes by which administrators import roster files, and read the log of administration."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from sqlalchemy import Connection

from alerting.access.callers import Caller, RuntimeDep
from alerting.database.tables import RowId
from alerting.errors import InvalidError
from alerting.office.imports import import_file, preview_file
from alerting.office.log import entries_within
from alerting.office.roster_file import RosterFile, RosterKind
from alerting.office.schemas import (
    AdministrationBody,
    RosterImportBody,
    RosterPreviewBody,
    StepBody,
)
from alerting.office.scope import for_administrators, office_of
from alerting.office.steps import steps_for
from alerting.office.upload import UPLOAD, uploaded
from contacts.directory import Officer, officers_named
from contacts.division import DivisionCode
from contacts.roster.clerk_file import Asked

router = APIRouter(prefix="/api", tags=["roster"])

_PAGE: Final = 50

_Kind = Annotated[RosterKind, Query(description="What the file's rows are.")]

_Within = Annotated[
    DivisionCode | None,
    Query(alias="division", description="Where everything in it lies; left out: the caller's."),
]

_Whole = Annotated[
    bool,
    Query(description="Households: the file is all of the division; who is missing is retired."),
]

_WithoutCodes = Annotated[
    bool,
    Query(description="Households: the codes are void; find by address, head and phone."),
]

_Column = Annotated[str, Query(max_length=160, pattern=r"^[a-z_]{1,40}=[^\x00]{1,119}$")]

_Columns = Annotated[
    list[_Column],
    Query(alias="column", max_length=20, description="A column: FIELD=HEADING."),
]


@router.post("/roster/preview", openapi_extra=for_administrators(404, 422, 429) | UPLOAD)
async def preview_roster(
    request: Request,
    caller: Caller,
    runtime: RuntimeDep,
    kind: _Kind = RosterKind.HOUSEHOLDS,
    division: _Within = None,
    whole: _Whole = False,
    without_codes: _WithoutCodes = False,
    columns: _Columns = [],  # noqa: B006 - FastAPI copies it
) -> RosterPreviewBody:
    """Return what an import of a file would change, or its faults; nothing is stored."""
    asked = _asked(caller, kind, division, columns, whole=whole, without_codes=without_codes)
    file = RosterFile(kind, await uploaded(request), asked, whole)
    return RosterPreviewBody.of(await preview_file(runtime, file))


@router.post("/roster/imports", openapi_extra=for_administrators(404, 409, 422, 429) | UPLOAD)
async def import_roster(
    request: Request,
    caller: Caller,
    runtime: RuntimeDep,
    token: Annotated[str, Query(max_length=64, description="The preview's token.")] = "",
    kind: _Kind = RosterKind.HOUSEHOLDS,
    division: _Within = None,
    whole: _Whole = False,
    without_codes: _WithoutCodes = False,
    columns: _Columns = [],  # noqa: B006 - FastAPI copies it
) -> RosterImportBody:
    """Store a file exactly as it was previewed, or nothing of it."""
    asked = _asked(caller, kind, division, columns, whole=whole, without_codes=without_codes)
    file = RosterFile(kind, await uploaded(request), asked, whole)
    return RosterImportBody.of(await import_file(runtime, caller, file, token))


@router.get("/administration", openapi_extra=for_administrators())
async def list_administration(
    caller: Caller,
    runtime: RuntimeDep,
    division: _Within = None,
    before: Annotated[RowId | None, Query(description="Only acts before this one.")] = None,
) -> list[AdministrationBody]:
    """List what administrators changed in a division, the latest first, 50 at a time."""
    scope = office_of(caller, division)

    def look(connection: Connection) -> list[AdministrationBody]:
        entries = entries_within(connection, scope, before, _PAGE)
        names = officers_named(connection, {each.officer for each in entries})
        return [
            AdministrationBody.of(each, names[each.officer].name if each.officer in names else "")
            for each in entries
        ]

    return await runtime.database.read(look)


@router.get("/office/steps", openapi_extra=for_administrators())
async def list_steps(caller: Caller, runtime: RuntimeDep) -> list[StepBody]:
    """List what a service needs before it can alert, and how much of it is there."""
    office_of(caller)
    policy = runtime.policy
    steps = await runtime.database.read(lambda db: steps_for(db, caller, policy))
    return [StepBody.model_validate(each) for each in steps]


def _asked(
    caller: Officer,
    kind: RosterKind,
    division: str | None,
    columns: list[str],
    *,
    whole: bool,
    without_codes: bool,
) -> Asked:
    within = office_of(caller, division)
    if kind is not RosterKind.HOUSEHOLDS and (whole or without_codes):
        raise InvalidError("kind", "only households come as a whole or without codes: leave it out")
    if kind is RosterKind.DIVISIONS and columns:
        raise InvalidError("column", "the columns of divisions have fixed names: leave it out")
    by_field = dict(each.split("=", 1) for each in columns)
    return Asked(within, by_field, without_codes=without_codes)
