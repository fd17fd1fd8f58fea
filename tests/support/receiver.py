"""A receiver of webhooks: a real HTTP server that checks signatures with another's library."""

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
    """What a receiver was sent, and how it answers."""

    port: int = 0
    status: int = 200
    held: asyncio.Event | None = None
    """If set, answers wait for it."""
    tries: int = 0
    messages: list[dict[str, Any]] = field(default_factory=list)
    """The messages that were answered 2xx, in order, each with its id."""
    arrived: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def seqs(self) -> list[int]:
        return [each["data"]["seq"] for each in self.messages]

    async def until(self, messages: int = 0, tries: int = 0) -> None:
        """Wait until so many messages were taken and so many tries made."""
        async with asyncio.timeout(PATIENCE_SECONDS), self.arrived:
            await self.arrived.wait_for(
                lambda: len(self.messages) >= messages and self.tries >= tries
            )

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        # Raises if the signature is wrong, which answers 500.
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
    """Run a receiver on a port of its own."""
    receiver = Receiver()
    async with posts_taken("/hook", receiver.take) as receiver.port:
        try:
            yield receiver
        finally:
            if receiver.held is not None:
                receiver.held.set()
