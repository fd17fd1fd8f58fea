"""Unlikely locations are refused until they are confirmed."""

import pytest
from sqlalchemy import Engine, update

from alerting.errors import DoubtfulError
from alerting.office.doubts import check_area, check_point
from contacts.shapes import Circle, Shape
from contacts.tables import HOUSEHOLDS
from tests.support.city import FAR_TOWN, QIANFO, TOWN, found_city


def doubts(engine: Engine, division: str, area: Shape) -> tuple[str, ...]:
    with engine.connect() as connection:
        try:
            check_area(connection, division, area)
        except DoubtfulError as doubted:
            return doubted.reasons
    return ()


@pytest.fixture
def city(engine: Engine) -> Engine:
    """Return the tests' city, whose households live at 31.901 to 31.910 north, 107.2 east."""
    with engine.begin() as connection:
        found_city(connection)
    return engine


def circle(latitude: float, longitude: float, radius_km: float) -> Shape:
    return Shape(circles=(Circle(latitude, longitude, radius_km),))


def test_area_far_from_every_household_is_doubted(city: Engine) -> None:
    assert doubts(city, QIANFO, circle(31.92, 107.2, 0.2)) == ()
    assert doubts(city, QIANFO, circle(32.1, 107.2, 0.2)) == ("far_from_homes",)
    assert doubts(city, TOWN, circle(31.9, 107.3, 0.2)) == ("far_from_homes",)


def test_very_large_area_is_doubted(city: Engine) -> None:
    assert doubts(city, QIANFO, circle(31.9, 107.2, 9.0)) == ()
    assert doubts(city, QIANFO, circle(31.9, 107.2, 11.0)) == ("very_large",)


def test_nothing_is_doubted_in_a_division_without_household_coordinates(city: Engine) -> None:
    assert doubts(city, FAR_TOWN, circle(20.0, 100.0, 0.2)) == ()
    with city.begin() as connection:
        connection.execute(update(HOUSEHOLDS).values(latitude=None, longitude=None))
    assert doubts(city, QIANFO, circle(20.0, 100.0, 0.2)) == ()


def test_assembly_point_kilometres_away_is_doubted(city: Engine) -> None:
    with city.connect() as connection:
        check_point(connection, QIANFO, 31.925, 107.2)
        with pytest.raises(DoubtfulError, match="within 3 km"):
            check_point(connection, QIANFO, 31.95, 107.2)
