import asyncio
import itertools
from datetime import datetime, timedelta
from typing import Any

import pytest

from alerting.drill.agents.gauge import Gauge
from alerting.drill.gauges.plans import GAUGES, GaugePlan, Trouble
from alerting.drill.progress.milestones import Journal
from alerting.drill.service.client import Answer, Service
from alerting.drill.story_time import DrillError
from tests.support.clocks import story_time
from tests.support.patience import PATIENCE_SECONDS

SPEED = 60_000.0  # one story minute per millisecond
RAIN, CRACK, FLAPS, DIES, LIES = GAUGES

Json = dict[str, Any]


class Office(Service):
    """A stand-in for a gauge's client of the service. It keeps the posted readings."""

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.posted: asyncio.Queue[tuple[str, Json]] = asyncio.Queue()

    async def post(self, path: str, body: Json | None = None) -> Answer:
        assert body is not None
        (reading,) = body["readings"]
        self.posted.put_nowait((path, reading))
        return Answer(self.status, {"detail": "no"})


def gauge_of(plan: GaugePlan, office: Service, speed: float = SPEED) -> Gauge:
    time = story_time(speed)
    return Gauge(plan, office, time, Journal(time))


async def first(gauge: Gauge, office: Office, count: int) -> list[tuple[str, Json]]:
    """Return the first `count` readings of a gauge, then switch it off."""
    working = asyncio.create_task(gauge.report())
    async with asyncio.timeout(PATIENCE_SECONDS):
        found = [await office.posted.get() for _ in range(count)]
    working.cancel()
    return found


async def test_gauge_reports_a_value_of_its_curve_each_minute() -> None:
    office = Office()
    gauge = gauge_of(RAIN, office)
    posted = await first(gauge, office, 4)
    assert {path for path, _ in posted} == {"/api/sensors/rain-school/readings"}
    readings = [reading for _, reading in posted]
    assert [reading["value"] for reading in readings] == list(RAIN.curve[:4])
    assert {(reading["unit"], reading["status"]) for reading in readings} == {("mm/h", "ok")}
    at = [datetime.fromisoformat(reading["at"]) for reading in readings]
    gaps = [later - earlier for earlier, later in itertools.pairwise(at)]
    assert min(gaps) >= timedelta(seconds=59)
    assert gauge.values[:3] == list(RAIN.curve[:3])


async def test_gauge_with_wrong_clock_is_an_hour_fast() -> None:
    office = Office()
    gauge = gauge_of(LIES, office, speed=1.0)
    before = gauge.time.now()
    [(_, reading)] = await first(gauge, office, 1)
    assert before <= datetime.fromisoformat(reading["at"]) - timedelta(hours=1) <= gauge.time.now()
    assert gauge.journal.entries[0].words == f"{LIES.words} has a clock that is an hour fast"


async def test_dying_gauge_stops_reporting() -> None:
    office = Office()
    gauge = gauge_of(DIES, office)
    async with asyncio.timeout(PATIENCE_SECONDS):
        await gauge.report()
    assert office.posted.qsize() == len(DIES.curve) == len(gauge.values)
    assert gauge.journal.entries[-1].words == f"{DIES.words} dies"


async def test_time_of_first_red_value_is_kept() -> None:
    office = Office()
    gauge = gauge_of(CRACK, office)
    posted = await first(gauge, office, 13)
    red = [reading["at"] for _, reading in posted if reading["value"] >= CRACK.red]
    assert len(red) > 1
    assert gauge.red_at
    assert gauge.red_at.isoformat() == red[0]


async def test_crossings_of_a_flapping_gauge_are_counted() -> None:
    office = Office()
    gauge = gauge_of(FLAPS, office)
    await first(gauge, office, 7)
    assert gauge.crossings == 3


async def test_journal_shows_every_third_reading_of_a_sound_gauge() -> None:
    office = Office()
    gauge = gauge_of(RAIN, office)
    await first(gauge, office, 5)
    told = [entry.words for entry in gauge.journal.entries if not entry.minor]
    assert told[:2] == [f"{RAIN.words} reads 3 mm/h", f"{RAIN.words} reads 15 mm/h"]


async def test_journal_does_not_repeat_a_gauges_last_value() -> None:
    office = Office()
    gauge = gauge_of(RAIN, office)
    await first(gauge, office, 3 * len(RAIN.curve))
    told = [entry.words for entry in gauge.journal.entries if not entry.minor]
    assert len(told) == len(RAIN.curve) / 3


async def test_refused_reading_fails_the_drill() -> None:
    gauge = gauge_of(RAIN, Office(403))
    with pytest.raises(DrillError, match="rain-school/readings was refused: no"):
        await gauge.report()
    assert gauge.values == []


def test_last_three_gauges_have_one_trouble_each() -> None:
    troubles = [gauge.trouble for gauge in GAUGES]
    assert troubles == [Trouble.NONE, Trouble.NONE, Trouble.FLAPS, Trouble.DIES, Trouble.LIES]
