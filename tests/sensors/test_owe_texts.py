"""Texts about a sensor's news: who gets them, what they say, and how many there are."""

import pytest
from sqlalchemy import delete, insert, select, update

from alerting.escalation.loop import Escalator
from alerting.messages.text import segments
from alerting.sensors.rules import News
from alerting.sensors.tables import sensor_texts
from contacts.tables import OFFICER_PHONES, OFFICERS
from tests.support.city import NOW, QIANFO, TOWN, officer_phone
from tests.support.sensors import GAUGE, Hut, open_hut, reading

OWED = select(sensor_texts).order_by(sensor_texts.c.id)


def owed(hut: Hut) -> list[tuple[str, str]]:
    """Return the (officer, kind) of each stored text, in order."""
    return [(row.officer, row.kind) for row in hut.work.rows(OWED)]


async def test_yellow_is_texted_to_the_informant_and_the_officer_on_duty(hut: Hut) -> None:
    await hut.read(31.5)
    assert owed(hut) == [("informant", "sensor_yellow"), ("grid", "sensor_yellow")]
    first, second = hut.work.rows(OWED)
    assert (first.state, first.phones, first.due_at) == ("queued", officer_phone("informant"), NOW)
    assert first.body == second.body
    assert first.body == (
        "演练：应急指挥部：请马上查看山坡沟道："
        "诺江镇千佛村暴雨，13:10时31.5 mm/h（gauge-1）。有险情请发布预警。"
    )


async def test_silence_and_wrong_clock_are_texted(hut: Hut) -> None:
    await hut.take([reading(12, at=NOW.replace(hour=1))])
    assert owed(hut)[0] == ("informant", "sensor_clock_wrong")
    await hut.look_for_silence(10)
    bodies = [row.body for row in hut.work.rows(OWED) if "gauge-1" in row.body]
    assert "传感器时钟不准，请查看山坡沟道：诺江镇千佛村暴雨，13:10时12 mm/h" in bodies[0]
    assert "传感器失联，请查看山坡沟道：诺江镇千佛村暴雨，13:10时12 mm/h" in bodies[-1]


async def test_text_about_a_sensor_that_never_reported_says_so(hut: Hut) -> None:
    await hut.look_for_silence(0)
    await hut.look_for_silence(10)
    assert "13:10时无读数（gauge-1）" in hut.work.rows(OWED)[0].body


async def test_text_is_in_the_officers_language(hut: Hut) -> None:
    hut.work.change(update(OFFICERS).where(OFFICERS.c.id == "grid").values(language="en"))
    await hut.read(6, name="crack-1")
    body = hut.work.rows(OWED)[1].body
    assert body == (
        "DRILL. Emergency Office: CHECK SLOPE AND STREAM NOW. landslide, Qianfo village, 13:10: "
        "6 mm (crack-1). If they move or rise, raise an alert."
    )
    assert segments(body).count == 1
    await hut.read(31)
    assert "NOW. emergency, Qianfo village" in hut.work.rows(OWED)[3].body


async def test_red_and_unfit_are_not_texted(hut: Hut) -> None:
    await hut.read(55)
    await hut.take([reading(None)])
    assert (hut.news(), owed(hut)) == (["red", "unfit"], [])


async def test_officers_of_the_town_are_texted_if_none_of_the_village_is_on_duty(hut: Hut) -> None:
    hut.work.change(delete(OFFICER_PHONES).where(OFFICER_PHONES.c.officer == "grid"))
    await hut.read(31)
    assert [officer for officer, _ in owed(hut)] == ["informant", "commander"]


async def test_deputy_is_texted_if_the_principal_has_no_phone(hut: Hut) -> None:
    hut.work.change(
        *(
            insert(OFFICERS).values(
                id=id_, name=id_, role="duty_officer", division=QIANFO, deputy_of=of
            )
            for id_, of in [("vice", "grid"), ("second", "vice")]
        ),
        *(
            insert(OFFICER_PHONES).values(officer=id_, position=0, number=number)
            for id_, number in [("vice", "+8613900000071"), ("second", "+8613900000072")]
        ),
    )
    await hut.read(31)
    assert [officer for officer, _ in owed(hut)] == ["informant", "grid"]
    hut.work.change(delete(OFFICER_PHONES).where(OFFICER_PHONES.c.officer == "grid"))
    await hut.read(1, minutes=1)
    await hut.read(31, minutes=11)
    assert [officer for officer, _ in owed(hut)[2:]] == ["informant", "vice"]


async def test_informant_of_the_town_is_not_texted_about_a_village(hut: Hut) -> None:
    hut.work.change(update(OFFICERS).where(OFFICERS.c.id == "informant").values(division=TOWN))
    await hut.read(31)
    assert [officer for officer, _ in owed(hut)] == ["grid"]


async def test_place_without_readers_gets_no_text(database_url: str) -> None:
    async with open_hut(database_url, GAUGE) as hut:
        hut.work.change(delete(OFFICER_PHONES))
        await hut.read(31)
        assert (hut.news(), owed(hut)) == (["yellow"], [])


async def test_flapping_sensor_is_texted_once_in_ten_minutes(hut: Hut) -> None:
    for minute in range(20):
        await hut.read(1 if minute % 2 else 31, minutes=minute)
    assert len(owed(hut)) == 2 * 2


async def test_held_back_yellow_is_told_later_if_it_lasts(hut: Hut) -> None:
    await hut.read(31)
    await hut.read(1, minutes=1)
    await hut.read(32, minutes=2)
    assert (len(owed(hut)), await hut.look_for_silence(9.9)) == (2, 0)
    assert (hut.news(), hut.known().owes) == (["yellow"], {News.YELLOW})
    assert await hut.look_for_silence(10) == 1
    assert (hut.news(), len(owed(hut))) == (["yellow", "yellow"], 4)
    assert hut.known().owes == set()


async def test_held_back_silence_is_told_later_if_it_lasts(database_url: str) -> None:
    async with open_hut(database_url, GAUGE.replace("600", "60")) as hut:
        await hut.read(1)
        await hut.look_for_silence(1)
        await hut.read(1, minutes=2)
        assert await hut.look_for_silence(3) == 1
        assert (hut.news(), await hut.look_for_silence(10.9)) == (["silent", "back"], 0)
        assert await hut.look_for_silence(11) == 1
        assert hut.news() == ["silent", "back", "silent"]
        assert [kind for _, kind in owed(hut)] == ["sensor_silent"] * 4


async def test_failed_transaction_stores_no_text(hut: Hut, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object) -> None:
        raise ValueError("the state cannot be written")

    monkeypatch.setattr("alerting.sensors.receive.record_state", fail)
    with pytest.raises(ValueError, match="cannot be written"):
        await hut.read(31)
    assert (hut.news(), owed(hut)) == ([], [])
    monkeypatch.undo()
    await hut.read(32)
    assert (hut.news(), len(owed(hut))) == (["yellow"], 2)


async def test_escalation_loop_checks_the_sensors(hut: Hut) -> None:
    await hut.look_for_silence(-10)
    await Escalator(hut.work.runtime).tick(hut.work.runtime.clock.now())
    assert (hut.news(), hut.work.rows(OWED)[0].body[:2]) == (["silent"], "演练")
