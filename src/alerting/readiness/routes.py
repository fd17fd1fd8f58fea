"""Route of readiness: the last look at a division: its parts and its gaps."""

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
from alerting.readiness.gaps import GapReason, Subject
from alerting.readiness.look import blocked_by, look_now
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
    """When nobody of a division would be unaccounted: a range of 80 %, or why there is none."""

    model_config = ConfigDict(from_attributes=True)

    division: str
    """Its code."""
    name: str
    """Its everyday name."""
    households: int
    """Households in it."""
    people: int
    """People in them."""
    earliest: int | None
    """Seconds after the alert before which zero comes with a chance of 10 %."""
    latest: int | None
    """Seconds after the alert after which zero comes with a chance of 10 %."""
    withheld: Withheld | None
    """Why no time can be named; null: one can."""


class GapBody(Body):
    """One thing to mend."""

    reason: GapReason
    """Why it is listed."""
    about: str
    """The kind of its subject: division, officer or household."""
    subject: str
    """The code or the id."""
    name: str
    """The name of the division, the officer or the head; empty: the roster has it no more."""
    division: str
    """The division that it lies in."""
    number: int
    """How many households it counts; 1 for a household."""

    @classmethod
    def of(cls, named: NamedGap) -> Self:
        """Return the body of a gap."""
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
    """How an alert of everybody would go, by the roster as it was at the last look."""

    at: datetime | None
    """When the roster was looked at; null: not yet, or the division has no household."""
    has_households: bool
    """Whether the division has any household now."""
    blocked_by: int | None
    """Code of an actual alert that is followed: no look is taken before its end; null: none is."""
    missed: int
    """Households that would not be accounted for within the target time of the policy."""
    counts: dict[GapReason, int]
    """How many things there are to mend, by reason."""
    whole: ReadyPlaceBody | None
    """The division itself."""
    parts: list[ReadyPlaceBody] = Field(max_length=_MOST_PARTS)
    """The divisions one tier below it that have households."""
    gaps: list[GapBody] = Field(max_length=PAGE)
    """The gaps to mend, the gravest first."""
    after: int | None
    """Where the next page begins; null: there is no more."""


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
    """Return the last look at a division's readiness; it is looked at every night."""
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
    """Look at the roster now, instead of in the night; at most every ten minutes."""
    _check_role(caller)
    await look_now(runtime)


def _has_households(connection: Connection, scope: str) -> bool:
    within = select(HOUSEHOLDS.c.code).where(HOUSEHOLDS.c.code.between(*subtree(scope)))
    return connection.execute(within.limit(1)).first() is not None


def _check_role(caller: Officer) -> None:
    if caller.role not in LEADS:
        raise ForbiddenError(
            f"somebody with the role {caller.role} does not look at readiness",
            "你的角色不能做就绪检查",
        )
