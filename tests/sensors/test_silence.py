"""A silent sensor is noticed once, until it reports again."""

from tests.support.sensors import CRACK, POLICY, Hut, open_hut


async def test_silence_is_told_once_until_the_sensor_is_back(hut: Hut) -> None:
    await hut.read(1)
    await hut.read(1, name="crack-1")
    assert await hut.look_for_silence(9.9) == 0
    assert await hut.look_for_silence(10) == 2
    assert await hut.look_for_silence(90) == 0
    assert (hut.news(), hut.known().state.is_silent) == (["silent"], True)
    await hut.read(1, minutes=91)
    assert (hut.news(), hut.known().state.is_silent) == (["silent", "back"], False)
    assert await hut.look_for_silence(101) == 1
    assert hut.news() == ["silent", "back", "silent"]


async def test_sensor_that_never_reported_becomes_silent(hut: Hut) -> None:
    assert await hut.look_for_silence(0) == 0
    assert await hut.look_for_silence(10) == 2


async def test_sensor_that_repeats_one_reading_becomes_silent(hut: Hut) -> None:
    await hut.read(1)
    for _ in range(3):
        await hut.read(1)
    assert hut.known().state.heard_at == hut.known().state.counted_at
    assert await hut.look_for_silence(10) >= 1


async def test_silence_is_logged_in_the_alert_of_the_sensor(hut: Hut) -> None:
    await hut.read(55)
    await hut.look_for_silence(10)
    assert hut.work.log()[-2:] == ["sensor.told", "sensor.told"]


async def test_sensor_removed_from_the_policy_is_not_checked_for_silence(database_url: str) -> None:
    async with open_hut(database_url, POLICY.replace(CRACK, "")) as hut:
        await hut.read(1)
        assert await hut.look_for_silence(10) == 1
