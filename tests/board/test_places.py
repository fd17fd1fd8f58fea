"""The divisions and home coordinates of an alert's roll."""

import pytest
from sqlalchemy import Engine, delete, update

from alerting.board.places import divisions_of, homes_of
from contacts.tables import HOUSEHOLDS
from tests.support.alert_rows import enrolled_city
from tests.support.city import (
    CITY,
    COUNTY,
    FAR_TOWN,
    NEXT_VILLAGE,
    QIANFO,
    TOWN,
    household_code,
)


@pytest.fixture
def called(engine: Engine) -> Engine:
    """Return a database with both villages enrolled on alert 1."""
    with engine.begin() as connection:
        enrolled_city(connection, TOWN)
    return engine


@pytest.mark.parametrize(
    ("scope", "codes"),
    [
        (CITY, [CITY, COUNTY, TOWN, QIANFO, NEXT_VILLAGE]),
        (TOWN, [TOWN, QIANFO, NEXT_VILLAGE]),
        (QIANFO, [QIANFO]),
        # A requested division is always listed, even with nobody on the roll.
        (FAR_TOWN, [FAR_TOWN]),
    ],
)
def test_divisions_with_households_on_the_roll_are_listed(
    called: Engine, scope: str, codes: list[str]
) -> None:
    with called.begin() as connection:
        assert [place.code for place in divisions_of(connection, 1, scope)] == codes


def test_divisions_have_names_and_parents(called: Engine) -> None:
    with called.begin() as connection:
        places = {place.code: place for place in divisions_of(connection, 1, COUNTY)}
    assert (places[QIANFO].name, places[QIANFO].parent) == ("千佛村", TOWN)
    assert (places[COUNTY].name, places[COUNTY].parent) == ("通江县", CITY)


def test_unknown_division_is_named_by_its_code(called: Engine) -> None:
    with called.begin() as connection:
        (place,) = divisions_of(connection, 1, "511999")
    assert place.name == "511999"


def test_homes_are_those_on_the_roll_with_coordinates(called: Engine) -> None:
    unknown = household_code(QIANFO, 2)
    with called.begin() as connection:
        connection.execute(
            update(HOUSEHOLDS).where(HOUSEHOLDS.c.code == unknown).values(latitude=None)
        )
        homes = homes_of(connection, 1, QIANFO)
        assert len(homes) == 9
        assert unknown not in homes
        assert homes[household_code(QIANFO, 3)] == pytest.approx((31.903, 107.2))
        assert len(homes_of(connection, 1, TOWN)) == 19
        assert homes_of(connection, 1, FAR_TOWN) == {}
        assert homes_of(connection, 2, QIANFO) == {}


def test_home_deleted_from_the_roster_has_no_coordinates(called: Engine) -> None:
    gone = household_code(QIANFO, 10)
    with called.begin() as connection:
        connection.execute(delete(HOUSEHOLDS).where(HOUSEHOLDS.c.code == gone))
        assert gone not in homes_of(connection, 1, QIANFO)
