"""Authentication of the calling officer by bearer token or session cookie."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Final

from fastapi import Depends, HTTPException, status
from sqlalchemy import Connection
from starlette.convertors import IntegerConvertor, register_url_convertor
from starlette.requests import HTTPConnection
from yarl import URL

from alerting.access.browser import cookie_of
from alerting.access.revocation import Guard
from alerting.errors import ForbiddenError
from alerting.runtime import Runtime, wall_clock
from contacts.directory import Officer
from contacts.sign_in.credentials import Credential, CredentialKind, hash_of, officers_of_tokens
from contacts.sign_in.sessions import SEEN_EVERY, Session, SignedIn, signed_in_by

_SCHEME: Final = "bearer "

RECENT_SIGN_IN: Final = timedelta(minutes=15)
"""Maximum age of a session that may change officers' rights or ways to sign in.

It keeps the finder of an unlocked phone from gaining lasting access.
"""

_NOT_RECENT: Final = (
    f"you can change this only within {RECENT_SIGN_IN.seconds // 60} minutes of signing in with a "
    "browser: sign in again first"
)

_NOT_RECENT_IN_CHINESE: Final = (
    f"须在浏览器里登录后{RECENT_SIGN_IN.seconds // 60}分钟内改：请重新登录"
)

_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Known:
    """The calling officer and their credential; with a bearer token, `session` is None."""

    officer: Officer
    credential: Credential
    session: Session | None = None


def runtime_of(connection: HTTPConnection) -> Runtime:
    """Return this process's `Runtime`, which the app holds."""
    runtime: Runtime = connection.app.state.runtime
    return runtime


async def _runtime(connection: HTTPConnection) -> Runtime:
    """Return the `Runtime`; async, so that FastAPI needs no worker thread."""
    return runtime_of(connection)


async def known_caller(connection: HTTPConnection) -> Known:
    """Return the caller and their credential, for routes and websockets.

    Raises:
        HTTPException: 401 if the token or session is missing, unknown, expired or revoked;
            403 if a page of another site made the request.
    """
    header = connection.headers.get("authorization")
    if header is not None:
        known = await _by_token(connection, header)
    else:
        known = await _by_session(connection)
    if known is None:
        raise HTTPException(
            status.HTTP_401_UNAUTHORIZED,
            "Sign in with a link, or send 'Authorization: Bearer TOKEN' with a valid token; an "
            "administrator issues them with 'alerting officers link ID' and 'alerting officers "
            "token ID'",
            headers={"WWW-Authenticate": "Bearer"},
        )
    connection.state.officer = known.officer
    return known


async def caller_of(known: Annotated[Known, Depends(known_caller)]) -> Officer:
    """Return the calling officer."""
    return known.officer


def is_foreign(connection: HTTPConnection) -> bool:
    """Return whether the Origin header names another site's page."""
    origin = connection.headers.get("origin")
    return origin is not None and origin != own_origin(connection)


def own_origin(connection: HTTPConnection) -> str:
    """Return the origin of this service's pages, in the form of an Origin header."""
    return str(URL(connection.app.state.public_url).origin())


def check_recent_sign_in(known: Known) -> None:
    """Check that the caller signed in recently enough to change rights or ways to sign in.

    Raises:
        ForbiddenError: if the caller has no session, or the session is over 15 minutes old.
    """
    if not has_recent_sign_in(known):
        raise ForbiddenError(_NOT_RECENT, _NOT_RECENT_IN_CHINESE)


def has_recent_sign_in(known: Known) -> bool:
    """Return whether the caller has a session that began less than `RECENT_SIGN_IN` ago."""
    return known.session is not None and wall_clock() - known.session.begun_at < RECENT_SIGN_IN


async def _by_token(connection: HTTPConnection, header: str) -> Known | None:
    if header[: len(_SCHEME)].lower() != _SCHEME:
        return None
    credential = Credential(CredentialKind.BEARER, hash_of(header[len(_SCHEME) :].strip()))
    officer = await runtime_of(connection).database.read_together(_holders_now, credential.hash)
    return None if officer is None else Known(officer, credential)


async def _by_session(connection: HTTPConnection) -> Known | None:
    token = cookie_of(connection)
    if not token:
        return None
    _check_origin(connection)
    credential = Credential(CredentialKind.SESSION, hash_of(token))
    # Coalesced, because thousands of boards may reconnect at once, each with its own session.
    found = await runtime_of(connection).database.read_together(_signed_in_now, credential.hash)
    if found is None:
        return None
    if wall_clock() - found.session.last_seen_at >= SEEN_EVERY:
        guard: Guard = connection.app.state.guard
        guard.saw(credential)
    return Known(found.officer, credential, found.session)


def _holders_now(db: Connection, keys: Collection[str]) -> dict[str, Officer]:
    return officers_of_tokens(db, keys, wall_clock())


def _signed_in_now(db: Connection, keys: Collection[str]) -> dict[str, SignedIn]:
    return signed_in_by(db, keys, wall_clock())


def _check_origin(connection: HTTPConnection) -> None:
    """Refuse a state-changing request from another site's page (CSRF).

    Browsers send the cookie with such a request too.

    Raises:
        HTTPException: 403 if the Origin header does not name this service.
    """
    if connection.scope.get("method") in _SAFE_METHODS:
        return
    if connection.headers.get("origin") != own_origin(connection):
        raise HTTPException(
            status.HTTP_403_FORBIDDEN,
            f"Origin: a session cookie is accepted only from the pages of "
            f"{own_origin(connection)}; from elsewhere, send a bearer token",
        )


RuntimeDep = Annotated[Runtime, Depends(_runtime)]

Caller = Annotated[Officer, Depends(caller_of)]

KnownCaller = Annotated[Known, Depends(known_caller)]


class RowConvertor(IntegerConvertor):
    """Path convertor for a row's id; Starlette's own accepts integers of unlimited length."""

    regex = "[0-9]{1,100}"


ROW: Final = "row"
"""Convertor name, for paths whose handler is called before FastAPI validates the id."""

register_url_convertor(ROW, RowConvertor())
