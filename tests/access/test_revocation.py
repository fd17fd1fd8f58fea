"""The guard's rounds: which watches end, which stay, and how many queries a round takes."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, event, update
from sqlalchemy.exc import OperationalError

from alerting.access import revocation as guard_module
from alerting.access.revocation import Ending, Guard
from alerting.ledger.writer import Transaction
from alerting.runtime import wall_clock
from contacts.sign_in.credentials import (
    Credential,
    CredentialKind,
    hash_of,
    issue_token,
    revoke_tokens,
)
from contacts.sign_in.sessions import begin_session, revoke_sessions, sessions_of
from contacts.tables import OFFICERS
from tests.support.patience import PATIENCE_SECONDS
from tests.support.watched_city import COMMANDER, COUNTY, OTHER_TOWN, QIANFO, TOWN, City, until

NOW = wall_clock()


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard_module, "_ROUND_SECONDS", 0.05)


@pytest.fixture
async def guard(watched_city: City) -> AsyncIterator[Guard]:
    guard = Guard(watched_city.database, watched_city.ledger)
    async with going_round(guard):
        yield guard


@contextlib.asynccontextmanager
async def going_round(guard: Guard) -> AsyncIterator[None]:
    running = asyncio.create_task(guard.run())
    yield
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running


async def write(watched_city: City, work: Callable[[Connection], Any]) -> Any:
    def unit(transaction: Transaction) -> Any:
        return work(transaction.connection)

    return await watched_city.ledger.write(unit)


async def browser(
    watched_city: City, officer: str = COMMANDER, ago: timedelta = timedelta(0)
) -> str:
    token: str = await write(
        watched_city, lambda db: begin_session(db, officer, wall_clock() - ago, "")
    )
    return token


def cookie(token: str) -> Credential:
    return Credential(CredentialKind.SESSION, hash_of(token))


async def ending(over: asyncio.Future[Ending]) -> Ending:
    async with asyncio.timeout(PATIENCE_SECONDS):
        return await over


async def rounds() -> None:
    """Wait long enough for several rounds of the guard."""
    await asyncio.sleep(0.3)


async def test_sign_out_ends_only_watches_of_that_credential(
    watched_city: City, guard: Guard
) -> None:
    token = await write(watched_city, lambda db: issue_token(db, COMMANDER, NOW, timedelta(days=1)))
    bearer = Credential(CredentialKind.BEARER, hash_of(token))
    session = cookie(await browser(watched_city))
    with (
        guard.watching(bearer, TOWN) as by_token,
        guard.watching(session, TOWN) as board,
        guard.watching(session, None) as inbox,
    ):
        await rounds()
        await write(watched_city, lambda db: revoke_sessions(db, COMMANDER, wall_clock()))
        assert {await ending(board), await ending(inbox)} == {Ending.SIGNED_OUT}
        await rounds()
        assert not by_token.done()
        await write(watched_city, lambda db: revoke_tokens(db, COMMANDER, wall_clock()))
        assert await ending(by_token) is Ending.SIGNED_OUT


async def test_move_ends_only_watches_beyond_the_new_division(
    watched_city: City, guard: Guard
) -> None:
    session = cookie(await browser(watched_city))
    with (
        guard.watching(session, QIANFO) as village,
        guard.watching(session, None) as inbox,
    ):
        for division in (COUNTY, QIANFO):
            await write(watched_city, partial(Connection.execute, statement=moved(division)))
            await rounds()
            assert not village.done()
        await write(watched_city, partial(Connection.execute, statement=moved(OTHER_TOWN)))
        assert await ending(village) is Ending.BEYOND
        assert not inbox.done()


def moved(division: str) -> Any:
    return update(OFFICERS).where(OFFICERS.c.id == COMMANDER).values(division=division)


async def test_round_takes_one_query_for_all_watches(watched_city: City) -> None:
    guard = Guard(watched_city.database, watched_city.ledger)
    sessions = [cookie(await browser(watched_city)) for _ in range(3)]
    statements: list[str] = []

    def count(_c: Any, _cur: Any, statement: str, *_rest: Any) -> None:
        # An engine reads the encryption keys once, in a query that does not count here.
        if statement.startswith("SELECT") and "encryption_keys" not in statement:
            statements.append(statement)

    reader = watched_city.database._reader
    event.listen(reader, "before_cursor_execute", count)
    with contextlib.ExitStack() as watches:
        for session in sessions * 100:
            watches.enter_context(guard.watching(session, TOWN))
        await guard._check(wall_clock())
        event.remove(reader, "before_cursor_execute", count)
    assert len(statements) == 1
    assert not guard._watches


@pytest.mark.usefixtures("guard")
async def test_round_without_watches_takes_no_query(watched_city: City) -> None:
    statements: list[str] = []
    reader = watched_city.database._reader
    event.listen(reader, "before_cursor_execute", lambda *given: statements.append(given[2]))
    await rounds()
    assert statements == []


async def test_database_outage_ends_no_watch(
    watched_city: City, guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, tries = cookie(await browser(watched_city)), 0

    async def away(_query: Any) -> Any:
        nonlocal tries
        tries += 1
        raise OperationalError("SELECT", {}, Exception("away"))

    with guard.watching(session, TOWN) as over:
        with monkeypatch.context() as patch:
            patch.setattr(watched_city.database, "read", away)
            await write(watched_city, lambda db: revoke_sessions(db, COMMANDER, wall_clock()))
            await until(lambda: tries > 1)
            assert not over.done()
        assert await ending(over) is Ending.SIGNED_OUT


async def seen(watched_city: City) -> list[float]:
    """Return how long ago each of the commander's sessions was last seen, in seconds."""
    now = wall_clock()
    found = await watched_city.database.read(lambda db: sessions_of(db, COMMANDER, now))
    return [(now - each.last_seen_at).total_seconds() for each in found]


async def until_seen(watched_city: City, holds: Callable[[list[float]], bool]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not holds(await seen(watched_city)):  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.02)


async def test_last_seen_time_is_stored(watched_city: City, guard: Guard) -> None:
    first = await browser(watched_city, ago=timedelta(minutes=5))
    await browser(watched_city, ago=timedelta(minutes=6))
    guard.saw(cookie(first))
    await until_seen(watched_city, lambda ago: min(ago) < 300)
    assert max(await seen(watched_city)) > 300


async def test_open_socket_updates_last_seen_every_minute(
    watched_city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = cookie(await browser(watched_city, ago=timedelta(minutes=5)))
    guard = Guard(watched_city.database, watched_city.ledger)
    async with going_round(guard):
        with guard.watching(session, TOWN):
            await rounds()
            assert min(await seen(watched_city)) > 300
            monkeypatch.setattr(guard, "_noted_at", wall_clock() - timedelta(minutes=1))
            await until_seen(watched_city, lambda ago: max(ago) < 300)
