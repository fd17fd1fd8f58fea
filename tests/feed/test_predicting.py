"""Predictions for boards: made once for all of a division, at a bounded rate, never left stale."""

import asyncio
from collections.abc import Collection

import pytest
from sqlalchemy.exc import SQLAlchemyError

from alerting.feed import predicting
from alerting.feed.predicting import Made, Predicting
from alerting.roll.rules.evidence import Report
from tests.support.watched_city import (
    COUNTY,
    IN_QIANFO,
    QIANFO,
    TOWN,
    Board,
    City,
    predicted,
    until,
    watching,
)


class Oracle:
    """Predicts the number of its read; a read waits while `open` is cleared."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []
        self.failures: list[Exception] = []
        self.busy = 0.0
        self.open = asyncio.Event()
        self.open.set()

    async def __call__(self, _alert: int, divisions: Collection[str]) -> Made:
        self.asked.append(tuple(divisions))
        number = len(self.asked)
        await self.open.wait()
        if self.failures:
            raise self.failures.pop()
        return Made({division: predicted(number) for division in divisions}, self.busy)


async def test_predicting_begins_on_request_and_tells_each_read() -> None:
    oracle, told = Oracle(), list[int]()
    watched = [f"village{number}" for number in range(6)]
    found = Predicting(oracle, 1, lambda: watched, lambda: told.append(len(found.latest)))
    await asyncio.sleep(0)
    assert not oracle.asked
    found.ask()
    await until(lambda: len(found.latest) == 6)
    assert oracle.asked == [tuple(watched[:4]), tuple(watched[4:])]
    assert told == [4, 6]
    found.end()


async def test_division_that_was_opened_last_comes_first_and_one_that_was_left_goes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(predicting, "_LEAST_SECONDS", 0.0)
    oracle, watched = Oracle(), ["a", "b", "c", "d"]
    found = Predicting(oracle, 1, lambda: watched, lambda: None)
    found.ask()
    await until(lambda: len(found.latest) == 4)
    watched[:] = ["b", "c", "d", "e", "f"]
    found.ask()
    await until(lambda: len(oracle.asked) == 3)
    assert oracle.asked[1:] == [("e", "f", "b", "c"), ("d",)]
    assert set(found.latest) == {"b", "c", "d", "e", "f"}
    found.end()


async def test_failed_read_is_retried_and_spares_what_is_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(predicting, "_LEAST_SECONDS", 0.0)
    oracle = Oracle()
    found = Predicting(oracle, 1, lambda: [TOWN], lambda: None)
    found.ask()
    await until(lambda: found.latest.get(TOWN) == predicted(1))
    oracle.failures.append(SQLAlchemyError("away"))
    found.ask()
    await until(lambda: found.latest.get(TOWN) == predicted(3))
    found.end()


@pytest.mark.parametrize(("waits", "busy", "rests"), [(0.0, 0.05, 0.45), (0.3, 0.0, 0.3)])
async def test_predicting_leaves_nine_tenths_of_a_core_and_half_of_the_time(
    monkeypatch: pytest.MonkeyPatch, waits: float, busy: float, rests: float
) -> None:
    monkeypatch.setattr(predicting, "_LEAST_SECONDS", 0.0)
    oracle, clock = Oracle(), asyncio.get_running_loop().time
    oracle.busy = busy
    found = Predicting(oracle, 1, lambda: [TOWN], lambda: None)
    oracle.open.clear()
    found.ask()
    await until(lambda: oracle.asked)
    await asyncio.sleep(waits)
    oracle.open.set()
    found.ask()
    ended = clock()
    await until(lambda: found.latest.get(TOWN) == predicted(2))
    assert clock() - ended >= rests
    found.end()


async def test_all_boards_of_a_division_get_its_prediction_and_no_others(
    watched_city: City,
) -> None:
    watched_city.predicted = {TOWN: predicted(7)}
    async with (
        watching(watched_city, Board(), TOWN) as board,
        watching(watched_city, Board(), TOWN) as other,
        watching(watched_city, Board(), QIANFO) as village,
        watching(watched_city, Board(), COUNTY) as county,
    ):
        await until(lambda: board.state["prediction"] and other.state["prediction"])
        assert board.state["prediction"] == other.state["prediction"] == predicted(7)
        assert village.state["prediction"] is county.state["prediction"] is None


async def test_change_of_the_alert_brings_a_new_prediction(
    watched_city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(predicting, "_LEAST_SECONDS", 0.0)
    watched_city.predicted = {TOWN: predicted(7)}
    async with watching(watched_city, Board(), TOWN) as board:
        await until(lambda: board.state["prediction"] == predicted(7))
        watched_city.predicted = {TOWN: predicted(8)}
        await watched_city.say(IN_QIANFO[0], Report.EVACUATED)
        await until(lambda: board.state["prediction"] == predicted(8))
