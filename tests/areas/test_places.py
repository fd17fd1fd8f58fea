"""What is told of a place before it is alerted."""

import pytest
from sqlalchemy import Engine, insert, update

from alerting.areas.places import Locality, locality
from alerting.ledger.tables import alerts
from contacts.division import Tier
from contacts.tables import DIVISIONS, HOUSEHOLDS
from tests.support.alert_rows import REQUEST, stored_alert
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


def test_names_its_parts(city: Engine) -> None:
    town = told(city, TOWN)
    assert (town.place.name, town.place.tier) == ("诺江镇", Tier.TOWN)
    assert [(part.code, part.name) for part in town.parts] == [
        (QIANFO, "千佛村"),
        (NEXT_VILLAGE, "邻村"),
    ]
    assert told(city, QIANFO).parts == ()


def test_a_committee_is_no_part_of_a_name(city: Engine) -> None:
    with city.begin() as connection:
        connection.execute(
            update(DIVISIONS).where(DIVISIONS.c.code == QIANFO).values(name="千佛村民委员会")
        )
    assert told(city, QIANFO).place.name == "千佛村"


def test_lies_where_its_homes_are(city: Engine) -> None:
    town = told(city, TOWN)
    for place in (town.place, *town.parts):
        assert place.middle == pytest.approx((31.9055, 107.2))


def test_a_villages_middle_counts_the_homes_of_its_grids(city: Engine) -> None:
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
def test_where_no_home_is_known_or_the_place_is_wide_there_is_no_middle(
    city: Engine, code: str
) -> None:
    assert told(city, code).place.middle is None


def test_the_last_alert_that_held_for_all_of_it_tells_where_people_gather(city: Engine) -> None:
    with city.begin() as connection:
        stored_alert(connection, 27)
        latest = stored_alert(connection, 28)
        elsewhere = REQUEST.model_copy(update={"assembly_point": "镇中学"})
        connection.execute(
            update(alerts).where(alerts.c.id == latest).values(request=elsewhere.model_dump_json())
        )
    assert told(city, QIANFO).assembly_point == "镇中学"
    # An alert for one village says nothing of where a whole town is to go.
    assert told(city, TOWN).assembly_point is None
    assert told(city, NEXT_VILLAGE).assembly_point is None


def test_of_an_unknown_place_there_is_nothing_to_tell(city: Engine) -> None:
    with city.begin() as connection:
        assert locality(connection, "511999") is None
