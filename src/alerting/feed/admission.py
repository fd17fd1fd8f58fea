"""Letting websockets in: a few at a time, first come first served."""

import asyncio
from contextlib import AsyncExitStack
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from alerting.feed.websocket_protocol import is_gone

_AT_ONCE: Final = 64


class Entrance:
    """Middleware before which websockets wait until their handshake is done with.

    Thousands come back at once, and none waits for more than some seconds. Were all served
    side by side, all would be done late, when they have given up and asked again: so whoever came
    first is let in first, and who has gone meanwhile costs nothing more.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._places = asyncio.Semaphore(_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a websocket in when there is a place, and anything else at once."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        async with AsyncExitStack() as place:
            await place.enter_async_context(self._places)
            if is_gone(scope):
                return

            async def answer(message: Message) -> None:
                # With its first word to the client, accepting or refusing, it is past the door.
                await place.aclose()
                await send(message)

            await self._app(scope, receive, answer)
