"""The tail of a log pushes changes at once when quiet, coalesces them under load, and ends."""

import asyncio

import pytest

from alerting.feed import tail as tails
from alerting.feed.progress import read_sent
from alerting.feed.reading import Update, read_update
from alerting.feed.tail import Tail
from alerting.roll.rules.evidence import Report
from tests.support.patience import PATIENCE_SECONDS
from tests.support.watched_city import (
    COUNTY,
    IN_QIANFO,
    INFORMANT,
    ON_ROLL,
    QIANFO,
    TOWN,
    YUANDING,
    Board,
    City,
    HeldDatabase,
    caught_up,
    counts_told,
    frames,
    fresh,
    nothing_predicted,
    until,
    watching,
)


async def test_hint_makes_the_tail_push_a_frame_at_once(
    watched_city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tails, "_POLL_SECONDS", 2 * PATIENCE_SECONDS)
    async with watching(watched_city, Board(), TOWN) as board:
        for home in ON_ROLL:
            await watched_city.say(home, Report.ELSEWHERE)
            await caught_up(watched_city, board)


async def test_change_without_a_hint_is_found_by_polling(watched_city: City) -> None:
    async with watching(watched_city, Board(), TOWN) as board:
        watched_city.bus._callbacks.clear()
        await watched_city.say(IN_QIANFO[0], Report.EVACUATED)
        await caught_up(watched_city, board)
    assert board.state == await fresh(watched_city, TOWN)


async def test_board_without_changes_gets_heartbeats(watched_city: City) -> None:
    board, other = Board(), Board()
    async with watching(watched_city, board, YUANDING), watching(watched_city, other, QIANFO):
        await until(lambda: len([f for f in board.got if f["type"] == "heartbeat"]) > 2)
        seen = len(board.got)
        await watched_city.say(IN_QIANFO[0], Report.EVACUATED)
        await until(lambda: len(board.got) > seen + 1)
        await caught_up(watched_city, board)
    assert board.got[-1]["type"] == "heartbeat"


async def test_frame_interval_grows_with_the_number_of_sockets(watched_city: City) -> None:
    tail = Tail(watched_city.database, watched_city.bus, nothing_predicted, watched_city.alert)
    for sockets, seconds in ((1, 0.02), (200, 0.02), (1_000, 0.02), (5_000, 0.1)):
        tail._sockets_written = sockets
        assert tail._interval() == pytest.approx(seconds)
    tail.end()


async def test_frame_interval_is_twice_the_processor_time_of_a_long_read(
    watched_city: City,
) -> None:
    tail = Tail(watched_city.database, watched_city.bus, nothing_predicted, watched_city.alert)
    tail._busy = 0.3
    assert tail._interval() == pytest.approx(0.6)
    tail.end()


async def test_heartbeat_holds_no_frame_back(watched_city: City) -> None:
    async with watching(watched_city, Board(), TOWN) as board:
        (tail,) = watched_city.hub._tails.values()
        tail._scopes[TOWN].sent_at = 0.0
        assert tail._seq is not None
        assert tail._push(Update(tail._seq, {})) == 0
        assert board.got[-1]["type"] == "heartbeat"


async def test_frames_are_at_least_one_interval_apart(watched_city: City) -> None:
    async with watching(watched_city, Board(), TOWN) as board:
        began = asyncio.get_running_loop().time()
        for number in range(150):
            await watched_city.say(ON_ROLL[0], Report.EVACUATED, 1 + number % 2)
        took = asyncio.get_running_loop().time() - began
    assert len(frames(board)) <= took / 0.02 + 2


async def test_board_of_a_new_division_waits_for_the_running_pass(database_url: str) -> None:
    watched_city = City(database_url, HeldDatabase(database_url, read_update))
    await watched_city.open()
    held, newcomer = watched_city.database, Board()
    assert isinstance(held, HeldDatabase)
    async with watching(watched_city, Board(), TOWN):
        held.before.clear()
        await held.reached.wait()
        joining = asyncio.create_task(joined(watched_city, newcomer))
        await asyncio.sleep(0.1)
        await watched_city.say(IN_QIANFO[0], Report.EVACUATED)
        held.before.set()
        await joining
    assert newcomer.state == await fresh(watched_city, QIANFO)
    await watched_city.close()


async def joined(watched_city: City, board: Board) -> None:
    async with watching(watched_city, board, QIANFO):
        await caught_up(watched_city, board)


async def test_many_changes_are_coalesced_into_few_frames(watched_city: City) -> None:
    homes = ON_ROLL * 30
    async with watching(watched_city, Board(), TOWN) as board:
        said = (watched_city.say(home, Report.EVACUATED, 1 + n % 2) for n, home in enumerate(homes))
        await asyncio.gather(*said)
        await caught_up(watched_city, board)
    assert 1 <= len(frames(board)) <= len(homes) / 4
    assert board.state == await fresh(watched_city, TOWN)


async def test_tail_ends_with_its_last_board(watched_city: City) -> None:
    async with watching(watched_city, Board(), TOWN):
        async with watching(watched_city, Board(), COUNTY):
            pass
        (tail,) = watched_city.hub._tails.values()
        assert not tail.ended
    await until(lambda: tail.ended)
    assert not watched_city.hub._tails
    assert not watched_city.bus._callbacks["alerts"]


async def test_frames_do_not_wait_for_delivery_counts(database_url: str) -> None:
    watched_city = City(database_url, HeldDatabase(database_url, read_sent))
    await watched_city.open()
    held = watched_city.database
    assert isinstance(held, HeldDatabase)
    async with watching(watched_city, Board(), TOWN) as board:
        held.before.clear()
        await watched_city.owe(INFORMANT)
        await held.reached.wait()
        for home in IN_QIANFO:
            await watched_city.say(home, Report.EVACUATED)
        await until(lambda: evacuated(board) == len(IN_QIANFO))
        assert board.state["deliveries"] == {}
        held.before.set()
        await caught_up(watched_city, board)
        assert board.state["deliveries"] == {"village": {"websocket": {"queued": 1}}}
    await watched_city.close()


async def test_delivery_counts_have_their_own_frames(watched_city: City) -> None:
    board, other = Board(), Board()
    async with watching(watched_city, board, TOWN), watching(watched_city, other, QIANFO):
        for _ in range(3):
            await watched_city.owe(INFORMANT)
            await caught_up(watched_city, board, other)
    assert counts_told(other) == []
    assert counts_told(board)[-1] == {"village": {"websocket": {"queued": 3}}}
    assert frames(board) == []


def evacuated(board: Board) -> int:
    count: int = board.state["total"]["households"]["evacuated"]
    return count
