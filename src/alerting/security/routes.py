"""Route that lists the security log, for administrators."""

from typing import Annotated, Final

from fastapi import APIRouter, Query

from alerting.access.callers import Caller, RuntimeDep
from alerting.access.openapi import for_administrators
from alerting.errors import ForbiddenError
from alerting.security.schemas import MOST_LISTED, SecurityEventBody, SecurityEventsBody
from alerting.security_log.rules import SecurityKind
from alerting.security_log.store import Wanted, seen_by
from contacts.bounds import Moment, OfficerId
from contacts.people import Role

router = APIRouter(prefix="/api/security-events", tags=["security"])

_MOST_OFFSET: Final = 100_000

_Kinds = Annotated[
    list[SecurityKind],
    Query(
        alias="kind", max_length=len(SecurityKind), description="Only these kinds; default: all."
    ),
]

_Since = Annotated[Moment | None, Query(description="The first minute to list.")]

_Until = Annotated[Moment | None, Query(description="The minute before which to list.")]

_Offset = Annotated[
    int, Query(ge=0, le=_MOST_OFFSET, description="Number of rows to skip: see `next_offset`.")
]


@router.get("", openapi_extra=for_administrators())
async def list_security_events(
    caller: Caller,
    runtime: RuntimeDep,
    kinds: _Kinds = [],  # noqa: B006 - FastAPI copies it
    officer: Annotated[OfficerId | None, Query(description="Only events of this officer.")] = None,
    since: _Since = None,
    until: _Until = None,
    offset: _Offset = 0,
) -> SecurityEventsBody:
    """List the security events of the caller's divisions and of the service; for administrators.

    Equal events within a minute are one row with a count. Events of officers in other divisions are
    left out. Events without an officer concern the service as a whole.
    """
    if caller.role is not Role.ADMINISTRATOR:
        raise ForbiddenError("the security log is for administrators", "安全日志只给管理员看")
    wanted = Wanted(kinds, officer or "", since, until)
    found = await runtime.database.read(
        lambda db: seen_by(db, caller.division, wanted, offset, MOST_LISTED + 1)
    )
    more = offset + MOST_LISTED if len(found) > MOST_LISTED else None
    return SecurityEventsBody(
        events=[SecurityEventBody.of(each) for each in found[:MOST_LISTED]], next_offset=more
    )
