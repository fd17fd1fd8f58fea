"""Limits of websockets: sockets for each sign-in, and the size of a client's messages."""

import contextlib

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosedError, InvalidStatus

from alerting.access.revocation import MOST_SOCKETS
from tests.support.city import QIANFO
from tests.support.running import Running


def socket_of(service: Running, path: str) -> connect:
    headers = {"Authorization": f"Bearer {service.tokens['commander']}"}
    return connect(f"{service.url.replace('http', 'ws')}{path}", additional_headers=headers)


async def test_sockets_of_one_sign_in_are_limited(service: Running) -> None:
    async with contextlib.AsyncExitStack() as stack:
        paths = ("/api/inbox", "/api/alerts/1/feed")
        await service.raised("informant", QIANFO)
        for number in range(MOST_SOCKETS):
            await stack.enter_async_context(socket_of(service, paths[number % 2]))
        for path in paths:
            with pytest.raises(InvalidStatus) as refused:
                await stack.enter_async_context(socket_of(service, path))
            assert refused.value.response.status_code == 429


async def test_large_message_from_a_client_closes_its_socket(service: Running) -> None:
    async with socket_of(service, "/api/inbox") as client:
        await ask(client, "x" * 100)
        with pytest.raises(ConnectionClosedError) as ended:
            await ask(client, "x" * 10_000)
        assert ended.value.rcvd is not None
        assert ended.value.rcvd.code == 1009


async def ask(client: ClientConnection, text: str) -> None:
    """Send a text, and wait until the service has read it."""
    await client.send(text)
    await (await client.ping())
