"""Routes with which administrators move, split and merge households of their division."""

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
"""Maximum number of alerts in a response, which is the number of alert codes."""

_Headcount = Annotated[int, Field(ge=1, le=99)]


class MoveHouseholdBody(Body):
    """The new home of a household."""

    model_config = ConfigDict(extra="forbid")

    division: DivisionCode
    """The code of the new village or grid."""
    address: Annotated[str, StringConstraints(min_length=1, max_length=MOST_ADDRESS)]
    """The new address in this division."""
    version: _Version
    """The version of the household that the caller saw."""

    def home(self) -> Home:
        """Return the new home."""
        return Home(self.division, self.address.strip())


class SplitHouseholdBody(MoveHouseholdBody):
    """The people who leave a household, and the new household that they form."""

    head: Name
    """The name of the new household's head."""
    headcount: _Headcount
    """The number of people who leave."""
    persons: list[Name] = Field(max_length=99)
    """The names of those who leave, as far as known."""
    phones: list[RosterPhone] = Field(max_length=MOST_PHONES)
    """The new household's phones in the order to try them; the old household loses these."""
    vulnerable: list[Vulnerability] = Field(max_length=len(Vulnerability))
    """The reasons why somebody among them needs more help to get out."""

    def leavers(self) -> Leavers:
        """Return the people who leave."""
        persons, phones = dict.fromkeys(self.persons), dict.fromkeys(self.phones)
        return Leavers(self.head, self.headcount, [*persons], tuple(phones), self.vulnerable)


class MergeHouseholdsBody(Body):
    """The household into which another one is merged."""

    model_config = ConfigDict(extra="forbid")

    into: HouseholdCode
    """The code of the household that stays; it keeps its code, home, head and language."""
    headcount: _Headcount
    """The number of people after the merge; less than the sum if somebody was in both."""
    version: _Version
    """The version that the caller saw of the household in the path, which ceases to exist."""
    into_version: _Version
    """The version that the caller saw of the household that stays."""


class ChangedHouseholdBody(Body):
    """A household that was moved or newly formed."""

    code: str
    """The household's code."""
    missed_by: list[str] = Field(max_length=MOST_NUMBERS)
    """The codes of open actual alerts at its home whose roll does not include it."""
    left_alone: int
    """Number of households in its old village that it looked after; nobody does so now."""

    @classmethod
    def of(cls, moved: MovedHousehold) -> Self:
        """Convert the effects of a move or a split; long lists of alerts are cut."""
        missed = list(moved.missed_by[:MOST_NUMBERS])
        return cls(code=moved.code, missed_by=missed, left_alone=moved.left_alone)


@router.post("/{code}/move", openapi_extra=for_administrators(404, 409))
async def move_roster_household(
    code: Code, said: MoveHouseholdBody, caller: Caller, runtime: RuntimeDep
) -> ChangedHouseholdBody:
    """Move a household; in another village or grid, it gets a new code."""
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
    """Split some people of a household off into a new one."""
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
    """Merge a household into another one, which keeps its code."""
    office_of(caller)
    versions = (said.version, said.into_version)
    await merge_households(runtime, caller, code, said.into, said.headcount, versions)
