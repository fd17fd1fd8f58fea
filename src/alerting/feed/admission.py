"""Admission of websockets: a bounded number of handshakes at a time, first in, first out."""

import asyncio
from contextlib import AsyncExitStack
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from alerting.feed.websocket_protocol import is_gone

_AT_ONCE: Final = 64


class Entrance:
    """Middleware that queues websockets and caps concurrent handshakes.

    Thousands of boards reconnect at once, and each gives up after some seconds. The cap, first in,
    first out, lets each handshake finish before its client times out and asks again. A client that
    has gone meanwhile costs nothing more.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._places = asyncio.Semaphore(_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Admit a websocket when a place is free, and any other request at once."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        async with AsyncExitStack() as place:
            await place.enter_async_context(self._places)
            if is_gone(scope):
                return

            async def answer(message: Message) -> None:
                # Its first message accepts or refuses the client: the handshake is over.
                await place.aclose()
                await send(message)

            await self._app(scope, receive, answer)
