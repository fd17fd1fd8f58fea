"""The HTTP client for the SDK has a time-out, no retries and no redirects."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from aiohttp import web

from alerting.channels.twilio.client import TwilioHttpClient, retry_after
from tests.support.patience import PATIENCE_SECONDS


@dataclass
class Provider:
    """A server that records its requests and answers by path."""

    url: str = ""
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    retry_after: str | None = None
    is_over: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, request: web.Request) -> web.Response:
        body = await request.text()
        self.asked.append((request.path, request.headers.get("Authorization", ""), body))
        if request.path == "/slow":
            await self.is_over.wait()
        if request.path == "/moved":
            return web.Response(status=302, headers={"Location": "/elsewhere"})
        headers = {} if self.retry_after is None else {"Retry-After": self.retry_after}
        return web.Response(status=int(request.path[1:]), text="said", headers=headers)


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    provider = Provider()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", provider.answer)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    provider.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield provider
    provider.is_over.set()
    await runner.cleanup()


@pytest.fixture
async def client() -> AsyncIterator[TwilioHttpClient]:
    client = TwilioHttpClient(2, timedelta(seconds=PATIENCE_SECONDS))
    yield client
    await client.close()


@pytest.mark.parametrize("status", [200, 429, 500, 503])
async def test_post_is_never_repeated(
    provider: Provider, client: TwilioHttpClient, status: int
) -> None:
    response = await client.request("POST", f"{provider.url}/{status}", data={"To": "+1"})
    assert (response.status_code, response.text) == (status, "said")
    assert provider.asked == [(f"/{status}", "", "To=%2B1")]


async def test_time_out_applies(provider: Provider) -> None:
    client = TwilioHttpClient(2, timedelta(seconds=0.2))
    async with asyncio.timeout(PATIENCE_SECONDS) as patience:
        with pytest.raises(TimeoutError):
            await client.request("POST", f"{provider.url}/slow", timeout=2 * PATIENCE_SECONDS)
    assert not patience.expired()
    await client.close()
    # On a busy machine, the time may be over before the provider reads the request.
    assert len(provider.asked) <= 1


async def test_redirects_are_not_followed(provider: Provider, client: TwilioHttpClient) -> None:
    response = await client.request("GET", f"{provider.url}/moved")
    assert response.status_code == 302
    assert [path for path, _, _ in provider.asked] == ["/moved"]


async def test_account_uses_basic_authentication(
    provider: Provider, client: TwilioHttpClient
) -> None:
    await client.request("GET", f"{provider.url}/200", auth=("AC1", "秘密"))
    expected = b64encode("AC1:秘密".encode()).decode()
    assert provider.asked[0][1] == f"Basic {expected}"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0),
        ("7", 7),
        ("3600", 3600),
        (None, 0),
        ("soon", 0),
        ("-1", 0),
        ("1.5", 0),
        ("²", 0),
        ("9" * 12, 0),
        ("9" * 5000, 0),
        ("Fri, 31 Dec 1999 23:59:59 GMT", 0),
    ],
)
async def test_retry_after_is_read_in_seconds_up_to_99999(
    provider: Provider, client: TwilioHttpClient, header: str | None, seconds: int
) -> None:
    provider.retry_after = "5"
    await client.request("GET", f"{provider.url}/429")
    provider.retry_after = header
    await client.request("GET", f"{provider.url}/429")
    assert retry_after() == timedelta(seconds=seconds)
