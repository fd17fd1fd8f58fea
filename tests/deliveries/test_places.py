"""Place names are read from the roster together with the divisions above."""

import pytest
from sqlalchemy import Engine, insert

from alerting.deliveries.places import place_name, places_of, short_names
from contacts.tables import DIVISIONS
from tests.support.city import CITY, NEXT_VILLAGE, QIANFO, TOWN, found_city


@pytest.fixture
def city(engine: Engine) -> Engine:
    with engine.begin() as connection:
        found_city(connection)
    return engine


@pytest.mark.parametrize(
    ("divisions", "name"),
    [
        ((QIANFO,), "诺江镇千佛村"),
        ((TOWN,), "通江县诺江镇"),
        ((CITY,), "巴中市"),
        ((QIANFO, NEXT_VILLAGE), "千佛村等2处"),
        (("510100",), "510100"),
    ],
)
def test_place_name_is_short_and_unambiguous(
    city: Engine, divisions: tuple[str, ...], name: str
) -> None:
    with city.begin() as connection:
        assert place_name(connection, divisions, "zh") == name


def test_short_names_are_in_the_given_language(city: Engine) -> None:
    with city.begin() as connection:
        assert short_names(connection, [QIANFO, "52"], "en") == {
            QIANFO: "Qianfo village",
            "52": "52",
        }


def test_70000_places_are_read_at_once(city: Engine) -> None:
    codes = [f"{QIANFO}{number:03d}" for number in range(1, 1000)]
    more = [f"{village}{n:03d}" for village in range(10**11, 10**11 + 70) for n in range(1000)]
    with city.begin() as connection:
        rows = [{"code": c, "name": "网格", "tier": "grid", "parent": QIANFO} for c in codes]
        connection.execute(insert(DIVISIONS), rows)
        known = places_of(connection, codes + more).known
    assert set(codes) | {QIANFO, TOWN, CITY} <= known.keys()
    assert len(known) == len(codes) + 4
