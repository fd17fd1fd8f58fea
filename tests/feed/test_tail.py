"""How soon, how often, and for how long a log is followed."""

import asyncio

from tests.feed.city import (
    COUNTY,
    IN_QIANFO,
    ON_ROLL,
    QIANFO,
    TOWN,
    YUANDING,
    Board,
    City,
    caught_up,
    frames,
    fresh,
    until,
    watching,
)

from alerting.core.standing import Report


async def test_a_quiet_alert_is_told_at_once_by_the_hint(city: City) -> None:
    async with watching(city, Board(), TOWN) as board:
        began = asyncio.get_running_loop().time()
        for home in ON_ROLL:
            await city.say(home, Report.ELSEWHERE)
            await caught_up(city, board)
        took = asyncio.get_running_loop().time() - began
    # By polls alone each would take half a second.
    assert took < 0.25 * len(ON_ROLL)


async def test_a_lost_hint_costs_a_poll(city: City) -> None:
    async with watching(city, Board(), TOWN) as board:
        city.bus._callbacks.clear()
        await city.say(IN_QIANFO[0], Report.EVACUATED)
        await caught_up(city, board)
    assert board.state == await fresh(city, TOWN)


async def test_a_silent_board_gets_a_heartbeat_each_second(city: City) -> None:
    board, other = Board(), Board()
    async with watching(city, board, YUANDING), watching(city, other, QIANFO):
        await until(5, lambda: len([f for f in board.got if f["type"] == "heartbeat"]) > 2)
        began = asyncio.get_running_loop().time()
        seen = len(board.got)
        await city.say(IN_QIANFO[0], Report.EVACUATED)
        await until(5, lambda: len(board.got) > seen + 1)
        assert asyncio.get_running_loop().time() - began < 3
        await caught_up(city, board)
    assert board.got[-1]["type"] == "heartbeat"


async def test_load_is_coalesced(city: City) -> None:
    homes = ON_ROLL * 30
    async with watching(city, Board(), TOWN) as board:
        said = (city.say(home, Report.EVACUATED, 1 + n % 2) for n, home in enumerate(homes))
        await asyncio.gather(*said)
        await caught_up(city, board)
    assert 1 <= len(frames(board)) <= len(homes) / 4
    assert board.state == await fresh(city, TOWN)


async def test_the_tail_ends_with_its_last_board(city: City) -> None:
    async with watching(city, Board(), TOWN):
        async with watching(city, Board(), COUNTY):
            pass
        (tail,) = city.hub._tails.values()
        assert not tail.ended
    await until(5, lambda: tail.ended)
    assert not city.hub._tails
    assert not city.bus._callbacks["alerts"]
