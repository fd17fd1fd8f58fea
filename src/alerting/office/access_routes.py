"""Routes with which administrators list and end sign-in sessions and access tokens."""

from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request, status
from pydantic import StringConstraints
from sqlalchemy import Connection

from alerting.access.callers import Caller, KnownCaller, RuntimeDep
from alerting.access.openapi import for_administrators
from alerting.access.scope import office_of
from alerting.database.tables import RowId
from alerting.errors import NotFoundError
from alerting.office.access_schemas import (
    MOST_SESSIONS,
    OfficeSessionBody,
    OfficeSessionsBody,
    OfficeTokensBody,
)
from alerting.office.officer_list import Sought, list_officers
from alerting.office.tokens import Held, TokensSought, revoke_in_charge, tokens_in_charge
from alerting.runtime import Runtime, wall_clock
from alerting.security.refused import note_by
from alerting.security_log.rules import SecurityEvent, SecurityKind
from contacts.bounds import NO_NUL
from contacts.directory import officers_named, village_names
from contacts.division import DivisionCode
from contacts.sign_in.credentials import FINGERPRINT_LENGTH
from contacts.sign_in.sessions import sessions_within

router = APIRouter(prefix="/api/office", tags=["sessions"])

_MOST_OFFICERS: Final = 500

_Division = Annotated[
    DivisionCode | None,
    Query(description="The division in which they serve; if omitted, the caller's."),
]

_Search = Annotated[
    str,
    Query(
        max_length=60,
        pattern=NO_NUL,
        description="An officer's phone, or part of an id or a name; only the first 500 matches "
        "count.",
    ),
]

_Fingerprint = Annotated[
    str,
    StringConstraints(
        pattern=rf"^[0-9a-f]{{{FINGERPRINT_LENGTH}}}$", max_length=FINGERPRINT_LENGTH
    ),
    Path(description="The first 16 digits of the token's SHA-256."),
]


@router.get("/sessions", openapi_extra=for_administrators(404))
async def list_sessions(
    known: KnownCaller,
    runtime: RuntimeDep,
    division: _Division = None,
    search: _Search = "",
    before: Annotated[RowId | None, Query(description="`before` of the previous page.")] = None,
) -> OfficeSessionsBody:
    """List the sign-in sessions within the caller's division; DELETE /api/sessions/ID ends one."""
    scope, now, text = office_of(known.officer, division), wall_clock(), search.strip()

    def look(db: Connection) -> OfficeSessionsBody:
        ids = _officers(db, scope, text, now)
        found = sessions_within(db, scope, ids, before, MOST_SESSIONS + 1, now)
        shown = found[:MOST_SESSIONS]
        people = officers_named(db, {each.officer for each in shown})
        places = village_names(db, {each.division for each in people.values()})
        return OfficeSessionsBody(
            sessions=[
                OfficeSessionBody.of(each, people[each.officer], places, known.session)
                for each in shown
            ],
            before=shown[-1].id if len(found) > len(shown) else None,
        )

    return await runtime.database.read(look)


@router.get("/tokens", openapi_extra=for_administrators(404))
async def list_tokens(
    caller: Caller, runtime: RuntimeDep, division: _Division = None, search: _Search = ""
) -> OfficeTokensBody:
    """List the valid tokens of officers and machines within the caller's division."""
    scope, now, text = office_of(caller, division), wall_clock(), search.strip()

    def look(db: Connection) -> OfficeTokensBody:
        sought = TokensSought(scope, text, _officers(db, scope, text, now))
        found = tokens_in_charge(db, runtime.policy, caller, sought, now)
        homes = {each.officer.division for each in found if each.officer}
        return OfficeTokensBody.of(found, village_names(db, homes))

    return await runtime.database.read(look)


@router.delete(
    "/tokens/{fingerprint}",
    status_code=status.HTTP_204_NO_CONTENT,
    openapi_extra=for_administrators(404),
)
async def delete_token(
    fingerprint: _Fingerprint, request: Request, caller: Caller, runtime: RuntimeDep
) -> None:
    """Revoke a token of an officer or a machine; its user is signed out within 2 s."""
    office_of(caller)
    now = wall_clock()
    held = await runtime.ledger.write(
        lambda tx: revoke_in_charge(tx.connection, tx.policy, caller, fingerprint, now),
        own_transaction=True,
    )
    if held is None:
        raise NotFoundError(
            f"there is no valid token {fingerprint} that you may revoke",
            f"没有您可以吊销的有效令牌{fingerprint}：可能已吊销",
        )
    _note(request, runtime, held, f"by {caller.id}")


def _note(request: Request, runtime: Runtime, held: Held, detail: str) -> None:
    kind = SecurityKind.CREDENTIAL_REVOKED
    if held.officer is not None:
        note_by(request, kind, held.officer, detail=detail)
    else:
        runtime.note(SecurityEvent(kind, sender=held.id, detail=detail))


def _officers(connection: Connection, scope: str, text: str, now: datetime) -> list[str] | None:
    """Return the ids of the officers who match the search text; None if it is empty."""
    if not text:
        return None
    found = list_officers(connection, Sought(scope, text), "", _MOST_OFFICERS, now)
    return [each.officer.id for each in found.officers]
