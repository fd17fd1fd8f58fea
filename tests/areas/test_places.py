"""The facts about a division that the alert form shows."""

import pytest
from sqlalchemy import Engine, insert, update

from alerting.areas.places import Locality, locality
from contacts.division import Tier
from contacts.tables import DIVISIONS, HOUSEHOLDS
from tests.support.alert_rows import stored_alert
from tests.support.city import CITY, FAR_TOWN, NEXT_VILLAGE, QIANFO, TOWN, found_city


@pytest.fixture
def city(engine: Engine) -> Engine:
    with engine.begin() as connection:
        found_city(connection)
    return engine


def told(engine: Engine, code: str) -> Locality:
    with engine.begin() as connection:
        found = locality(connection, code)
    assert found is not None
    return found


def test_town_lists_its_villages(city: Engine) -> None:
    town = told(city, TOWN)
    assert (town.place.name, town.place.tier) == ("诺江镇", Tier.TOWN)
    assert [(part.code, part.name) for part in town.parts] == [
        (QIANFO, "千佛村"),
        (NEXT_VILLAGE, "邻村"),
    ]
    assert told(city, QIANFO).parts == ()


def test_everyday_name_omits_the_word_committee(city: Engine) -> None:
    with city.begin() as connection:
        connection.execute(
            update(DIVISIONS).where(DIVISIONS.c.code == QIANFO).values(name="千佛村民委员会")
        )
    assert told(city, QIANFO).place.name == "千佛村"


def test_middle_is_the_mean_position_of_the_homes(city: Engine) -> None:
    town = told(city, TOWN)
    for place in (town.place, *town.parts):
        assert place.middle == pytest.approx((31.9055, 107.2))


def test_middle_of_a_village_includes_its_grids(city: Engine) -> None:
    grid = f"{QIANFO}001"
    with city.begin() as connection:
        connection.execute(
            insert(DIVISIONS).values(code=grid, name="一网格", tier="grid", parent=QIANFO)
        )
        moved = HOUSEHOLDS.c.code.in_([f"{QIANFO}0001"])
        connection.execute(
            update(HOUSEHOLDS).where(moved).values(division=grid, latitude=41.901, longitude=107.2)
        )
    village = told(city, QIANFO)
    assert village.place.middle == pytest.approx((32.9055, 107.2))
    assert village.parts[0].middle == pytest.approx((41.901, 107.2))


@pytest.mark.parametrize("code", [CITY, FAR_TOWN])
def test_county_or_empty_division_has_no_mean_position(city: Engine, code: str) -> None:
    assert told(city, code).place.middle is None


def test_assembly_point_comes_from_the_roster(city: Engine) -> None:
    with city.begin() as connection:
        stored_alert(connection, 27)
        own = update(DIVISIONS).where(DIVISIONS.c.code == QIANFO).values(assembly_point="祠堂")
        connection.execute(own)
    # The assembly point of an earlier alert does not count.
    assert told(city, QIANFO).assembly_point == "祠堂"
    assert told(city, TOWN).assembly_point is None
    assert told(city, NEXT_VILLAGE).assembly_point is None


def test_unknown_division_is_not_found(city: Engine) -> None:
    with city.begin() as connection:
        assert locality(connection, "511999") is None
