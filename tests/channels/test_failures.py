"""Failed HTTP requests, told without secrets."""

import pytest
from aiohttp import ClientSession, InvalidURL, NonHttpUrlClientError, ServerDisconnectedError

from alerting.channels.failures import told


@pytest.mark.parametrize("failure", [ServerDisconnectedError(), TimeoutError("late")])
def test_failure_is_told_in_full(failure: Exception) -> None:
    assert told(failure) == repr(failure)


@pytest.mark.parametrize("url", ["http://?key=secret", "ftp://a.example/?key=secret"])
async def test_failure_of_an_address_is_told_without_it(url: str) -> None:
    async with ClientSession() as session:
        with pytest.raises((InvalidURL, NonHttpUrlClientError)) as failed:
            await session.get(url)
    assert "secret" in repr(failed.value)
    assert "secret" not in told(failed.value)
