import csv
from pathlib import Path

import pytest

from alerting.drill.city.handsets import parse_roster
from alerting.drill.city.people import behaviour, officer_behaviour
from alerting.drill.city.roster import City, read_city
from tests.support.simulated_city import NEXT_VILLAGE, SEED, VILLAGE, city_of, household

HOUSEHOLDS = [
    {"code": f"{VILLAGE}0001", "headcount": "4", "phones": "", "vulnerable": "elderly;alone"},
    {"code": f"{VILLAGE}0002", "headcount": "1", "phones": "+8610000000002", "vulnerable": ""},
]
OFFICERS = [{"id": f"grid-{VILLAGE}", "phones": "+8610000000009;+8610000000010"}]


def write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, rows[0])
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture
def city(tmp_path: Path) -> City:
    write(tmp_path / "households.csv", HOUSEHOLDS)
    write(tmp_path / "officers.csv", OFFICERS)
    return read_city(tmp_path, SEED)


def test_is_read_from_the_roster(city: City) -> None:
    old = city.households[f"{VILLAGE}0001"]
    assert (old.headcount, old.phones, old.vulnerable) == (4, (), True)
    young = city.households[f"{VILLAGE}0002"]
    assert (young.phones, young.vulnerable) == (("+8610000000002",), False)
    assert len(city.officers[f"grid-{VILLAGE}"].phones) == 2


def test_calls_places_as_people_do(city: City) -> None:
    assert city.name(VILLAGE) == "千佛村"
    assert city.name("511921001001") == "城南社区"
    assert city.name("511921100") == "诺江镇"
    assert city.name("99") == "99"


def test_the_gateway_takes_everybody_back_in(city: City) -> None:
    entries = parse_roster(city.as_roster())
    assert entries == [*city.households.values(), *city.officers.values()]


def test_who_opens_the_door_is_who_holds_the_phone() -> None:
    city = city_of(*(household(number, phones=number % 2) for number in range(400)))
    for home in city.households.values():
        plan = behaviour(SEED, home.code, home.headcount, bool(home.phones), home.vulnerable)
        assert city.plan(home.code) == plan
        assert city.at_door(home.code) == plan.at_door


def test_a_knock_takes_as_long_as_it_takes_and_the_same_each_time() -> None:
    city = city_of(*(household(number) for number in range(200)))
    seconds = [city.knock_seconds(code) for code in city.households]
    assert all(45.0 <= each <= 120.0 for each in seconds)
    assert max(seconds) - min(seconds) > 60
    assert seconds == [city.knock_seconds(code) for code in city.households]


def test_lists_the_villages_somebody_lives_in() -> None:
    city = city_of(household(1, NEXT_VILLAGE), household(1), household(2))
    assert city.villages == [VILLAGE, NEXT_VILLAGE]


def test_who_goes_to_doors_is_who_answers_the_call() -> None:
    city = city_of()
    ids = [f"grid-{n}" for n in range(200)]
    awake = [id_ for id_ in ids if city.is_awake(id_)]
    assert awake == [id_ for id_ in ids if not officer_behaviour(SEED, id_).is_silent]
    assert 0 < len(awake) < len(ids)
