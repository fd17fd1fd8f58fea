import csv
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files

import pytest

from alerting.drill.scenario import QIANFO, SCENARIOS, Scenario, ScenarioName
from contacts.division import Tier, covers, tier_of


def listed() -> dict[str, str]:
    text = files("contacts").joinpath("data", "bazhong-divisions.csv").read_text("utf-8")
    return {row["code"]: row["name"] for row in csv.DictReader(text.splitlines())}


def villages_of(scenario: Scenario) -> Iterator[str]:
    for code in listed():
        if tier_of(code) is Tier.VILLAGE and any(covers(part, code) for part in scenario.area):
            yield code


def test_county_scenario_has_the_real_number_of_evacuees() -> None:
    tongjiang = SCENARIOS[ScenarioName.TONGJIANG_2022]
    assert (tongjiang.households, tongjiang.people) == (2292, 5898)


def test_villages_have_20_to_30_households_on_average() -> None:
    tongjiang = SCENARIOS[ScenarioName.TONGJIANG_2022]
    count = len(list(villages_of(tongjiang)))
    assert 80 <= count <= 100
    assert 20 <= tongjiang.households / count <= 30


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=str)
def test_scenario_uses_real_places_including_the_first_village(scenario: Scenario) -> None:
    names = listed()
    assert names[scenario.village] == "千佛村民委员会"
    assert all(names[code] and tier_of(code) is Tier.TOWN for code in scenario.towns)
    assert scenario.village in set(villages_of(scenario))


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=str)
def test_commander_sees_the_whole_area(scenario: Scenario) -> None:
    assert all(covers(scenario.seat, part) for part in scenario.area)
    assert scenario.commander.endswith(f"-{scenario.seat}")


def test_only_the_rain_scenario_has_gauges() -> None:
    with_gauges = [name for name, scenario in SCENARIOS.items() if scenario.gauges]
    assert with_gauges == [ScenarioName.RAIN_2022]
    rain, qianfo = SCENARIOS[ScenarioName.RAIN_2022], SCENARIOS[ScenarioName.QIANFO_2022]
    assert replace(rain, name=qianfo.name, gauges=()) == qianfo


def test_village_scenario_covers_one_village() -> None:
    qianfo = SCENARIOS[ScenarioName.QIANFO_2022]
    assert qianfo.area == (QIANFO,)
    assert (qianfo.leader_title, qianfo.informant) == ("commander", f"informant-{QIANFO}")
    assert SCENARIOS[ScenarioName.TONGJIANG_2022].leader_title == "duty officer"
