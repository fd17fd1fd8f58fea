"""A receiver of webhooks: a real HTTP server that checks signatures with a third-party library."""

import asyncio
import base64
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from standardwebhooks import Webhook as Verifier

from tests.support.patience import PATIENCE_SECONDS
from tests.support.post_servers import posts_taken

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()


@dataclass
class Receiver:
    """The messages that a receiver got, and how it answers."""

    port: int = 0
    status: int = 200
    held: asyncio.Event | None = None
    """If not None, responses wait for this event."""
    tries: int = 0
    messages: list[dict[str, Any]] = field(default_factory=list)
    """The messages answered with 2xx, in order, each with its id."""
    arrived: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def seqs(self) -> list[int]:
        return [each["data"]["seq"] for each in self.messages]

    async def until(self, messages: int = 0, tries: int = 0) -> None:
        """Wait until at least this many messages were accepted and this many tries made."""
        async with asyncio.timeout(PATIENCE_SECONDS), self.arrived:
            await self.arrived.wait_for(
                lambda: len(self.messages) >= messages and self.tries >= tries
            )

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        # If the signature is wrong, this raises, and the response is 500.
        Verifier(SECRET).verify(body, dict(request.headers))
        status = self.status
        async with self.arrived:
            self.tries += 1
            if status < 300:
                self.messages.append({"id": request.headers["webhook-id"], **json.loads(body)})
            self.arrived.notify_all()
        if self.held is not None:
            await self.held.wait()
        return web.Response(status=status, headers={"Location": "/elsewhere"})


@contextlib.asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """Run a receiver on a new port, and yield it."""
    receiver = Receiver()
    async with posts_taken("/hook", receiver.take) as receiver.port:
        try:
            yield receiver
        finally:
            if receiver.held is not None:
                receiver.held.set()
