"""Routes with which administrators import and export the roster, and read the office log."""

from io import BytesIO
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy import Connection

from alerting.access.callers import Caller, KnownCaller, RuntimeDep, is_fresh
from alerting.access.openapi import for_administrators
from alerting.access.scope import office_of
from alerting.database.tables import RowId
from alerting.errors import InvalidError
from alerting.office.imports import import_file, preview_file
from alerting.office.roster_file import RosterFile, RosterKind
from alerting.office.schemas import (
    AdministrationBody,
    RosterImportBody,
    RosterPreviewBody,
    StepBody,
)
from alerting.office.steps import steps_for
from alerting.office.upload import UPLOAD, uploaded
from alerting.office_log.log import entries_within
from alerting.security.refused import note_by
from alerting.security_log.rules import SecurityKind
from alerting.typesetting.answers import WORKBOOK, workbook_answer
from contacts.directory import Officer, officers_named
from contacts.division import DivisionCode
from contacts.roster.clerk_file import Asked
from contacts.roster.exporting import write_workbook

router = APIRouter(prefix="/api", tags=["roster"])

_PAGE: Final = 50

_Kind = Annotated[RosterKind, Query(description="The kind of the file's rows.")]

_Within = Annotated[
    DivisionCode | None,
    Query(
        alias="division",
        description="The division of all entries; if omitted, the caller's.",
    ),
]

_Whole = Annotated[
    bool,
    Query(
        description="Households: the file is complete; households that it does not name are "
        "retired."
    ),
]

_WithoutCodes = Annotated[
    bool,
    Query(description="Households: ignore the codes; match by address, head and phone."),
]

_Column = Annotated[str, Query(max_length=160, pattern=r"^[a-z_]{1,40}=[^\x00]{1,119}$")]

_Columns = Annotated[
    list[_Column],
    Query(alias="column", max_length=20, description="A column: FIELD=HEADING."),
]


@router.post("/roster/preview", openapi_extra=for_administrators(404, 422, 429) | UPLOAD)
async def preview_roster(
    request: Request,
    known: KnownCaller,
    runtime: RuntimeDep,
    kind: _Kind = RosterKind.HOUSEHOLDS,
    division: _Within = None,
    whole: _Whole = False,
    without_codes: _WithoutCodes = False,
    columns: _Columns = [],  # noqa: B006 - FastAPI copies it
) -> RosterPreviewBody:
    """Return what an import of a file would change, or its faults, without storing it."""
    asked = _asked(known.officer, kind, division, columns, whole=whole, without_codes=without_codes)
    file = RosterFile(kind, await uploaded(request), asked, whole)
    return RosterPreviewBody.of(kind, await preview_file(runtime, file), is_fresh=is_fresh(known))


@router.post("/roster/imports", openapi_extra=for_administrators(404, 409, 422, 429) | UPLOAD)
async def import_roster(
    request: Request,
    known: KnownCaller,
    runtime: RuntimeDep,
    token: Annotated[str, Query(max_length=64, description="The preview's token.")] = "",
    kind: _Kind = RosterKind.HOUSEHOLDS,
    division: _Within = None,
    whole: _Whole = False,
    without_codes: _WithoutCodes = False,
    columns: _Columns = [],  # noqa: B006 - FastAPI copies it
) -> RosterImportBody:
    """Store a file exactly as previewed, or nothing; new officers require a recent sign-in."""
    asked = _asked(known.officer, kind, division, columns, whole=whole, without_codes=without_codes)
    file = RosterFile(kind, await uploaded(request), asked, whole)
    imported = await import_file(runtime, known, file, token)
    note_by(request, SecurityKind.ROSTER_IMPORTED, known.officer, detail=kind)
    return RosterImportBody.of(imported)


@router.get(
    "/roster/{kind}.xlsx",
    response_class=Response,
    responses=WORKBOOK,
    openapi_extra=for_administrators(404),
)
async def export_roster(
    kind: Annotated[RosterKind, Path(description="The kind of the workbook's rows.")],
    request: Request,
    caller: Caller,
    runtime: RuntimeDep,
    division: Annotated[
        DivisionCode | None, Query(description="The division; if omitted, the caller's.")
    ] = None,
) -> Response:
    """Return the roster of a division as a workbook with the columns of an import."""
    within = office_of(caller, division)

    def write(connection: Connection) -> bytes:
        file = BytesIO()
        write_workbook(connection, kind, within, file)
        return file.getvalue()

    content = await runtime.database.read(write)
    note_by(request, SecurityKind.EXPORTED, caller, detail=f"{kind} {within}")
    return workbook_answer(f"{kind}-{within}", content)


@router.get("/administration", openapi_extra=for_administrators())
async def list_administration(
    caller: Caller,
    runtime: RuntimeDep,
    division: _Within = None,
    before: Annotated[RowId | None, Query(description="Only acts with a lower id.")] = None,
) -> list[AdministrationBody]:
    """List administrators' acts in a division in pages of 50, newest first."""
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
    """List the steps of setting up the service, and how far each is done."""
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
        raise InvalidError(
            "kind",
            "only a file of households may be complete or without codes: leave this out",
            "只有住户可以整村导入或不用编码：请去掉",
        )
    if kind is RosterKind.DIVISIONS and columns:
        raise InvalidError(
            "column",
            "the columns of divisions have fixed names: leave this out",
            "区划的列名是固定的：请去掉",
        )
    by_field = dict(each.split("=", 1) for each in columns)
    return Asked(within, by_field, without_codes=without_codes)
