"""Simulates an officer's browser, with its cookies and headers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import aiohttp

from alerting.runtime import wall_clock
from contacts.sign_in.links import issue_link
from contacts.sign_in.sessions import begin_session
from tests.support.running import Running


@dataclass
class Browser:
    """A browser that sends its session's cookie and the origin of its page."""

    service: Running
    token: str
    origin: str | None

    @property
    def headers(self) -> dict[str, str]:
        origin = {"Origin": self.origin} if self.origin else {}
        return {"Cookie": f"alerting_session={self.token}", **origin}

    async def call(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        async with self.service.session.request(
            method, self.service.url + path, json=body, headers=self.headers
        ) as answer:
            if answer.content_type in {"application/json", "application/problem+json"}:
                return answer.status, await answer.json()
            return answer.status, await answer.text()

    async def get(self, path: str) -> tuple[int, Any]:
        return await self.call("GET", path)


async def signed_in(
    service: Running, officer: str, device: str = "", since: datetime | None = None
) -> Browser:
    """Return a browser in which an officer signed in now or at `since`."""
    at = since or wall_clock()
    token = await service.runtime.ledger.write(
        lambda tx: begin_session(tx.connection, officer, at, device)
    )
    return Browser(service, token, service.url)


async def link_for(
    service: Running, officer: str, path: str = "/", since: datetime | None = None
) -> str:
    """Return the URL of a new sign-in link."""
    at = since or wall_clock()
    token = await service.runtime.ledger.write(
        lambda tx: issue_link(tx.connection, officer, at, path)
    )
    return f"{service.url}/in/{token}"


@asynccontextmanager
async def pressed(
    service: Running, url: str, **headers: str
) -> AsyncIterator[aiohttp.ClientResponse]:
    """Press the button on a link's page, and yield the response; cookies are not kept."""
    async with (
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as browser,
        browser.post(url, headers=headers, allow_redirects=False) as answer,
    ):
        yield answer
