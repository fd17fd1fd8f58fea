"""An SMS provider that counts requests, and delays its answers if the test asks for it."""

import asyncio
import socket
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.utils import format_datetime
from itertools import count
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from aiohttp import web

from alerting.runtime import wall_clock
from tests.support.gateway import ACCOUNT

_MESSAGES: Final = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
INVALID_NUMBER: Final = 21211


@dataclass
class Provider:
    """A provider, with the texts it has accepted and the requests it leaves unanswered."""

    url: str = ""
    asked: Counter[tuple[int, str]] = field(default_factory=Counter)
    """The number of send requests, by the service's port and the recipient's number."""
    taken: defaultdict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    """The accepted texts by recipient's number."""
    kept_waiting: int | None = None
    """The port of the service whose requests get no answer until `answers` is set."""
    awaited: set[int] = field(default_factory=set)
    """The ports of services. No request is answered before each of them has sent one."""
    refuses_them: bool = False
    """Whether the requests of `kept_waiting` are refused and not accepted in the end."""
    answers: asyncio.Event = field(default_factory=asyncio.Event)
    all_asked: asyncio.Event = field(default_factory=asyncio.Event)
    numbers: Iterator[int] = field(default_factory=count)

    async def create(self, request: web.Request) -> web.Response:
        """Accept a text or refuse it."""
        form = {name: values[0] for name, values in parse_qs(await request.text()).items()}
        port = urlsplit(form["StatusCallback"]).port or 0
        self.asked[port, form["To"]] += 1
        self.awaited.discard(port)
        if not self.awaited:
            self.all_asked.set()
        await self.all_asked.wait()
        if port != self.kept_waiting:
            return web.json_response(self._take(form), status=201)
        if self.refuses_them:
            await self.answers.wait()
            refusal = {"code": INVALID_NUMBER, "message": "invalid", "status": 400}
            return web.json_response(refusal, status=400)
        text = self._take(form)
        await self.answers.wait()
        return web.json_response(text, status=201)

    async def list(self, request: web.Request) -> web.Response:
        """List the texts accepted for a number."""
        found = self.taken[request.query["To"]]
        return web.json_response({"messages": found, "next_page_uri": None, "page_size": 50})

    def _take(self, form: dict[str, str]) -> dict[str, Any]:
        text = {
            "sid": f"SM{next(self.numbers):032x}",
            "to": form["To"],
            "body": form["Body"],
            "date_created": format_datetime(wall_clock()),
        }
        self.taken[form["To"]].append(text)
        return text


@asynccontextmanager
async def running_provider() -> AsyncIterator[Provider]:
    """Yield a provider that listens on a loopback port."""
    provider = Provider()
    app = web.Application()
    app.router.add_post(_MESSAGES, provider.create)
    app.router.add_get(_MESSAGES, provider.list)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    provider.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    await web.SockSite(runner, listener).start()
    yield provider
    await runner.cleanup()
