import tomllib

import pytest

from alerting.drill.gauges.plans import GAUGES, GaugePlan, Trouble, crossings, policy_of

_BY_TROUBLE = {gauge.trouble: gauge for gauge in GAUGES if gauge.trouble is not Trouble.NONE}
MINUTES = 30


def values(gauge: GaugePlan) -> list[float]:
    """Return the gauge's values of the first half hour, one per minute."""
    return [value for minute in range(MINUTES) if (value := gauge.value(minute)) is not None]


def test_rain_gauge_reaches_yellow_before_crack_meter_reaches_red() -> None:
    rain, crack = (gauge for gauge in GAUGES if gauge.trouble is Trouble.NONE)
    assert (max(rain.curve) >= rain.yellow, max(rain.curve) < rain.red) == (True, True)
    first = [next(i for i, v in enumerate(g.curve) if v >= g.yellow) for g in (rain, crack)]
    red = next(minute for minute, value in enumerate(crack.curve) if value >= crack.red)
    assert first == sorted(first)
    assert first[-1] < red


def test_only_the_crack_meter_reaches_red() -> None:
    red = [gauge.name for gauge in GAUGES if max(values(gauge)) >= gauge.red]
    assert red == ["crack-back-slope"]


def test_sound_gauges_rise_and_keep_their_last_value() -> None:
    for gauge in GAUGES:
        if gauge.trouble is Trouble.NONE:
            assert values(gauge) == sorted(values(gauge))
            assert gauge.value(MINUTES) == gauge.curve[-1]


def test_flapping_gauge_falls_below_the_hysteresis_each_time() -> None:
    gauge = _BY_TROUBLE[Trouble.FLAPS]
    assert crossings(values(gauge), gauge.yellow) == MINUTES / 2
    assert min(gauge.curve) < gauge.yellow * 0.9


def test_dying_gauge_has_no_value_after_its_curve() -> None:
    gauge = _BY_TROUBLE[Trouble.DIES]
    assert gauge.value(len(gauge.curve) - 1) == gauge.curve[-1]
    assert gauge.value(len(gauge.curve)) is None


def test_one_gauge_has_a_wrong_clock() -> None:
    wrong = [gauge for gauge in GAUGES if gauge.clock_error]
    assert wrong == [_BY_TROUBLE[Trouble.LIES]]


def test_each_trouble_belongs_to_one_gauge() -> None:
    assert set(_BY_TROUBLE) == set(Trouble) - {Trouble.NONE}
    assert len({gauge.name for gauge in GAUGES}) == len(GAUGES)


@pytest.mark.parametrize(
    ("read", "times"),
    [((), 0), ((1, 2), 0), ((20,), 1), ((1, 20, 25, 1, 30), 2), ((20, 19, 20), 2)],
)
def test_only_crossings_from_below_are_counted(read: tuple[float, ...], times: int) -> None:
    assert crossings(read, 20) == times


def test_policy_has_a_sensor_for_each_gauge() -> None:
    sensors = tomllib.loads(policy_of(GAUGES, "511921100208"))["sensors"]
    assert [sensor["name"] for sensor in sensors] == [gauge.name for gauge in GAUGES]
    crack = sensors[1]
    assert (crack["hazard"], crack["place"], crack["unit"]) == ("滑坡", "511921100208", "mm")
    assert (crack["yellow"], crack["red"], crack["silent_after"]) == (
        {"reach": 10},
        {"reach": 30},
        300,
    )


def test_without_gauges_the_policy_has_no_sensors() -> None:
    assert policy_of((), "511921100208") == ""
