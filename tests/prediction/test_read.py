"""Predictions are cached for a while and shared by all callers."""

import asyncio

from alerting.alerts.correct import cancel
from alerting.board.curve import Curves
from alerting.feed.predicted import PredictionKind, Withheld
from alerting.prediction.read import Predictions
from tests.support.city import NEXT_VILLAGE, QIANFO, TOWN
from tests.support.running import Workplace


class Seconds:
    """A clock that a test sets."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_prediction_is_cached_for_two_seconds(work: Workplace) -> None:
    await work.raised("commander", QIANFO)
    seconds = Seconds()
    predictions = Predictions(work.runtime, Curves(), seconds)
    caller = work.somebody("commander")
    first = await predictions.read(caller, 1, None)
    await work.raised("commander", TOWN)
    seconds.now = 1.9
    assert await predictions.read(caller, 1, None) is first
    seconds.now = 2.1
    assert await predictions.read(caller, 1, None) is not first


async def test_concurrent_callers_share_one_prediction(work: Workplace) -> None:
    await work.raised("commander", QIANFO)
    predictions = Predictions(work.runtime, Curves(), Seconds())
    caller = work.somebody("commander")
    found = await asyncio.gather(*(predictions.read(caller, 1, None) for _ in range(20)))
    assert all(each is found[0] for each in found)


async def test_each_division_has_its_own_prediction(work: Workplace) -> None:
    await work.raised("commander", TOWN)
    predictions = Predictions(work.runtime, Curves(), Seconds())
    caller = work.somebody("commander")
    here, there = [await predictions.read(caller, 1, each) for each in (QIANFO, NEXT_VILLAGE)]
    assert here is not there


async def test_new_state_of_the_alert_is_not_cached(work: Workplace) -> None:
    await work.raised("commander", QIANFO)
    predictions = Predictions(work.runtime, Curves(), Seconds())
    caller = work.somebody("commander")
    assert (await predictions.read(caller, 1, None)).prediction.kind is PredictionKind.RANGE
    await cancel(work.runtime, caller, 1, "false")
    assert (await predictions.read(caller, 1, None)).prediction.reason is Withheld.OVER
