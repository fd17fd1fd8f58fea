"""Websockets close soon after the caller loses access, and refuse pages of other sites."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import update
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from alerting.access import revocation as guard
from alerting.runtime import wall_clock
from contacts.sign_in.credentials import revoke_tokens
from contacts.sign_in.sessions import SESSION_LASTS, revoke_sessions
from contacts.tables import OFFICER_SESSIONS, OFFICER_TOKENS, OFFICERS
from tests.support.city import FAR_TOWN, NEXT_VILLAGE, QIANFO, TOWN
from tests.support.running import Running
from tests.support.signing_in import Browser, signed_in

SOON = 60.0
ROUND = guard._ROUND_SECONDS
FEED = "/api/alerts/{}/feed"


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten the guard's interval between checks, so that tests need not wait for it."""
    monkeypatch.setattr(guard, "_ROUND_SECONDS", 0.2)


def by_cookie(browser: Browser, path: str) -> connect:
    url = browser.service.url.replace("http", "ws") + path
    return connect(url, additional_headers=browser.headers, compression=None)


def by_token(service: Running, officer: str, path: str) -> connect:
    headers = {"Authorization": f"Bearer {service.tokens[officer]}"}
    return connect(service.url.replace("http", "ws") + path, additional_headers=headers)


async def feed_of(service: Running) -> str:
    return FEED.format((await service.raised("informant", QIANFO))["id"])


async def closed(connection: ClientConnection) -> tuple[int, str]:
    """Wait until the service closes the connection; return the close code and reason."""
    async with asyncio.timeout(SOON):
        await connection.wait_closed()
    assert connection.close_code
    return connection.close_code, connection.close_reason or ""


async def still_open(connection: ClientConnection) -> None:
    """Check that the feed is open, by waiting for its next frame or heartbeat."""
    async with asyncio.timeout(SOON):
        await connection.recv()


async def revoke(service: Running, officer: str) -> None:
    at = wall_clock()
    await service.runtime.ledger.write(lambda tx: revoke_sessions(tx.connection, officer, at))
    await service.runtime.ledger.write(lambda tx: revoke_tokens(tx.connection, officer, at))


async def test_revoked_session_closes_feed_and_inbox_within_seconds(
    service: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "_ROUND_SECONDS", ROUND)
    feed, browser = await feed_of(service), await signed_in(service, "commander")
    bystander = await signed_in(service, "city-duty")
    async with (
        by_cookie(browser, feed) as board,
        by_cookie(browser, "/api/inbox") as inbox,
        by_cookie(bystander, feed) as other,
    ):
        await still_open(board)
        await revoke(service, "commander")
        assert await closed(board) == (4401, "You are signed out: sign in again.")
        assert (await closed(inbox))[0] == 4401
        await still_open(other)
    with pytest.raises(InvalidStatus):
        await by_cookie(browser, feed)


async def test_revoked_token_closes_feed_and_inbox(service: Running) -> None:
    feed = await feed_of(service)
    async with (
        by_token(service, "commander", feed) as board,
        by_token(service, "commander", "/api/inbox") as inbox,
        by_token(service, "city-duty", feed) as other,
    ):
        await revoke(service, "commander")
        assert (await closed(board))[0] == (await closed(inbox))[0] == 4401
        await still_open(other)


async def test_expired_session_and_token_close_the_feed(service: Running) -> None:
    feed = await feed_of(service)
    nearly = wall_clock() - SESSION_LASTS + timedelta(seconds=5)
    browser = await signed_in(service, "commander", since=nearly)
    await service.change(update(OFFICER_SESSIONS).values(last_seen_at=wall_clock()))
    async with by_cookie(browser, feed) as board, by_token(service, "grid", feed) as other:
        soon = wall_clock() + timedelta(seconds=1)
        mine = OFFICER_TOKENS.c.officer == "grid"
        await service.change(update(OFFICER_TOKENS).where(mine).values(expires_at=soon))
        assert (await closed(board))[0] == (await closed(other))[0] == 4401


async def test_signing_out_closes_only_the_sockets_of_that_session(service: Running) -> None:
    feed = await feed_of(service)
    first, second = await signed_in(service, "commander"), await signed_in(service, "commander")
    async with by_cookie(first, feed) as left, by_cookie(second, feed) as stayed:
        assert (await first.call("DELETE", "/api/sessions/current"))[0] == 204
        assert (await closed(left))[0] == 4401
        await still_open(stayed)


async def test_officer_moved_elsewhere_loses_the_feed(service: Running) -> None:
    feed, browser = await feed_of(service), await signed_in(service, "commander")
    moved = update(OFFICERS).where(OFFICERS.c.id == "commander").values(division=FAR_TOWN)
    async with (
        by_cookie(browser, feed) as board,
        by_cookie(browser, f"{feed}?division={QIANFO}") as village,
        by_cookie(browser, "/api/inbox") as inbox,
        by_token(service, "county-duty", feed) as other,
    ):
        await service.change(moved)
        assert await closed(board) == (4403, "This is no longer within your divisions.")
        assert (await closed(village))[0] == 4403
        await still_open(other)
        # The inbox stays open, because it does not depend on the division.
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(inbox.wait_closed(), 0.5)


@pytest.mark.parametrize(
    ("officer", "seen", "division", "stays"),
    [
        ("commander", QIANFO, QIANFO, True),
        ("commander", TOWN, QIANFO, False),
        ("commander", QIANFO, NEXT_VILLAGE, False),
        ("grid", QIANFO, TOWN, True),
    ],
)
async def test_feed_stays_open_if_the_officers_new_division_covers_it(
    service: Running, officer: str, seen: str, division: str, stays: bool
) -> None:
    feed = f"{await feed_of(service)}?division={seen}"
    async with by_token(service, officer, feed) as board:
        mine = OFFICERS.c.id == officer
        await service.change(update(OFFICERS).where(mine).values(division=division))
        if stays:
            for _ in range(4):
                await still_open(board)
        else:
            assert (await closed(board))[0] == 4403


async def test_page_of_another_site_is_refused_despite_the_cookie(service: Running) -> None:
    feed, browser = await feed_of(service), await signed_in(service, "commander")
    for origin in (None, "null", "https://evil.example"):
        browser.origin = origin
        for path in (feed, "/api/inbox"):
            with pytest.raises(InvalidStatus) as denied:
                await by_cookie(browser, path)
            assert denied.value.response.status_code == 403
            assert "Origin" in (denied.value.response.body or b"").decode()
