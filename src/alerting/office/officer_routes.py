"""Routes with which administrators find, add, change and retire officers of their division."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, status
from pydantic import AfterValidator, ConfigDict, Field, StringConstraints

from alerting.access.callers import (
    Caller,
    KnownCaller,
    RuntimeDep,
    check_recent_sign_in,
    has_recent_sign_in,
)
from alerting.access.openapi import for_administrators
from alerting.access.scope import office_of
from alerting.office.edits import VERSION
from alerting.office.officer_edit import add_officer, edit_officer, retire_officer
from alerting.office.officer_list import Listed, Sought, list_officers
from contacts.bounds import NO_NUL, Body, Name, OfficerId
from contacts.division import DivisionCode
from contacts.people import Role, parse_roster_phone

router = APIRouter(prefix="/api/office/officers", tags=["roster"])

_PAGE: Final = 50

_MOST_PHONES: Final = 10

_Phone = Annotated[str, StringConstraints(max_length=40), AfterValidator(parse_roster_phone)]

Id = Annotated[OfficerId, Path(description="The officer's id.")]


class OfficeOfficerBody(Body):
    """An officer of the roster."""

    id: str
    """The officer's id."""
    name: str
    """The officer's name."""
    role: Role
    """The officer's role."""
    division: str
    """The code of the officer's division."""
    place: str
    """The name of the officer's division."""
    deputy_of: str | None
    """The id of the officer whose deputy this officer is; null for none."""
    principal: str | None
    """The name of the officer whose deputy this officer is; null for none."""
    phones: list[str]
    """The officer's phones in the order to try them, E.164."""
    language: str | None
    """The language of the officer's texts; null for the service's default."""
    on_duty: bool
    """Whether an alert that concerns the officer's division would call the officer now."""
    version: str
    """The version to send with a change."""

    @classmethod
    def of(cls, listed: Listed) -> "OfficeOfficerBody":
        """Convert an officer, with the related names, the version and the duty."""
        found = listed.officer
        return cls(
            id=found.id,
            name=found.name,
            role=found.role,
            division=found.division,
            place=listed.place,
            deputy_of=found.deputy_of,
            principal=listed.principal,
            phones=list(found.phones),
            language=found.language,
            on_duty=listed.is_on_duty,
            version=listed.version,
        )


class OfficeOfficersBody(Body):
    """A page of officers."""

    officers: list[OfficeOfficerBody] = Field(max_length=_PAGE)
    """The officers, sorted by id."""
    after: str | None
    """The cursor of the next page; null on the last page."""
    may_change: bool
    """Whether this session may add officers and change phones and roles; if not, sign in again."""


class AddOfficerBody(Body):
    """A new officer."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    """The officer's name."""
    role: Role
    """The officer's role, which decides at which tiers they may serve."""
    division: DivisionCode
    """The code of the officer's division, within the caller's."""
    phones: list[_Phone] = Field(max_length=_MOST_PHONES)
    """The officer's phones in the order to try them."""
    deputy_of: OfficerId | None = None
    """The id of the officer whose deputy this officer is; null for none."""
    language: Annotated[str, StringConstraints(min_length=2, max_length=3)] | None = None
    """The language of the officer's texts; null for the service's default."""

    def fields(self) -> dict[str, object]:
        """Return the fields as the cells of a row in a roster file."""
        return {
            "name": self.name,
            "role": self.role,
            "division": self.division,
            "phones": tuple(dict.fromkeys(self.phones)),
            "deputy_of": self.deputy_of or "",
            "language": self.language or "",
        }


class EditOfficerBody(AddOfficerBody):
    """The new fields of an officer."""

    version: Annotated[str, StringConstraints(pattern=VERSION, max_length=64)]
    """The version on which the change is based."""


class AddedOfficerBody(Body):
    """The officer who was added."""

    id: str
    """The new officer's id."""


class RetireOfficerBody(Body):
    """The reason why an officer leaves the roster."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
    """The reason, such as 'moved to another town'."""


@router.get("", openapi_extra=for_administrators())
async def list_roster_officers(
    known: KnownCaller,
    runtime: RuntimeDep,
    division: Annotated[
        DivisionCode | None,
        Query(description="The division in which to search; if omitted, the caller's."),
    ] = None,
    search: Annotated[
        str,
        Query(max_length=60, pattern=NO_NUL, description="A phone, or part of an id or a name."),
    ] = "",
    role: Annotated[Role | None, Query(description="Only officers with this role.")] = None,
    without_phone: Annotated[bool, Query(description="Only officers without a phone.")] = False,
    on_duty: Annotated[bool, Query(description="Only officers on duty now.")] = False,
    own: Annotated[bool, Query(description="Only officers of the division itself.")] = False,
    after: Annotated[
        str, Query(max_length=100, pattern=NO_NUL, description="`after` of the previous page.")
    ] = "",
) -> OfficeOfficersBody:
    """List officers of the roster in pages of 50, sorted by id."""
    scope, now = office_of(known.officer, division), runtime.clock.now()
    sought = Sought(scope, search.strip(), role, without_phone, on_duty, own)
    found = await runtime.database.read(lambda db: list_officers(db, sought, after, _PAGE, now))
    officers = [OfficeOfficerBody.of(each) for each in found.officers]
    return OfficeOfficersBody(
        officers=officers, after=found.after, may_change=has_recent_sign_in(known)
    )


@router.post("", status_code=status.HTTP_201_CREATED, openapi_extra=for_administrators())
async def add_roster_officer(
    said: AddOfficerBody, known: KnownCaller, runtime: RuntimeDep
) -> AddedOfficerBody:
    """Add an officer to the roster; requires a recent sign-in."""
    office_of(known.officer)
    check_recent_sign_in(known)
    return AddedOfficerBody(id=await add_officer(runtime, known.officer, said.fields()))


@router.put(
    "/{officer_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    openapi_extra=for_administrators(404, 409),
)
async def edit_roster_officer(
    officer_id: Id, said: EditOfficerBody, known: KnownCaller, runtime: RuntimeDep
) -> None:
    """Change an officer; new phones or another role require a recent sign-in.

    The last administrator of a division cannot get another role or division.
    """
    office_of(known.officer)
    await edit_officer(runtime, known, officer_id, said.fields(), said.version)


@router.post(
    "/{officer_id}/retire",
    status_code=status.HTTP_204_NO_CONTENT,
    openapi_extra=for_administrators(404, 409),
)
async def retire_roster_officer(
    officer_id: Id, said: RetireOfficerBody, caller: Caller, runtime: RuntimeDep
) -> None:
    """Remove an officer from the roster; refused while a door or a call waits for them."""
    office_of(caller)
    await retire_officer(runtime, caller, officer_id, said.reason)
