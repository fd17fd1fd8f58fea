"""Who is calling: the officer whose bearer token came with the request."""

from typing import Annotated, Final

from fastapi import Depends, HTTPException, status
from starlette.requests import HTTPConnection

from alerting.clock import wall_clock
from alerting.services.desk import Desk
from contacts.directory import Officer
from contacts.tokens import officer_of_token

_SCHEME: Final = "bearer "


def desk_of(connection: HTTPConnection) -> Desk:
    """Return what the services of this process work with."""
    desk: Desk = connection.app.state.desk
    return desk


async def _desk(connection: HTTPConnection) -> Desk:
    """Return the same; FastAPI runs what is not asynchronous on a thread, at a cost."""
    return desk_of(connection)


async def caller_of(connection: HTTPConnection) -> Officer:
    """Return the officer who calls, for routes and websockets alike.

    Raises:
        HTTPException: 401, if there is no token or it is unknown, expired or revoked.
    """
    header = connection.headers.get("authorization", "")
    if header[: len(_SCHEME)].lower() == _SCHEME:
        token = header[len(_SCHEME) :].strip()
        now = wall_clock()
        officer = await desk_of(connection).database.read(
            lambda db: officer_of_token(db, token, now)
        )
        if officer:
            return officer
    raise HTTPException(
        status.HTTP_401_UNAUTHORIZED,
        "Authorization: send 'Bearer TOKEN' with a valid token; an administrator issues one "
        "with 'alerting officers token ID'",
        headers={"WWW-Authenticate": "Bearer"},
    )


Working = Annotated[Desk, Depends(_desk)]
Caller = Annotated[Officer, Depends(caller_of)]
