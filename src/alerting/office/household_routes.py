"""Routes with which administrators find, change and retire households of their division."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, status
from pydantic import AfterValidator, ConfigDict, Field, StringConstraints

from alerting.access.callers import Caller, RuntimeDep
from alerting.access.openapi import for_administrators
from alerting.access.rules import sees_phones
from alerting.access.scope import office_of
from alerting.errors import ForbiddenError, InvalidError
from alerting.messages.languages import LANGUAGES
from alerting.office.edits import VERSION
from alerting.office.household_edit import (
    MOST_PHONES,
    OTHER_COUNTY,
    edit_household,
    retire_household,
)
from alerting.office.household_list import Lack, Listed, list_households
from contacts.bounds import NO_NUL, Body
from contacts.directory import Officer
from contacts.division import DivisionCode, HouseholdCode
from contacts.people import Vulnerability, mask_phone, parse_roster_phone

router = APIRouter(prefix="/api/office/households", tags=["roster"])

_PAGE: Final = 50

RosterPhone = Annotated[str, StringConstraints(max_length=40), AfterValidator(parse_roster_phone)]

Code = Annotated[HouseholdCode, Path(description="The household's code.")]


class OfficeHouseholdBody(Body):
    """A household of the roster."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    """The household's code."""
    head: str
    """The name of the household's head."""
    division: str
    """The code of the household's village or grid."""
    address: str
    """The household's address."""
    persons: list[str]
    """The names of the household's people, as far as the roster has them."""
    headcount: int
    """The number of people."""
    language: str
    """The language of the household's texts."""
    vulnerable: list[Vulnerability]
    """The reasons why somebody in the household needs more help to get out."""
    phones: list[str]
    """The phones in the order to try them, E.164; callers above the county see them masked."""
    may_edit: bool
    """Whether the caller may change the household, because they see its phones."""
    officer: str | None
    """The id of the grid officer named for the household."""
    has_coordinates: bool
    """Whether the roster has the household's coordinates."""
    version: str
    """The version to send with a change."""

    @classmethod
    def of(cls, listed: Listed, caller: Officer) -> "OfficeHouseholdBody":
        """Convert a household; its phones are masked unless the caller may see them."""
        found = listed.household
        is_seen = sees_phones(caller.division, found.code)
        phones = found.phones if is_seen else map(mask_phone, found.phones)
        return cls(
            code=found.code,
            head=found.head,
            division=found.division,
            address=found.address,
            persons=list(found.persons),
            headcount=found.headcount,
            language=found.language,
            vulnerable=[each for each in Vulnerability if each in found.vulnerable.split(";")],
            phones=list(phones),
            may_edit=is_seen,
            officer=found.officer,
            has_coordinates=found.latitude is not None,
            version=listed.version,
        )


class OfficeHouseholdsBody(Body):
    """A page of households."""

    households: list[OfficeHouseholdBody] = Field(max_length=_PAGE)
    """The households, sorted by code."""
    after: str | None
    """The cursor of the next page; null on the last page."""


class EditHouseholdBody(Body):
    """The new fields of a household."""

    model_config = ConfigDict(extra="forbid")

    headcount: Annotated[int, Field(ge=1, le=99)]
    """The number of people."""
    phones: list[RosterPhone] = Field(max_length=MOST_PHONES)
    """The phones in the order to try them."""
    language: Annotated[str, StringConstraints(min_length=2, max_length=3)]
    """The language of the household's texts."""
    vulnerable: list[Vulnerability] = Field(max_length=len(Vulnerability))
    """The reasons why somebody in the household needs more help to get out."""
    version: Annotated[str, StringConstraints(pattern=VERSION, max_length=64)]
    """The version on which the change is based."""


class RetireHouseholdBody(Body):
    """The reason why a household leaves the roster."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
    """The reason, such as 'moved to the county town'."""


@router.get("", openapi_extra=for_administrators())
async def list_roster_households(
    caller: Caller,
    runtime: RuntimeDep,
    division: Annotated[
        DivisionCode | None,
        Query(description="The division in which to search; if omitted, the caller's."),
    ] = None,
    search: Annotated[
        str,
        Query(max_length=60, pattern=NO_NUL, description="A phone, or part of a code or a name."),
    ] = "",
    lack: Annotated[
        Lack | None, Query(description="Only households with this gap or fault.")
    ] = None,
    after: Annotated[
        str, Query(max_length=19, pattern="^[0-9]*$", description="`after` of the previous page.")
    ] = "",
) -> OfficeHouseholdsBody:
    """List households of the roster in pages of 50, sorted by code."""
    scope, sought = office_of(caller, division), search.strip()
    found = await runtime.database.read(
        lambda db: list_households(db, scope, sought, lack, after, _PAGE)
    )
    households = [OfficeHouseholdBody.of(each, caller) for each in found.households]
    return OfficeHouseholdsBody(households=households, after=found.after)


@router.put(
    "/{code}", status_code=status.HTTP_204_NO_CONTENT, openapi_extra=for_administrators(404, 409)
)
async def edit_roster_household(
    code: Code, said: EditHouseholdBody, caller: Caller, runtime: RuntimeDep
) -> None:
    """Change a household of the roster; open alerts keep its old data."""
    office_of(caller)
    if not sees_phones(caller.division, code):
        raise ForbiddenError(*OTHER_COUNTY)
    if said.language not in LANGUAGES:
        raise InvalidError(
            "language",
            f"write one of {', '.join(LANGUAGES)}",
            f"请填其中之一：{'、'.join(LANGUAGES)}",
        )
    kinds = ";".join(each for each in Vulnerability if each in said.vulnerable)
    changed = {"headcount": said.headcount, "language": said.language, "vulnerable": kinds}
    phones = tuple(dict.fromkeys(said.phones))
    await edit_household(runtime, caller, code, changed, phones, said.version)


@router.post(
    "/{code}/retire",
    status_code=status.HTTP_204_NO_CONTENT,
    openapi_extra=for_administrators(404, 409),
)
async def retire_roster_household(
    code: Code, said: RetireHouseholdBody, caller: Caller, runtime: RuntimeDep
) -> None:
    """Remove a household from the roster; the rolls of past alerts keep it."""
    office_of(caller)
    await retire_household(runtime, caller, code, said.reason)
