"""A board shows the right state in the end, even if reports arrive while it connects."""

import asyncio
import contextlib
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from alerting.errors import NotFoundError
from alerting.feed import reading, snapshots
from alerting.feed.tail import Hub
from alerting.ledger.events.officers import OfficerConfirmed
from alerting.roll.rules.evidence import Report
from tests.support.watched_city import (
    CITY,
    COMMANDER,
    COUNTY,
    FAR,
    GRID,
    IN_FAR,
    IN_GRID,
    IN_QIANFO,
    IN_YUANDING,
    INFORMANT,
    ON_ROLL,
    OTHER_TOWN,
    QIANFO,
    TOWN,
    YUANDING,
    Board,
    City,
    HeldDatabase,
    caught_up,
    divisions_of,
    follow,
    frames,
    fresh,
    never_now,
    nothing_predicted,
    texts_of,
    until,
    watching,
)

SCOPES = (CITY, COUNTY, TOWN, QIANFO, GRID, YUANDING)


async def test_board_gets_only_its_own_division(watched_city: City) -> None:
    board, other = Board(), Board()
    async with watching(watched_city, board, QIANFO), watching(watched_city, other, YUANDING):
        for home in (*IN_QIANFO, *IN_GRID):
            await watched_city.say(home, Report.EVACUATED)
        await watched_city.append(OfficerConfirmed(channel="web"), QIANFO, INFORMANT)
        await caught_up(watched_city, board, other)
    assert divisions_of(board.got) == {QIANFO, GRID, *IN_QIANFO, *IN_GRID}
    assert divisions_of(other.got) == {YUANDING, *IN_YUANDING}
    assert frames(other) == []


async def test_boards_get_the_widened_area_and_the_closed_state(watched_city: City) -> None:
    async with watching(watched_city, Board(), COUNTY) as board:
        await watched_city.reach(FAR)
        await caught_up(watched_city, board)
        assert set(frames(board)[-1]["tallies"]) >= {FAR}
        assert board.state["alert"]["divisions"] == [TOWN, FAR]
        await watched_city.end()
        await caught_up(watched_city, board)
    assert board.state["alert"]["state"] == "closed"
    assert [event["kind"] for event in frames(board)[-1]["events"]] == ["alert.closed"]
    assert board.state == await fresh(watched_city, COUNTY)


async def test_board_loses_delivery_counts_when_the_area_exceeds_its_division(
    watched_city: City,
) -> None:
    async with watching(watched_city, Board(), TOWN) as board:
        await watched_city.owe(INFORMANT)
        await caught_up(watched_city, board)
        assert board.state["deliveries"]
        await watched_city.reach(OTHER_TOWN)
        await caught_up(watched_city, board)
    assert board.state == await fresh(watched_city, TOWN)


async def test_resuming_board_gets_missed_entries_in_one_frame(watched_city: City) -> None:
    board = Board()
    async with watching(watched_city, board, TOWN):
        pass
    for home in IN_YUANDING:
        await watched_city.say(home, Report.STAYING)
    await watched_city.append(OfficerConfirmed(channel="web"), QIANFO, INFORMANT)
    async with watching(watched_city, board, TOWN):
        assert board.kinds() == ["snapshot", "frame"]
        (frame,) = frames(board)
        assert set(frame["tallies"]) == {YUANDING}
        assert [event["kind"] for event in frame["events"]] == ["officer.confirmed"]
    assert board.state == await fresh(watched_city, TOWN)


async def test_resuming_board_that_missed_nothing_gets_an_empty_frame(watched_city: City) -> None:
    board = Board()
    async with watching(watched_city, board, TOWN):
        pass
    async with watching(watched_city, board, TOWN):
        assert board.kinds() == ["snapshot", "frame"]
        assert not any(frame["tallies"] for frame in frames(board))


async def test_resuming_board_at_the_end_of_the_log_gets_delivery_counts(
    watched_city: City,
) -> None:
    board = Board()
    await watched_city.owe(INFORMANT)
    async with watching(watched_city, board, TOWN):
        pass
    board.state["deliveries"] = {"village": {"websocket": {"queued": 7}}}
    async with watching(watched_city, board, TOWN):
        assert board.state["deliveries"] == {"village": {"websocket": {"queued": 1}}}
    assert board.state == await fresh(watched_city, TOWN)


async def test_board_with_an_unknown_sequence_number_is_reset(watched_city: City) -> None:
    board = Board()
    board.seq = 1_000_000
    async with watching(watched_city, board, TOWN):
        await until(lambda: board.state)
    assert board.kinds() == ["reset", "snapshot"]


async def test_board_too_far_behind_is_reset(
    watched_city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_ENTRIES_AT_MOST", 3)
    board = Board()
    async with watching(watched_city, board, TOWN):
        pass
    for home in IN_YUANDING:
        await watched_city.say(home, Report.STAYING)
    async with watching(watched_city, board, TOWN):
        assert board.kinds() == ["snapshot", "frame"]
    for home in (*IN_YUANDING, IN_QIANFO[0]):
        await watched_city.say(home, Report.EVACUATED)
    async with watching(watched_city, board, TOWN):
        await until(lambda: board.state)
    assert board.kinds() == ["snapshot", "frame", "reset", "snapshot"]
    assert board.state == await fresh(watched_city, TOWN)


async def test_new_boards_share_a_snapshot_and_miss_nothing(
    watched_city: City,
) -> None:
    boards = [Board() for _ in range(20)]
    async with contextlib.AsyncExitStack() as stack:
        for number, board in enumerate(boards):
            await stack.enter_async_context(watching(watched_city, board, TOWN))
            await watched_city.say(ON_ROLL[number % len(ON_ROLL)], Report.EVACUATED, 1)
        await caught_up(watched_city, *boards)
        expected = await fresh(watched_city, TOWN)
        assert [board.state for board in boards] == [expected] * len(boards)
        assert len({board.got[0]["seq"] for board in boards}) < len(boards)


async def test_events_during_snapshot_read_are_not_missed(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The new board must not get a cached snapshot.
    monkeypatch.setattr(snapshots, "_HELD_SECONDS", 0.0)
    watched_city = City(database_url, HeldDatabase(database_url, reading.read_snapshot))
    await watched_city.open()
    held, board = watched_city.database, Board()
    assert isinstance(held, HeldDatabase)
    async with watching(watched_city, Board(), TOWN) as present:
        held.after.clear()
        joining = asyncio.create_task(joined(watched_city, board))
        await held.reached.wait()
        await watched_city.say(IN_QIANFO[0], Report.EVACUATED)
        await caught_up(watched_city, present)
        held.after.set()
        await joining
        assert board.kinds() == ["snapshot", "frame"]
        assert board.state == present.state
    await watched_city.close()


async def joined(watched_city: City, board: Board) -> None:
    async with watching(watched_city, board, TOWN):
        await caught_up(watched_city, board)


async def test_alert_outside_the_boards_division_is_not_found(watched_city: City) -> None:
    with pytest.raises(NotFoundError):
        await anext(watched_city.hub.watch(watched_city.alert, FAR, None, never_now))


async def test_division_is_watched_while_a_board_is_open(watched_city: City) -> None:
    async with watching(watched_city, Board(), TOWN):
        assert watched_city.hub.is_watched(watched_city.alert, TOWN)
        assert not watched_city.hub.is_watched(watched_city.alert, FAR)
        assert not watched_city.hub.is_watched(watched_city.alert + 1, TOWN)
    assert not watched_city.hub.is_watched(watched_city.alert, TOWN)


async def test_two_processes_show_the_same_state(watched_city: City) -> None:
    board, other = Board(), Board()
    neighbour = Hub(watched_city.database, watched_city.bus, nothing_predicted)
    async with watching(watched_city, board, TOWN):
        watch = neighbour.watch(watched_city.alert, TOWN, None, never_now)
        async with contextlib.aclosing(watch) as sent:
            other.take(*texts_of(await anext(sent)))
            await watched_city.say(IN_QIANFO[0], Report.EVACUATED)
            while other.state["total"]["households"]["evacuated"] == 0:
                other.take(*texts_of(await anext(sent)))
        await caught_up(watched_city, board)
    neighbour.close()
    assert board.state == other.state


async def _say(watched_city: City, chance: random.Random) -> None:
    home = chance.choice((*ON_ROLL, *IN_FAR))
    by = chance.choice((COMMANDER, "+8610000000001"))
    await watched_city.say(home, chance.choice(list(Report)), chance.choice((None, 0, 1, 2, 9)), by)


async def _widen(watched_city: City, _chance: random.Random) -> None:
    await watched_city.reach(FAR)


async def _confirm(watched_city: City, chance: random.Random) -> None:
    await watched_city.append(OfficerConfirmed(channel="web"), chance.choice(SCOPES), INFORMANT)


async def _owe(watched_city: City, chance: random.Random) -> None:
    await watched_city.owe(INFORMANT)
    if chance.random() < 0.5:
        await watched_city.deliver(INFORMANT)


DEEDS: list[Callable[[City, random.Random], Any]] = [*[_say] * 8, _widen, _confirm, _owe]


@dataclass
class Writing:
    """A writer of random reports, with the number written so far."""

    watched_city: City
    chance: random.Random
    done: int = 0

    async def go(self, times: int) -> None:
        for _ in range(times):
            await self.chance.choice(DEEDS)(self.watched_city, self.chance)
            self.done += 1
            await turns(self.chance)


async def turns(chance: random.Random) -> None:
    """Yield to the event loop a random number of times."""
    for _ in range(chance.randrange(10)):
        await asyncio.sleep(0)


@pytest.mark.parametrize("seed", range(2))
async def test_reconnected_boards_end_like_a_new_board(watched_city: City, seed: int) -> None:
    chance = random.Random(seed)
    boards = {division: Board() for division in SCOPES}
    for _ in range(6):
        async with contextlib.AsyncExitStack() as stack:
            connected = chance.sample(SCOPES, chance.randint(1, len(SCOPES)))
            writing = asyncio.create_task(Writing(watched_city, chance).go(12))
            for division in connected:
                await stack.enter_async_context(watching(watched_city, boards[division], division))
                await turns(chance)
            await writing
            await caught_up(watched_city, *(boards[division] for division in connected))
            for division in connected:
                assert boards[division].state == await fresh(watched_city, division)


async def cut_again_and_again(
    writing: Writing,
    board: Board,
    division: str,
    chance: random.Random,
    running: asyncio.Task[None],
) -> None:
    while not running.done():
        following = asyncio.create_task(follow(writing.watched_city, board, division))
        # The connection is often cut before the first frame, and sometimes after many.
        enough = len(board.got) + chance.choice((0, 0, 1, 4))
        await turns(chance)
        await until(lambda enough=enough: len(board.got) >= enough or running.done())
        following.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await following
        missed = writing.done + chance.choice((0, 1, 6))
        await until(lambda missed=missed: writing.done >= missed or running.done())


@pytest.mark.parametrize(("seed", "reach"), [(1, 10_000), (2, 3)])
async def test_boards_cut_at_random_end_like_a_new_board(
    watched_city: City, seed: int, reach: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_ENTRIES_AT_MOST", reach)
    chance = random.Random(seed)
    boards = [(division, Board()) for division in SCOPES * 2]
    async with contextlib.AsyncExitStack() as stack:
        for division, board in boards:
            await stack.enter_async_context(watching(watched_city, board, division))
    writing = Writing(watched_city, chance)
    running = asyncio.create_task(writing.go(80))
    cuts = (
        cut_again_and_again(writing, b, d, random.Random(chance.random()), running)
        for d, b in boards
    )
    await asyncio.gather(running, *cuts)
    for division, board in boards:
        async with watching(watched_city, board, division):
            await caught_up(watched_city, board)
        assert board.state == await fresh(watched_city, division)
    assert any(board.kinds().count("frame") > 1 for _, board in boards)
    assert any("reset" in board.kinds() for _, board in boards) == (reach < 10_000)
