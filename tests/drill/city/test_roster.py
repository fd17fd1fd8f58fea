import csv
from pathlib import Path

import pytest

from alerting.drill.city.handsets import parse_roster
from alerting.drill.city.people import behaviour, officer_behaviour
from alerting.drill.city.roster import City, read_city
from tests.support.simulated_city import NEXT_VILLAGE, SEED, VILLAGE, city_of, household

HOUSEHOLDS = [
    {
        "code": f"{VILLAGE}0001",
        "headcount": "4",
        "phones": "",
        "vulnerable": "elderly;alone",
        "language": "zh",
        "head": "张三",
    },
    {
        "code": f"{VILLAGE}0002",
        "headcount": "1",
        "phones": "+8610000000002",
        "vulnerable": "",
        "language": "en",
        "head": "李四",
    },
]
DIVISIONS = [
    {"code": VILLAGE[:9], "name": "诺江镇", "assembly_point": ""},
    {"code": VILLAGE, "name": "千佛村民委员会", "assembly_point": "千佛村小学操场"},
    {"code": "511921001001", "name": "城南社区居民委员会", "assembly_point": "城南社区文化广场"},
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
    write(tmp_path / "divisions.csv", DIVISIONS)
    return read_city(tmp_path, SEED)


def test_city_is_read_from_roster_files(city: City) -> None:
    old = city.households[f"{VILLAGE}0001"]
    assert (old.headcount, old.phones, old.vulnerable) == (4, (), True)
    young = city.households[f"{VILLAGE}0002"]
    assert (young.phones, young.vulnerable) == (("+8610000000002",), False)
    assert len(city.officers[f"grid-{VILLAGE}"].phones) == 2


def test_places_have_their_everyday_names(city: City) -> None:
    assert city.name(VILLAGE) == "千佛村"
    assert city.name("511921001001") == "城南社区"
    assert city.name("511921100") == "诺江镇"
    assert city.name("99") == "99"


def test_roster_has_languages_heads_and_assembly_points(city: City) -> None:
    assert [home.language for home in city.households.values()] == ["zh", "en"]
    assert city.heads == {"张三", "李四"}
    assert city.points == {VILLAGE: "千佛村小学操场", "511921001001": "城南社区文化广场"}


def test_gateway_accepts_the_exported_roster(city: City) -> None:
    entries = parse_roster(city.as_roster())
    assert entries == [*city.households.values(), *city.officers.values()]


def test_answers_at_door_and_by_phone_follow_one_plan() -> None:
    city = city_of(*(household(number, phones=number % 2) for number in range(400)))
    for home in city.households.values():
        size, has_phone = home.headcount, bool(home.phones)
        plan = behaviour(SEED, home.code, size, has_phone, home.vulnerable, home.language)
        assert city.plan(home.code) == plan
        assert city.at_door(home.code) == plan.at_door


def test_knock_seconds_are_repeatable() -> None:
    city = city_of(*(household(number) for number in range(200)))
    seconds = [city.knock_seconds(code) for code in city.households]
    assert all(45.0 <= each <= 120.0 for each in seconds)
    assert max(seconds) - min(seconds) > 60
    assert seconds == [city.knock_seconds(code) for code in city.households]


def test_only_inhabited_villages_are_listed() -> None:
    city = city_of(household(1, NEXT_VILLAGE), household(1), household(2))
    assert city.villages == [VILLAGE, NEXT_VILLAGE]


def test_silent_officers_are_not_awake() -> None:
    city = city_of()
    ids = [f"grid-{n}" for n in range(200)]
    awake = [id_ for id_ in ids if city.is_awake(id_)]
    assert awake == [id_ for id_ in ids if not officer_behaviour(SEED, id_).is_silent]
    assert 0 < len(awake) < len(ids)
