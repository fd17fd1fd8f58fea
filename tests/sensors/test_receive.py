"""Readings are stored and judged, and lead to notes, proposals and alerts within rate limits."""

import pytest
from sqlalchemy import select, update

from alerting.cap.lifecycle import AlertState
from alerting.errors import TooManyError
from alerting.ledger.tables import alerts
from alerting.sensors.rules import Level, News, Verdict
from alerting.sensors.store import PER_MINUTE, keep
from alerting.sensors.tables import sensor_readings
from tests.support.city import NOW
from tests.support.sensors import GAUGE, POLICY, Hut, open_hut, reading

OVER = update(alerts).values(state=AlertState.CANCELLED)


async def test_yellow_is_noted_and_raises_no_alert(hut: Hut) -> None:
    assert (await hut.read(31)).level is Level.YELLOW
    assert (hut.news(), hut.alerts()) == (["yellow"], [])


async def test_red_proposes_an_exercise_in_a_drill(hut: Hut) -> None:
    await hut.read(55)
    assert (hut.news(), hut.known().alert) == (["red"], 1)
    assert hut.alerts() == [("proposed", "sensor:gauge-1")]
    assert hut.work.log() == ["alert.proposed", "approval.asked", "sensor.told"]
    (row,) = hut.work.rows(select(alerts.c.status, alerts.c.request))
    assert row.status == "Exercise"
    assert "gauge-1: 55 mm/h >= 50" in row.request


async def test_alert_is_raised_in_the_officers_name_if_the_policy_says_so(hut: Hut) -> None:
    await hut.read(9.5, name="crack-1")
    assert hut.alerts() == [("open", "county-duty")]
    assert (hut.work.log()[0], hut.work.log()[-1]) == ("alert.raised", "sensor.told")


@pytest.mark.parametrize(
    ("officer", "why"), [("nobody", "no officer"), ("far-commander", "not within your division")]
)
async def test_alert_that_cannot_be_raised_at_once_is_proposed(
    database_url: str, officer: str, why: str
) -> None:
    async with open_hut(database_url, POLICY.replace("county-duty", officer)) as hut:
        await hut.read(9.5, name="crack-1")
        assert hut.alerts() == [("proposed", "sensor:crack-1")]
        assert why in hut.details()[0]


async def test_red_in_a_place_outside_the_roster_is_noted(database_url: str) -> None:
    async with open_hut(database_url, GAUGE.replace("511921100208", "511921100299")) as hut:
        await hut.read(55)
        assert hut.news() == ["red"]


async def test_flapping_sensor_makes_only_one_proposal_while_it_waits(hut: Hut) -> None:
    for minute in range(60):
        await hut.read(55 if minute % 2 else 1, minutes=minute)
    assert (len(hut.alerts()), hut.news(), hut.known().suppressed) == (1, ["red"], 29)


async def test_red_is_proposed_again_after_thirty_minutes(hut: Hut) -> None:
    await hut.read(55)
    hut.work.change(OVER)
    await hut.read(1, minutes=1)
    await hut.read(55, minutes=2)
    await hut.read(56, minutes=29)
    assert (len(hut.alerts()), hut.known().owes) == (1, {News.RED})
    await hut.read(57, minutes=30)
    assert (len(hut.alerts()), hut.known().owes, hut.known().alert) == (2, set(), 2)


async def test_held_back_red_is_dropped_once_it_is_over(hut: Hut) -> None:
    await hut.read(55)
    hut.work.change(OVER)
    await hut.read(1, minutes=1)
    await hut.read(55, minutes=2)
    await hut.read(1, minutes=3)
    await hut.read(2, minutes=31)
    assert (len(hut.alerts()), hut.known().owes) == (1, set())


async def test_yellow_is_told_at_most_once_in_ten_minutes(hut: Hut) -> None:
    for minute in range(12):
        await hut.read(1 if minute % 2 else 31, minutes=minute)
    assert (hut.news(), hut.known().suppressed) == (["yellow", "yellow"], 4)


async def test_reading_is_stored_with_its_verdict(hut: Hut) -> None:
    received = await hut.take([reading(None), reading(5, unit="cm"), reading(5)])
    assert received.verdicts == (Verdict.NO_NUMBER, Verdict.WRONG_UNIT, Verdict.COUNTED)
    again = await hut.take([reading(5)])
    assert again.verdicts == (Verdict.DUPLICATE,)
    rows = hut.work.rows(select(sensor_readings).order_by(sensor_readings.c.id))
    assert [row.verdict for row in rows] == ["no_number", "wrong_unit", "counted", "duplicate"]
    assert [row.unit for row in rows] == ["mm/h", "cm", "mm/h", "mm/h"]


async def test_readings_left_by_a_stopped_process_are_judged_with_the_next(hut: Hut) -> None:
    await hut.work.runtime.ledger.write(
        lambda tx: keep(tx.connection, "gauge-1", [reading(55)], NOW)
    )
    assert (await hut.take([reading(55)])).verdicts == (Verdict.DUPLICATE,)
    assert (len(hut.alerts()), hut.known().state.level) == (1, Level.RED)


async def test_request_without_readings_changes_nothing(hut: Hut) -> None:
    assert (await hut.take([])).verdicts == ()
    assert hut.news() == []


async def test_sensor_that_sends_too_much_is_refused(hut: Hut) -> None:
    many = [reading(each) for each in range(PER_MINUTE)]
    await hut.take(many)
    with pytest.raises(TooManyError):
        await hut.read(1)
    assert (await hut.read(1, minutes=2)).verdicts == (Verdict.COUNTED,)


async def test_reading_that_changed_the_level_is_marked(hut: Hut) -> None:
    await hut.take([reading(1), reading(31, 1), reading(32, 2)], minutes=2)
    marks = select(sensor_readings.c.changed_level).order_by(sensor_readings.c.id)
    assert hut.work.rows(marks) == [(False,), (True,), (False,)]
