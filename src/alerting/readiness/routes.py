"""Routes of readiness: the result of the last check for a division, and a check on request."""

from datetime import datetime
from typing import Annotated, Final, Self

from fastapi import APIRouter, Query, status
from pydantic import ConfigDict, Field
from sqlalchemy import Connection, select

from alerting.access.callers import Caller, RuntimeDep
from alerting.access.openapi import allows
from alerting.access.rules import LEADS
from alerting.access.scope import scope_for
from alerting.errors import ForbiddenError
from alerting.feed.predicted import Withheld
from alerting.readiness.check import blocked_by, check_now
from alerting.readiness.gaps import GapReason, Subject
from alerting.readiness.store import (
    NamedGap,
    counts_within,
    gaps_within,
    missed_within,
    places_at,
)
from contacts.bounds import Body
from contacts.directory import Officer, children
from contacts.division import DivisionCode, subtree
from contacts.tables import HOUSEHOLDS

router = APIRouter(prefix="/api/readiness", tags=["readiness"])

PAGE: Final = 50

_MOST_PARTS: Final = 2_000


class ReadyPlaceBody(Body):
    """When nobody in a division would be unaccounted for ('zero'): an 80 % range, or a reason."""

    model_config = ConfigDict(from_attributes=True)

    division: str
    """The division's code."""
    name: str
    """The division's everyday name."""
    households: int
    """The number of households."""
    people: int
    """The number of people in these households."""
    earliest: int | None
    """Seconds from the alert to the start of the range; an earlier zero has 10 % probability."""
    latest: int | None
    """Seconds from the alert to the end of the range; a later zero has 10 % probability."""
    withheld: Withheld | None
    """The reason why no time can be predicted; null if a time is predicted."""


class GapBody(Body):
    """A gap in the roster that should be repaired."""

    reason: GapReason
    """The reason of the gap."""
    about: str
    """What the gap concerns: a division, an officer or a household."""
    subject: str
    """The code of the division or household, or the id of the officer."""
    name: str
    """The name of the division, officer or head of household; empty if no longer in the roster."""
    division: str
    """The code of the division in which the gap lies."""
    number: int
    """The number of households or doors that the reason counts; 1 for a household."""

    @classmethod
    def of(cls, named: NamedGap) -> Self:
        """Return the JSON body of a gap."""
        gap = named.gap
        return cls(
            reason=gap.reason,
            about=Subject(gap.about).name.lower(),
            subject=gap.subject,
            name=named.name,
            division=gap.division,
            number=gap.number,
        )


class ReadinessBody(Body):
    """The forecast of an alert to everybody, by the roster at the last check."""

    at: datetime | None
    """When the last check ran; null if none has, or if the division has no household."""
    has_households: bool
    """Whether the division has any household."""
    blocked_by: int | None
    """Code of an unfinished actual alert, during which no check runs; null if there is none."""
    missed: int
    """The number of households that would not be accounted for within the policy's target time."""
    counts: dict[GapReason, int]
    """The number of gaps by reason."""
    whole: ReadyPlaceBody | None
    """The forecast of the division itself."""
    parts: list[ReadyPlaceBody] = Field(max_length=_MOST_PARTS)
    """The forecasts of the divisions one tier below that have households."""
    gaps: list[GapBody] = Field(max_length=PAGE)
    """The gaps, gravest first."""
    after: int | None
    """The cursor of the next page; null on the last page."""


@router.get("", openapi_extra=allows(LEADS))
async def get_readiness(
    caller: Caller,
    runtime: RuntimeDep,
    division: Annotated[
        DivisionCode | None, Query(description="The division; if omitted, the caller's.")
    ] = None,
    after: Annotated[
        int, Query(ge=-1, le=100_000_000, description="`after` of the page before.")
    ] = -1,
) -> ReadinessBody:
    """Return the result of the last readiness check for a division; the check runs every night."""
    _check_role(caller)
    scope = scope_for(caller, division)

    def look(connection: Connection) -> ReadinessBody:
        codes = [scope, *(each.code for each in children(connection, scope))]
        places = {each.division: each for each in places_at(connection, codes)}
        whole = places.pop(scope, None)
        found = gaps_within(connection, scope, PAGE + 1, after)
        return ReadinessBody(
            at=whole and whole.at,
            has_households=_has_households(connection, scope),
            blocked_by=blocked_by(connection),
            missed=missed_within(connection, scope),
            counts={reason: n for reason, (n, _) in counts_within(connection, scope).items()},
            whole=whole and ReadyPlaceBody.model_validate(whole),
            parts=[ReadyPlaceBody.model_validate(each) for each in places.values()],
            gaps=[GapBody.of(named) for _, named in found[:PAGE]],
            after=found[PAGE - 1][0] if len(found) > PAGE else None,
        )

    return await runtime.database.read(look)


@router.post(
    "/looks", status_code=status.HTTP_204_NO_CONTENT, openapi_extra=allows(LEADS, 409, 429)
)
async def post_look(caller: Caller, runtime: RuntimeDep) -> None:
    """Check readiness now instead of at night; at most every ten minutes."""
    _check_role(caller)
    await check_now(runtime)


def _has_households(connection: Connection, scope: str) -> bool:
    within = select(HOUSEHOLDS.c.code).where(HOUSEHOLDS.c.code.between(*subtree(scope)))
    return connection.execute(within.limit(1)).first() is not None


def _check_role(caller: Officer) -> None:
    if caller.role not in LEADS:
        raise ForbiddenError(
            f"somebody with the role {caller.role} may not see readiness",
            "你的角色不能做就绪检查",
        )
