"""Routes of sign-in by link: request it, open it, exchange it for a session."""

import asyncio
from typing import Annotated, Final

from fastapi import APIRouter, HTTPException, Path, Request, Response, status
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection

from alerting.access.browser import COOKIE, give_cookie, language_of, wants_page
from alerting.access.callers import RuntimeDep, is_foreign, own_origin
from alerting.access.described import OPEN
from alerting.ledger.writer import Transaction
from alerting.runtime import Runtime, wall_clock
from alerting.security.refused import note_by
from alerting.security_log.rules import SecurityKind
from alerting.sign_in.page import invitation, refusal
from alerting.sign_in.schemas import SignInBody
from contacts.directory import Officer, officer, officer_by_phone
from contacts.sign_in.links import Redeemed, officer_of_link, queue_link, redeem_link
from contacts.sign_in.sessions import revoke_session_of

router = APIRouter(tags=["sessions"])

_UNKNOWN: Final = "unknown"
"""Detail of a wish to sign in that fits no officer."""

_ANSWER_SECONDS: Final = 0.3
"""Minimum answer time, so that timing does not reveal whether an officer exists."""

Token = Annotated[str, Path(max_length=100)]


@router.get("/in/{token}", include_in_schema=False)
async def get_link(token: Token, request: Request, runtime: RuntimeDep) -> Response:
    """Return the page whose button uses the link; 410 if the link is used or expired."""
    now = wall_clock()
    found = await runtime.database.read(lambda db: officer_of_link(db, token, now))
    language = language_of(request)
    if found is None:
        return _refused(request, runtime)
    return invitation(found, runtime.policy.issuer.at(found.division), language)


@router.post("/in/{token}", include_in_schema=False)
async def post_link(token: Token, request: Request, runtime: RuntimeDep) -> Response:
    """Exchange the link for a session and redirect to the link's path; 410 if used or expired."""
    if is_foreign(request):
        # Login CSRF: otherwise another site could sign a browser in as any officer.
        raise HTTPException(
            status.HTTP_403_FORBIDDEN,
            f"Origin: open the link itself and press its button, at {own_origin(request)}",
        )
    now, device = wall_clock(), request.headers.get("user-agent", "")
    before = request.cookies.get(COOKIE)

    def unit(transaction: Transaction) -> tuple[Redeemed, Officer | None] | None:
        redeemed = redeem_link(transaction.connection, token, now, device)
        if redeemed is None:
            return None
        if before:
            # Otherwise the browser's old session would live on unseen.
            revoke_session_of(transaction.connection, before, now)
        return redeemed, officer(transaction.connection, redeemed.officer)

    used = await runtime.ledger.write_session(unit)
    if used is None:
        note_by(request, SecurityKind.SIGN_IN_REFUSED, None)
        return _refused(request, runtime)
    redeemed, whose = used
    note_by(request, SecurityKind.SIGNED_IN, whose, detail=device)
    answer = RedirectResponse(redeemed.path, status.HTTP_303_SEE_OTHER)
    give_cookie(answer, request, redeemed.token)
    return answer


def _refused(request: Request, runtime: Runtime) -> Response:
    """Answer that a link no longer works, as a page or as problem details.

    Raises:
        HTTPException: 410, if a program asks.
    """
    if wants_page(request):
        return refusal(runtime.policy.issuer.at(""), language_of(request))
    raise HTTPException(
        status.HTTP_410_GONE, "the link was used or has expired: ask for another at /api/sign-in"
    )


@router.post("/api/sign-in", status_code=status.HTTP_202_ACCEPTED, openapi_extra=OPEN)
async def post_sign_in(wish: SignInBody, request: Request, runtime: RuntimeDep) -> None:
    """Text a link to the officer, at most one a minute; the answer reveals nothing."""
    language = language_of(request)
    queued, _ = await asyncio.gather(
        runtime.ledger.write(lambda tx: _queue(tx.connection, wish, language), alone=True),
        asyncio.sleep(_ANSWER_SECONDS),
    )
    for whose, how in queued or [(None, _UNKNOWN)]:
        note_by(request, SecurityKind.SIGN_IN_ASKED, whose, detail=how)


def _queue(
    connection: Connection, wish: SignInBody, language: str
) -> list[tuple[Officer | None, str]]:
    now = wall_clock()
    return [
        (each, queue_link(connection, each.id, number, language, now, wish.path))
        for each, number in _phones(connection, wish)
    ]


def _phones(connection: Connection, wish: SignInBody) -> list[tuple[Officer, str]]:
    """Return the officers to text and their phones; several officers may share a phone."""
    if wish.phone is not None:
        return [(each, wish.phone) for each in officer_by_phone(connection, wish.phone)]
    found = officer(connection, wish.officer or "")
    return [(found, found.phones[0])] if found and found.phones else []
