"""Resolving an area to households, splitting it by permission, and counting its audience."""

import pytest
from sqlalchemy import Engine, func, select, true

from alerting.areas.audience import (
    ResolvedArea,
    count,
    intersection,
    resolve,
    split_area,
)
from alerting.cap.alert import Area
from alerting.errors import InvalidError
from contacts.tables import HOUSEHOLDS, OFFICER_PHONES
from tests.support.city import (
    CITY,
    COUNTY,
    FAR_TOWN,
    NEXT_VILLAGE,
    NOW,
    QIANFO,
    TOWN,
    found_city,
    household_code,
    somebody,
)


@pytest.fixture
def city(engine: Engine) -> Engine:
    with engine.begin() as connection:
        found_city(connection)
    return engine


def resolved(engine: Engine, area: Area) -> tuple[ResolvedArea, list[str]]:
    with engine.begin() as connection:
        found = resolve(connection, area)
        query = select(HOUSEHOLDS.c.code).where(found.condition).order_by(HOUSEHOLDS.c.code)
        return found, list(connection.execute(query).scalars())


@pytest.mark.parametrize(
    ("named", "meant", "households"),
    [
        ((QIANFO,), (QIANFO,), 10),
        ((QIANFO, NEXT_VILLAGE), (QIANFO, NEXT_VILLAGE), 20),
        # A division inside another listed one is dropped.
        ((QIANFO, TOWN, QIANFO), (TOWN,), 20),
        ((CITY, COUNTY), (CITY,), 20),
        ((FAR_TOWN,), (FAR_TOWN,), 0),
    ],
)
def test_divisions_contain_all_their_households(
    city: Engine, named: tuple[str, ...], meant: tuple[str, ...], households: int
) -> None:
    area, codes = resolved(city, Area(divisions=named))
    assert area.divisions == meant
    assert len(codes) == households


def test_polygon_contains_the_households_in_it(city: Engine) -> None:
    corners = ((31.9005, 107.1), (31.9035, 107.1), (31.9035, 107.3), (31.9005, 107.3))
    area, codes = resolved(city, Area(polygon=corners))
    assert area.divisions == (QIANFO, NEXT_VILLAGE)
    assert codes == [household_code(v, n) for v in (QIANFO, NEXT_VILLAGE) for n in (1, 2, 3)]


def test_unknown_division_and_empty_polygon_are_refused(city: Engine) -> None:
    for area, said in [
        (Area(divisions=(QIANFO, "511921100999")), "511921100999"),
        (Area(polygon=((1, 1), (1, 2), (2, 2))), "no household"),
        (Area(polygon=((1, 1), (2, 2), (3, 3))), "polygon"),
    ]:
        with pytest.raises(InvalidError, match=said), city.begin() as connection:
            resolve(connection, area)


def test_audience_is_counted_by_language(city: Engine) -> None:
    with city.begin() as connection:
        audience = count(connection, resolve(connection, Area(divisions=(QIANFO,))), None, NOW)
    assert (audience.households, audience.people, audience.officers) == (10, 25, 5)
    assert audience.texts_by_language == {"zh": 8 + 5, "en": 1}
    assert sum(audience.texts_by_language.values()) == 9 + 5


def test_officers_without_a_phone_get_no_text(city: Engine) -> None:
    with city.begin() as connection:
        connection.execute(OFFICER_PHONES.delete().where(OFFICER_PHONES.c.officer == "county-duty"))
        audience = count(connection, resolve(connection, Area(divisions=(QIANFO,))), None, NOW)
    assert (audience.officers, audience.texts_by_language["zh"]) == (5, 8 + 4)


def test_polygon_may_exceed_the_statement_parameter_limit(city: Engine) -> None:
    with city.begin() as connection:
        first = select(HOUSEHOLDS).where(HOUSEHOLDS.c.code == household_code(QIANFO, 1))
        rows = connection.execute(first).mappings().one()
        many = [dict(rows) | {"code": f"{QIANFO}{n:04d}"} for n in range(100, 9_999)]
        more = [
            dict(rows) | {"code": f"{NEXT_VILLAGE}{n:04d}", "division": NEXT_VILLAGE}
            for n in range(100, 9_999)
        ]
        connection.execute(HOUSEHOLDS.insert(), many + more)
        corners = ((31, 107), (32, 107), (32, 108), (31, 108))
        area = resolve(connection, Area(polygon=corners))
        counted = select(func.count()).select_from(HOUSEHOLDS).where(area.condition)
        assert connection.execute(counted).scalar_one() == 20 + 2 * 9_899


def test_commander_may_alert_the_whole_area(city: Engine) -> None:
    with city.begin() as connection:
        area = resolve(connection, Area(divisions=(TOWN,)))
        split = split_area(somebody(connection, "commander"), area)
        assert split.own is area
        assert split.beyond == ()


def test_informant_may_alert_only_their_own_village(city: Engine) -> None:
    with city.begin() as connection:
        area = resolve(connection, Area(divisions=(TOWN,)))
        split = split_area(somebody(connection, "informant"), area)
        assert (split.own.divisions, split.beyond) == ((QIANFO,), (TOWN,))
        found = connection.execute(select(HOUSEHOLDS.c.code).where(split.own.condition)).scalars()
        assert {code[:12] for code in found} == {QIANFO}


@pytest.mark.parametrize(
    ("divisions", "own", "beyond"),
    [
        ((QIANFO,), (QIANFO,), ()),
        ((f"{QIANFO}001", f"{QIANFO}002"), (f"{QIANFO}001", f"{QIANFO}002"), ()),
        ((QIANFO, NEXT_VILLAGE), (QIANFO,), (NEXT_VILLAGE,)),
        ((f"{QIANFO}001", FAR_TOWN), (f"{QIANFO}001",), (FAR_TOWN,)),
        ((CITY,), (QIANFO,), (CITY,)),
        ((NEXT_VILLAGE,), (), (NEXT_VILLAGE,)),
        ((), (), ()),
    ],
)
def test_area_beyond_the_own_village_waits(
    city: Engine, divisions: tuple[str, ...], own: tuple[str, ...], beyond: tuple[str, ...]
) -> None:
    assert intersection(divisions, QIANFO) == own
    with city.begin() as connection:
        split = split_area(somebody(connection, "informant"), ResolvedArea(divisions, true()))
    assert (split.own.divisions, split.beyond) == (own, beyond)
