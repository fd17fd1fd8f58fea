"""Routes by which administrators move, split and merge households of their division."""

from typing import Annotated, Final, Self

from fastapi import APIRouter, status
from pydantic import ConfigDict, Field, StringConstraints

from alerting.access.callers import Caller, RuntimeDep
from alerting.access.openapi import for_administrators
from alerting.access.scope import office_of
from alerting.office.edits import VERSION
from alerting.office.household_changes import (
    Home,
    merge_households,
    move_household,
    split_household,
)
from alerting.office.household_edit import MOST_PHONES
from alerting.office.household_moved import MovedHousehold
from alerting.office.household_routes import Code, RosterPhone
from contacts.bounds import Body, Name
from contacts.division import DivisionCode, HouseholdCode
from contacts.people import Vulnerability
from contacts.roster.cells import MOST_ADDRESS
from contacts.roster.household_changes import Leavers

router = APIRouter(prefix="/api/office/households", tags=["roster"])

_Version = Annotated[str, StringConstraints(pattern=VERSION, max_length=64)]

MOST_NUMBERS: Final = 90
"""Alerts that an answer names: as many as there are numbers."""

_Headcount = Annotated[int, Field(ge=1, le=99)]


class MoveHouseholdBody(Body):
    """The new home of a household."""

    model_config = ConfigDict(extra="forbid")

    division: DivisionCode
    """The code of its village or grid."""
    address: Annotated[str, StringConstraints(min_length=1, max_length=MOST_ADDRESS)]
    """Where in it."""
    version: _Version
    """The version of the household that was seen."""

    def home(self) -> Home:
        """Return the home."""
        return Home(self.division, self.address.strip())


class SplitHouseholdBody(MoveHouseholdBody):
    """The people who leave a household, and the household that they form."""

    head: Name
    """Its head."""
    headcount: _Headcount
    """How many people leave."""
    persons: list[Name] = Field(max_length=99)
    """Their names, as far as they are known."""
    phones: list[RosterPhone] = Field(max_length=MOST_PHONES)
    """Its phones, the one to try first at the top; the household that stays loses them."""
    vulnerable: list[Vulnerability] = Field(max_length=len(Vulnerability))
    """Those of them who need more help to get out."""

    def leavers(self) -> Leavers:
        """Return the people who leave."""
        persons, phones = dict.fromkeys(self.persons), dict.fromkeys(self.phones)
        return Leavers(self.head, self.headcount, [*persons], tuple(phones), self.vulnerable)


class MergeHouseholdsBody(Body):
    """The household that another one joins."""

    model_config = ConfigDict(extra="forbid")

    into: HouseholdCode
    """Its code; it keeps its code, home, head and language."""
    headcount: _Headcount
    """How many people it has afterwards; fewer than the sum where somebody was in both."""
    version: _Version
    """The version that was seen of the household that is merged away (the one in the path)."""
    into_version: _Version
    """The version that was seen of the household that stays."""


class ChangedHouseholdBody(Body):
    """A household moved, or was founded."""

    code: str
    """Its code."""
    missed_by: list[str] = Field(max_length=MOST_NUMBERS)
    """The numbers of actual alerts that are open there: none of them texts or calls it."""
    left_alone: int
    """Households of its old village that it looked after, and that nobody looks after now."""

    @classmethod
    def of(cls, moved: MovedHousehold) -> Self:
        """Return the body of a household that moved or was founded."""
        missed = list(moved.missed_by[:MOST_NUMBERS])
        return cls(code=moved.code, missed_by=missed, left_alone=moved.left_alone)


@router.post("/{code}/move", openapi_extra=for_administrators(404, 409))
async def move_roster_household(
    code: Code, said: MoveHouseholdBody, caller: Caller, runtime: RuntimeDep
) -> ChangedHouseholdBody:
    """Move a household; in another village or grid it gets a new code."""
    office_of(caller)
    moved = await move_household(runtime, caller, code, said.home(), said.version)
    return ChangedHouseholdBody.of(moved)


@router.post(
    "/{code}/split",
    status_code=status.HTTP_201_CREATED,
    openapi_extra=for_administrators(404, 409),
)
async def split_roster_household(
    code: Code, said: SplitHouseholdBody, caller: Caller, runtime: RuntimeDep
) -> ChangedHouseholdBody:
    """Let some people of a household found one of their own."""
    office_of(caller)
    founded = await split_household(
        runtime, caller, code, said.leavers(), said.home(), said.version
    )
    return ChangedHouseholdBody.of(founded)


@router.post(
    "/{code}/merge",
    status_code=status.HTTP_204_NO_CONTENT,
    openapi_extra=for_administrators(404, 409),
)
async def merge_roster_households(
    code: Code, said: MergeHouseholdsBody, caller: Caller, runtime: RuntimeDep
) -> None:
    """Let a household join another one, whose code stays."""
    office_of(caller)
    versions = (said.version, said.into_version)
    await merge_households(runtime, caller, code, said.into, said.headcount, versions)
