"""Routes for sessions: show the caller, list sessions, and end them."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response, status
from sqlalchemy import Connection

from alerting.access.browser import take_cookie
from alerting.access.callers import Caller, KnownCaller, RuntimeDep
from alerting.access.openapi import refuses
from alerting.access.rules import Ruling, oversees
from alerting.database.tables import RowId
from alerting.errors import NotFoundError
from alerting.runtime import Runtime, wall_clock
from alerting.security.refused import note_by
from alerting.security_log.rules import SecurityKind
from alerting.sign_in.schemas import CallerBody, SessionBody
from contacts.bounds import OfficerId
from contacts.directory import Officer, officer, village_names
from contacts.sign_in.sessions import Session, revoke_session, session, sessions_of

router = APIRouter(prefix="/api", tags=["sessions"])


@router.get("/me")
async def get_me(caller: Caller, runtime: RuntimeDep) -> CallerBody:
    """Return the caller and the division that the caller is responsible for."""
    names = await runtime.database.read(lambda db: village_names(db, [caller.division]))
    return CallerBody.of(caller, names[caller.division])


@router.get("/sessions", openapi_extra=refuses(404))
async def get_sessions(
    known: KnownCaller,
    runtime: RuntimeDep,
    of: Annotated[
        OfficerId | None,
        Query(alias="officer", description="The officer's id; default: the caller's."),
    ] = None,
) -> list[SessionBody]:
    """List the sessions of the caller or of an officer below, the most recently used first."""
    now, whose = wall_clock(), of or known.officer.id

    def look(db: Connection) -> list[Session] | None:
        return sessions_of(db, whose, now) if _looks_after(db, known.officer, whose) else None

    found = await runtime.database.read(look)
    if found is None:
        raise NotFoundError(
            f"there is no officer {whose!r} whom you look after", f"您所辖没有责任人{whose}"
        )
    return [SessionBody.of(each, known.session) for each in found]


@router.delete(
    "/sessions/current",
    status_code=status.HTTP_204_NO_CONTENT,
    openapi_extra=refuses(404),
)
async def delete_current(request: Request, known: KnownCaller, runtime: RuntimeDep) -> Response:
    """Sign out: end the session of this request."""
    if known.session is None:
        raise NotFoundError(
            "you called with a bearer token, not with a session: drop the token",
            "您用的是令牌，不是登录：请去掉令牌",
        )
    await _end(runtime, known.session)
    note_by(request, SecurityKind.SESSION_ENDED, known.officer)
    answer = Response(status_code=status.HTTP_204_NO_CONTENT)
    take_cookie(answer, request)
    return answer


@router.delete("/sessions/{session_id}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_session(
    session_id: RowId, request: Request, caller: Caller, runtime: RuntimeDep
) -> None:
    """End a session of the caller or of an officer below."""
    now = wall_clock()

    def look(db: Connection) -> tuple[Session, Officer | None] | None:
        found = session(db, session_id, now)
        if found is None or not _looks_after(db, caller, found.officer):
            return None
        return found, officer(db, found.officer)

    found = await runtime.database.read(look)
    if found is None:
        raise NotFoundError(
            f"there is no session {session_id} that you may end",
            f"没有您可以结束的登录{session_id}：可能已结束",
        )
    over, whose = found
    await _end(runtime, over)
    note_by(request, SecurityKind.SESSION_ENDED, whose, detail=f"by {caller.id}")


async def _end(runtime: Runtime, over: Session) -> None:
    now = wall_clock()
    await runtime.ledger.write_session(lambda tx: revoke_session(tx.connection, over.id, now))


def _looks_after(connection: Connection, caller: Officer, officer_id: str) -> bool:
    """Return whether an officer is the caller, or one whose sessions the caller may see and end."""
    if officer_id == caller.id:
        return True
    other = officer(connection, officer_id)
    if other is None:
        return False
    return oversees(caller.role, caller.division, other.division) is Ruling.ALLOWED
