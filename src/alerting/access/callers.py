"""Authentication: the officer whose bearer token or session cookie came with the request."""

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

FRESH: Final = timedelta(minutes=15)
"""How recent a sign-in must be to change ways to sign in or rights, so that a finder of an unlocked
phone cannot give themselves lasting access.
"""

_NOT_FRESH: Final = (
    f"this is changed within {FRESH.seconds // 60} minutes after signing in, in a browser: sign in "
    "again first"
)

_NOT_FRESH_IN_CHINESE: Final = f"须在浏览器里登录后{FRESH.seconds // 60}分钟内改：请重新登录"

_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Known:
    """The calling officer and their credential; `session` is None for a bearer token."""

    officer: Officer
    credential: Credential
    session: Session | None = None


def runtime_of(connection: HTTPConnection) -> Runtime:
    """Return the runtime of this process."""
    runtime: Runtime = connection.app.state.runtime
    return runtime


async def _runtime(connection: HTTPConnection) -> Runtime:
    """Return the runtime; async, so that FastAPI needs no worker thread."""
    return runtime_of(connection)


async def known_caller(connection: HTTPConnection) -> Known:
    """Return the caller and their credential, for routes and websockets.

    Raises:
        HTTPException: 401, if there is no token or session, or it is unknown, expired or revoked;
            403, if the request was made by a page of another site.
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
    """Return the origin of this service's pages, as browsers write it."""
    return str(URL(connection.app.state.public_url).origin())


def check_fresh(known: Known) -> None:
    """Refuse a change of ways to sign in, or of officers' rights, in an old session.

    Raises:
        ForbiddenError: if the caller has no session, or it began more than 15 minutes ago.
    """
    if not is_fresh(known):
        raise ForbiddenError(_NOT_FRESH, _NOT_FRESH_IN_CHINESE)


def is_fresh(known: Known) -> bool:
    """Return whether the caller signed in recently enough for such changes."""
    return known.session is not None and wall_clock() - known.session.begun_at < FRESH


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
    """Refuse an unsafe request from another site's page, because browsers send the cookie along.

    Raises:
        HTTPException: 403, if the Origin header is not this service's own.
    """
    if connection.scope.get("method") in _SAFE_METHODS:
        return
    if connection.headers.get("origin") != own_origin(connection):
        raise HTTPException(
            status.HTTP_403_FORBIDDEN,
            f"Origin: with a session's cookie this is done from the pages of "
            f"{own_origin(connection)} alone; call with a bearer token from elsewhere",
        )


RuntimeDep = Annotated[Runtime, Depends(_runtime)]

Caller = Annotated[Officer, Depends(caller_of)]

KnownCaller = Annotated[Known, Depends(known_caller)]


class RowConvertor(IntegerConvertor):
    """A row's id in a path: Starlette's own integers may have any number of digits."""

    regex = "[0-9]{1,100}"


ROW: Final = "row"
"""The name of the convertor, for paths whose handler is called before FastAPI checks the id."""

register_url_convertor(ROW, RowConvertor())
