"""The villages whose households a drawn area may miss."""

from sqlalchemy import Engine, select, update

from alerting.areas.audience import resolve
from alerting.areas.unplaced import Unplaced, unplaced
from alerting.cap.alert import Area
from contacts.tables import HOUSEHOLDS
from tests.support.city import NEXT_VILLAGE, QIANFO, found_city

AROUND = Area.model_validate({"polygon": [[31.5, 106.5], [31.5, 108], [32.5, 108], [32.5, 106.5]]})


def missed(engine: Engine, area: Area) -> list[tuple[str, int]]:
    with engine.begin() as connection:
        found = unplaced(connection, area, resolve(connection, area))
    return [(each.division, each.households) for each in found]


def lose(engine: Engine, village: str, count: int) -> None:
    """Remove the coordinates of the first `count` households of a village."""
    with engine.begin() as connection:
        code = HOUSEHOLDS.c.code
        query = select(code).where(HOUSEHOLDS.c.division.startswith(village)).order_by(code)
        codes = connection.execute(query.limit(count)).scalars().all()
        connection.execute(
            update(HOUSEHOLDS).where(code.in_(codes)).values(latitude=None, longitude=None)
        )


def test_touched_village_is_listed_with_its_unplaced_households(engine: Engine) -> None:
    with engine.begin() as connection:
        found_city(connection)
    assert missed(engine, AROUND) == []
    lose(engine, QIANFO, 3)
    with engine.begin() as connection:
        found = unplaced(connection, AROUND, resolve(connection, AROUND))
    assert found == (Unplaced(QIANFO, "千佛村", 3),)


def test_village_without_any_coordinates_is_listed_though_untouched(
    engine: Engine,
) -> None:
    with engine.begin() as connection:
        found_city(connection)
    lose(engine, NEXT_VILLAGE, 10)
    assert missed(engine, AROUND) == [(NEXT_VILLAGE, 10)]


def test_untouched_village_with_coordinates_is_omitted(engine: Engine) -> None:
    with engine.begin() as connection:
        found_city(connection)
        first = select(HOUSEHOLDS.c["latitude", "longitude"]).order_by(HOUSEHOLDS.c.code).limit(1)
        latitude, longitude = connection.execute(first).one()
        connection.execute(
            update(HOUSEHOLDS)
            .where(HOUSEHOLDS.c.division.startswith(NEXT_VILLAGE))
            .values(latitude=40.0)
        )
    lose(engine, NEXT_VILLAGE, 2)
    circle = {"centre": [longitude, latitude], "radius_km": 0.01}
    assert missed(engine, Area.model_validate({"circles": [circle]})) == []


def test_area_of_divisions_has_no_unplaced_households(engine: Engine) -> None:
    with engine.begin() as connection:
        found_city(connection)
    lose(engine, QIANFO, 3)
    assert missed(engine, Area(divisions=(QIANFO,))) == []
