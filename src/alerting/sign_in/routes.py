"""Routes for signing in by link: ask for a link, open it, and exchange it for a session."""

import asyncio
from typing import Annotated, Final

from fastapi import APIRouter, Form, HTTPException, Path, Request, Response, status
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection

from alerting.access.browser import cookie_of, give_cookie, keep_cookie, language_of, wants_page
from alerting.access.callers import RuntimeDep, is_foreign, own_origin
from alerting.access.openapi import OPEN
from alerting.runtime import Runtime, wall_clock
from alerting.security.refused import note_by
from alerting.security_log.rules import SecurityKind
from alerting.sign_in.officer_meant import SignInBody, officers_meant
from alerting.sign_in.open_link import (
    BROWSER_COOKIE,
    Refused,
    open_session,
    pressed_in,
    ruling_of,
    text_another,
)
from alerting.sign_in.page import link_page, link_texted, refusal
from alerting.sign_in.rules import LinkRuling
from alerting.sign_in.schemas import AskedBody
from contacts.directory import Officer
from contacts.sign_in.credentials import hash_of
from contacts.sign_in.links import Wish, find_link, queue_link
from contacts.sign_in.typed_codes import BROWSER_LASTS, browser_token, code_of

router = APIRouter(tags=["sessions"])

_UNKNOWN: Final = "unknown"
"""The security event's detail for a request that names no known officer."""

_ANSWER_SECONDS: Final = 0.3
"""The minimum response time, so that timing does not reveal whether an officer exists."""

Token = Annotated[str, Path(max_length=100)]

_REFUSALS: Final = {
    LinkRuling.NEEDS_PASSKEY: "officers of this role sign in with a passkey, at /sign-in",
    LinkRuling.NEEDS_CODE: "another browser asked for this link: send the code that it shows",
    LinkRuling.WRONG_CODE: "the code is wrong: send the one that the asking browser shows",
}


@router.get("/in/{token}", include_in_schema=False)
async def get_link(token: Token, request: Request, runtime: RuntimeDep) -> Response:
    """Return the page with the button that uses the link; 410 if it was used or has expired."""
    now = wall_clock()
    link = await runtime.database.read(lambda db: find_link(db, token, now))
    if link is None:
        return _over(request, runtime)
    ruling = ruling_of(link, pressed_in(request, token), runtime.policy)
    return link_page(link, token, ruling, runtime.policy, language_of(request))


@router.post("/in/{token}", include_in_schema=False, openapi_extra=OPEN)
async def post_link(
    token: Token,
    request: Request,
    runtime: RuntimeDep,
    code: Annotated[str, Form(max_length=30)] = "",
) -> Response:
    """Exchange the link for a session and redirect to its path; 410 if it was used or expired."""
    _check_origin(request)
    pressed = pressed_in(request, token, code)
    used = await runtime.ledger.write_session(
        lambda tx: open_session(tx.connection, pressed, tx.policy)
    )
    if used is None:
        note_by(request, SecurityKind.SIGN_IN_REFUSED, None)
        return _over(request, runtime)
    if isinstance(used, Refused):
        note_by(request, SecurityKind.SIGN_IN_REFUSED, used.link.officer, detail=used.ruling)
        return _not_opened(request, runtime, token, used)
    note_by(request, SecurityKind.SIGNED_IN, used.officer, detail=pressed.device)
    answer = RedirectResponse(used.path, status.HTTP_303_SEE_OTHER)
    give_cookie(answer, request, used.token)
    return answer


@router.post("/in/{token}/again", include_in_schema=False, openapi_extra=OPEN)
async def post_again(token: Token, request: Request, runtime: RuntimeDep) -> Response:
    """Use the link up, and text another link to the same phone; it opens in this browser."""
    _check_origin(request)
    kept = browser_token(cookie_of(request, BROWSER_COOKIE))
    whose = await runtime.ledger.write(
        lambda tx: text_another(tx.connection, token, hash_of(kept)), own_transaction=True
    )
    if whose is None:
        return _over(request, runtime)
    note_by(request, SecurityKind.SIGN_IN_ASKED, whose, detail="again")
    answer = link_texted(runtime.policy.issuer.at(whose.division), language_of(request))
    keep_cookie(answer, request, BROWSER_COOKIE, kept, BROWSER_LASTS)
    return answer


def _check_origin(request: Request) -> None:
    """Refuse requests from other sites' pages, which could sign a browser in (login CSRF).

    Raises:
        HTTPException: 403, if the Origin header is not that of this service.
    """
    if is_foreign(request):
        raise HTTPException(
            status.HTTP_403_FORBIDDEN,
            f"Origin: open the link itself and press its button, at {own_origin(request)}",
        )


def _over(request: Request, runtime: Runtime) -> Response:
    """Return the page which says that a link no longer works.

    Raises:
        HTTPException: 410, if the client does not accept a page.
    """
    if wants_page(request):
        return refusal(runtime.policy.issuer.at(""), language_of(request))
    raise HTTPException(
        status.HTTP_410_GONE, "the link was used or has expired: ask for another at /api/sign-in"
    )


def _not_opened(request: Request, runtime: Runtime, token: str, refused: Refused) -> Response:
    """Return the page which says what a link needs to open a session.

    Raises:
        HTTPException: 403, if the client does not accept a page.
    """
    if wants_page(request):
        language, forbidden = language_of(request), status.HTTP_403_FORBIDDEN
        return link_page(refused.link, token, refused.ruling, runtime.policy, language, forbidden)
    raise HTTPException(status.HTTP_403_FORBIDDEN, _REFUSALS[refused.ruling])


@router.post("/api/sign-in", status_code=status.HTTP_202_ACCEPTED, openapi_extra=OPEN)
async def post_sign_in(
    wish: SignInBody, request: Request, answer: Response, runtime: RuntimeDep
) -> AskedBody:
    """Text a link to the officer, at most one a minute.

    The response does not reveal whether the officer exists. The link opens a session in this
    browser, which a cookie identifies. In another browser it needs the code from the response.
    """
    language, kept = language_of(request), browser_token(cookie_of(request, BROWSER_COOKIE))
    browser = hash_of(kept)
    queued, _ = await asyncio.gather(
        runtime.ledger.write(
            lambda tx: _queue(tx.connection, wish, language, browser), own_transaction=True
        ),
        asyncio.sleep(_ANSWER_SECONDS),
    )
    for whose, how in queued or [(None, _UNKNOWN)]:
        note_by(request, SecurityKind.SIGN_IN_ASKED, whose, detail=how)
    keep_cookie(answer, request, BROWSER_COOKIE, kept, BROWSER_LASTS)
    return AskedBody(code=code_of(browser))


def _queue(
    connection: Connection, wish: SignInBody, language: str, browser: str
) -> list[tuple[Officer | None, str]]:
    now = wall_clock()
    return [
        (each, queue_link(connection, each.id, Wish(number, language, browser, wish.path), now))
        for each, number in _phones(connection, wish)
    ]


def _phones(connection: Connection, wish: SignInBody) -> list[tuple[Officer, str]]:
    """Return an (officer, phone) pair for each officer to text; officers may share a phone."""
    found = officers_meant(connection, wish)
    if wish.phone is not None:
        return [(each, wish.phone) for each in found]
    return [(each, each.phones[0]) for each in found if each.phones]
