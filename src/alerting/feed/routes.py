"""Websocket routes: a board's live feed, and an officer's inbox."""

import asyncio
import contextlib
from collections.abc import Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Final

from fastapi import APIRouter, HTTPException, WebSocket, WebSocketDisconnect
from sqlalchemy.exc import SQLAlchemyError
from starlette.websockets import WebSocketState
from uvicorn.protocols.utils import ClientDisconnected

from alerting.access.callers import ROW, known_caller, runtime_of
from alerting.access.revocation import Ending, Guard
from alerting.access.scope import scope_for
from alerting.database.tables import LARGEST_ID
from alerting.errors import InvalidError, NotFoundError
from alerting.feed.reading import read_concerned
from alerting.feed.ring import RingClosedError, TooSlowError
from alerting.feed.tail import Hub
from alerting.feed.websocket_channel import Inbox
from alerting.feed.websocket_protocol import wire_of
from alerting.metrics import SOCKETS
from alerting.stopping import cancel
from contacts.directory import Officer
from contacts.division import parse_division
from contacts.sign_in.credentials import Credential

router = APIRouter()

CLOSE_TOO_SLOW: Final = 4408

CLOSE_TRY_AGAIN: Final = 1013

CLOSE_SIGNED_OUT: Final = 4401

CLOSE_BEYOND: Final = 4403

_ENDINGS: Final = {
    Ending.SIGNED_OUT: (CLOSE_SIGNED_OUT, "You are signed out: sign in again."),
    Ending.BEYOND: (CLOSE_BEYOND, "This is no longer within your divisions."),
}

_MOST_DIGITS: Final = 10

_SEND_SECONDS: Final = 10

_CLOSE_SECONDS: Final = 1

_AWAY: Final = "The service cannot read just now: resume with after=SEQ."

_GONE: Final = (WebSocketDisconnect, ClientDisconnected)


@dataclass(frozen=True)
class View:
    """The alert and division that a caller may watch, and the last log entry that they have."""

    alert: int
    division: str
    after: int | None


async def view_of(websocket: WebSocket, alert_id: int, caller: Officer) -> View:
    """Return the view that the request asks for.

    Raises:
        InvalidError: if `division` or `after` is malformed.
        NotFoundError: if the division is not within the caller's, or the alert does not concern it.
    """
    after = _sequence(websocket.query_params.get("after"))
    division = scope_for(caller, _division(websocket.query_params.get("division")))
    hub: Hub = websocket.app.state.hub
    # A watched division needs no check in the database, because thousands may reconnect at once.
    # Divisions that are not watched share one check.
    if not hub.is_watched(alert_id, division):
        ask = runtime_of(websocket).database.read_together
        if alert_id > LARGEST_ID or not await ask(read_concerned, (alert_id, division)):
            raise NotFoundError(
                f"there is no alert {alert_id} within {division}", f"{division}内没有预警{alert_id}"
            )
    return View(alert_id, division, after)


async def feed(websocket: WebSocket) -> None:
    """Send the division's snapshot, or everything since `after`, and then its frames."""
    known = await known_caller(websocket)
    _check_room(websocket, known.credential)
    view = await view_of(websocket, websocket.path_params["alert_id"], known.officer)
    await websocket.accept()
    work = _send_frames(websocket, view)
    await _while_allowed(websocket, known.credential, view.division, work)


async def inbox(websocket: WebSocket) -> None:
    """Send the caller each text that is queued for them by websocket, as soon as it is queued."""
    known = await known_caller(websocket)
    _check_room(websocket, known.credential)
    box: Inbox = websocket.app.state.inbox
    await websocket.accept()
    work = box.serve(known.officer.id, partial(_send, websocket))
    await _while_allowed(websocket, known.credential, None, work)


# Starlette's own routes: FastAPI would resolve dependencies for each of thousands of boards.
router.add_websocket_route(f"/api/alerts/{{alert_id:{ROW}}}/feed", feed)
router.add_websocket_route("/api/inbox", inbox)


def _check_room(websocket: WebSocket, credential: Credential) -> None:
    """Check that one more socket may be opened with this credential.

    Raises:
        HTTPException: 429 if the credential's limit of open sockets is reached.
    """
    guard: Guard = websocket.app.state.guard
    if not guard.has_room(credential):
        raise HTTPException(429, "too many pages are open with this sign-in: close some")


async def _send_frames(websocket: WebSocket, view: View) -> None:
    hub: Hub = websocket.app.state.hub
    wire = wire_of(websocket)
    watching = hub.watch(view.alert, view.division, view.after, wire.write_now)
    try:
        async with contextlib.aclosing(watching) as frames:
            async for frame in frames:
                async with asyncio.timeout(_SEND_SECONDS):
                    await wire.write(frame)
    except TooSlowError as late:
        await _close(websocket, CLOSE_TOO_SLOW, str(late.__doc__))
    except TimeoutError:
        wire.cut()
    except (RingClosedError, SQLAlchemyError):
        await _close(websocket, CLOSE_TRY_AGAIN, _AWAY)


async def _send(websocket: WebSocket, text: str) -> None:
    """Send a text to the client.

    Raises:
        TimeoutError: if the client does not read for 10 s.
    """
    async with asyncio.timeout(_SEND_SECONDS):
        await websocket.send_text(text)


async def _while_allowed(
    websocket: WebSocket,
    credential: Credential,
    division: str | None,
    work: Coroutine[None, None, None],
) -> None:
    """Run `work` until it ends, the client disconnects, or the credential loses its access."""
    guard: Guard = websocket.app.state.guard
    with SOCKETS.track_inprogress(), guard.watching(credential, division) as over:
        await _race(websocket, work, over)
        if over.done() and websocket.application_state is WebSocketState.CONNECTED:
            await _close(websocket, *_ENDINGS[over.result()])


async def _race(
    websocket: WebSocket, work: Coroutine[None, None, None], over: asyncio.Future[Ending]
) -> None:
    working, gone = asyncio.create_task(work), asyncio.create_task(_gone(websocket))
    try:
        await asyncio.wait((working, gone, over), return_when=asyncio.FIRST_COMPLETED)
    finally:
        await cancel({gone, working})
    if working.done() and not working.cancelled():
        with contextlib.suppress(TimeoutError, *_GONE):
            working.result()


async def _close(websocket: WebSocket, code: int, reason: str) -> None:
    """Close a websocket; abort the connection if the client does not answer in time."""
    try:
        async with asyncio.timeout(_CLOSE_SECONDS):
            await websocket.close(code, reason)
    except TimeoutError:
        wire_of(websocket).cut()
    except WebSocketDisconnect:
        pass


async def _gone(websocket: WebSocket) -> None:
    """Read and discard the client's messages until it disconnects."""
    while (await websocket.receive())["type"] != "websocket.disconnect":
        pass


def _sequence(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise InvalidError(
            "after",
            f"{text[:20]!r} is not a sequence number: send the seq of a frame, or leave it out",
            "不是序号：请用数据帧里的 seq，或不填",
        )
    return int(text)


def _division(text: str | None) -> str | None:
    try:
        return None if text is None else parse_division(text)
    except ValueError as wrong:
        raise InvalidError("division", str(wrong), "区划代码有误") from None
