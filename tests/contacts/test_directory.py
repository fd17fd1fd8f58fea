"""Look-ups of divisions, households and officers."""

import sqlite3
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, insert, select

from contacts.directory import (
    Household,
    Officer,
    called_first,
    children,
    division,
    household,
    households_in,
    households_named,
    households_within,
    names_in,
    officer,
    officer_by_phone,
    officers_deputising,
    officers_for,
    officers_named,
    on_call_for,
    on_call_named,
    outermost,
    village_names,
)
from contacts.division import Division, Tier, covers
from contacts.people import Role
from contacts.roster.importing import bazhong_divisions, import_divisions
from contacts.shapes import Circle, Shape
from contacts.tables import DIVISIONS, HOUSEHOLDS
from tests.support.city import NOW

FIRST: Final = "5119211002080001"
ALONE: Final = "5119211002080002"
OF_THE_GRID: Final = "5119211002080010001"
NEXT_VILLAGE: Final = "5119211002090001"
NEXT_TOWN: Final = "5119211012000001"


def test_division_is_found_by_code(city: Connection) -> None:
    assert division(city, "511921") == Division("511921", "通江县", Tier.COUNTY, "5119")
    assert division(city, "511999") is None


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("5119", ["511921", "511922"]),
        ("511921100", ["511921100208", "511921100209"]),
        ("511921100208", ["511921100208001"]),
        ("511921100209", []),
    ],
)
def test_children_are_one_tier_below(city: Connection, code: str, expected: list[str]) -> None:
    assert [child.code for child in children(city, code)] == expected


def test_names_of_villages_omit_unknown_codes(city: Connection) -> None:
    codes = ["511921100208", "511921100209", "511921100999"]
    assert village_names(city, codes) == {
        "511921100208": "千佛村民委员会",
        "511921100209": "元顶村民委员会",
    }
    assert village_names(city, []) == {}


@pytest.mark.parametrize(
    ("divisions", "expected"),
    [
        ([], []),
        (["511921"], ["511921"]),
        (["511921100208", "511921", "511921100"], ["511921"]),
        (["511922", "511921100", "511921101"], ["511921100", "511921101", "511922"]),
        (["511921100208", "511921100208"], ["511921100208"]),
    ],
)
def test_outermost_omits_nested_divisions(divisions: list[str], expected: list[str]) -> None:
    assert outermost(divisions) == expected


@given(st.sets(st.sampled_from(["51", "5119", "5120", "511921", "511922", "511921100", "512001"])))
def test_outermost_covers_every_division_exactly_once(divisions: set[str]) -> None:
    kept = outermost(divisions)
    assert all(sum(covers(outer, code) for outer in kept) == 1 for code in divisions)


@pytest.mark.parametrize(
    ("divisions", "expected"),
    [
        ([], []),
        (["511922"], []),
        (["511921100208001"], [OF_THE_GRID]),
        (["511921100208"], [FIRST, ALONE, OF_THE_GRID]),
        (["511921100208", "511921100208001"], [FIRST, ALONE, OF_THE_GRID]),
        (["511921100209", "511921101"], [NEXT_VILLAGE, NEXT_TOWN]),
        (["511921100209", "5119"], [FIRST, ALONE, OF_THE_GRID, NEXT_VILLAGE, NEXT_TOWN]),
    ],
)
def test_households_in_an_area(city: Connection, divisions: list[str], expected: list[str]) -> None:
    query = select(HOUSEHOLDS.c.code).where(households_in(divisions)).order_by(HOUSEHOLDS.c.code)
    assert city.scalars(query).all() == expected


def test_households_are_found_in_an_area_of_many_villages(city: Connection) -> None:
    import_divisions(city, bazhong_divisions(), now=NOW)
    villages = set(city.scalars(select(DIVISIONS.c.code).where(DIVISIONS.c.tier == "village")))
    assert len(villages) == 1809
    query = select(HOUSEHOLDS.c.code).where(households_in(villages - {"511921100208"}))
    assert sorted(city.scalars(query)) == [NEXT_VILLAGE, NEXT_TOWN]


def test_area_condition_works_in_insert_from_select(city: Connection) -> None:
    source = select(HOUSEHOLDS.c.code, HOUSEHOLDS.c.language, DIVISIONS.c.tier).join_from(
        HOUSEHOLDS, DIVISIONS
    )
    query = source.where(households_in(["511921100209"]))
    city.execute(insert(DIVISIONS).from_select(["code", "name", "tier"], query))
    assert division(city, NEXT_VILLAGE) == Division(NEXT_VILLAGE, "zh", Tier.VILLAGE, None)


@pytest.mark.parametrize(
    ("polygon", "expected"),
    [
        ([(31.8, 107.1), (31.8, 107.3), (32.0, 107.3), (32.0, 107.1)], [FIRST, ALONE, OF_THE_GRID]),
        ([(31.8, 107.1), (31.8, 107.3), (31.915, 107.3), (31.915, 107.1)], [FIRST, ALONE]),
        # The third household lies in the triangle's bounding box but outside the triangle.
        ([(31.9, 107.2), (31.9, 107.25), (31.92, 107.2)], [FIRST, ALONE]),
        ([(31.91, 107.21), (31.91, 107.3), (31.8, 107.3), (31.8, 107.21)], [ALONE]),
        ([(31.8, 107.1), (31.8, 107.15), (31.85, 107.1), (31.8, 107.1)], []),
    ],
)
def test_households_inside_a_polygon_or_on_its_edge(
    city: Connection, polygon: list[tuple[float, float]], expected: list[str]
) -> None:
    ring = tuple((longitude, latitude) for latitude, longitude in polygon)
    assert households_within(city, Shape(((ring,),))) == expected


def test_households_within_several_parts_are_found_once(city: Connection) -> None:
    around = tuple((107.2 + x, 31.9 + y) for x, y in ((-0.1, -0.1), (0.1, -0.1), (0, 0.1)))
    shape = Shape(((around,),), (Circle(31.9, 107.2, 1), Circle(31.9, 107.2, 2)))
    assert households_within(city, shape).count(FIRST) == 1


def test_household_is_found_by_code(city: Connection) -> None:
    assert household(city, FIRST) == Household(
        code=FIRST,
        division="511921100208",
        address="1号",
        head="住户0001",
        headcount=4,
        language="zh",
        vulnerable="",
        persons=("住户0001甲", "住户0001乙"),
        latitude=31.9,
        longitude=107.2,
        officer="grid208",
        centre=None,
        courtyard=None,
        phones=("+8610000000002", "+8610000000001"),
    )
    assert household(city, "5119211002080009") is None


@pytest.mark.parametrize(
    ("column", "names"), [("", ()), ("张三", ("张三",)), ("张三;李四", ("张三", "李四"))]
)
def test_names_in_splits_the_column(column: str, names: tuple[str, ...]) -> None:
    assert names_in(column) == names


def test_officer_is_found_by_id(city: Connection) -> None:
    phones = ("+8610000000100", "+8610000000101")
    zero = Officer("zero", "演练零", Role.DUTY_OFFICER, "511921100", None, phones)
    assert officer(city, "zero") == zero
    assert zero.tier is Tier.TOWN
    assert officer(city, "nobody") is None


def test_look_up_takes_more_ids_than_a_statement_has_parameters(city: Connection) -> None:
    many = [f"x{number}" for number in range(70_000)]
    if city.dialect.name == "sqlite":
        # SQLite's own bound; some builds of it allow more.
        raw = city.connection.driver_connection
        raw.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 32_766)
    assert list(officers_named(city, [*many, "admin"])) == ["admin"]
    assert [each.code for each in households_named(city, [*many, ALONE])] == [ALONE]


def test_officer_without_phones_is_found(city: Connection) -> None:
    found = officer(city, "grid209")
    assert found is not None
    assert found.phones == ()


def test_one_phone_may_belong_to_two_officers(city: Connection) -> None:
    found = officer_by_phone(city, "+8610000000107")
    assert [(one.id, one.role) for one in found] == [
        ("grid208", Role.GRID_OFFICER),
        ("told208", Role.INFORMANT),
    ]
    assert [one.id for one in officer_by_phone(city, "+8610000000101")] == ["zero"]
    assert officer_by_phone(city, "+8610000000999") == []


@pytest.mark.parametrize(
    ("deputy_of", "at_once"),
    [
        ({}, []),
        ({"a": None, "b": None}, ["a", "b"]),
        ({"a": None, "b": "a", "c": "b"}, ["a"]),
        # The principal of b is not among these officers, so only this call reaches b.
        ({"b": "a", "c": "b", "d": None}, ["b", "d"]),
    ],
)
def test_deputy_of_a_called_principal_is_not_called_at_once(
    deputy_of: dict[str, str | None], at_once: list[str]
) -> None:
    officers = [
        Officer(id_, "name", Role.GRID_OFFICER, "511921100208", principal, ())
        for id_, principal in deputy_of.items()
    ]
    assert [one.id for one in called_first(officers)] == at_once


@pytest.mark.parametrize(
    ("divisions", "expected"),
    [
        (["511921100209"], ["city", "chief", "zero", "first", "second", "grid209"]),
        (["511921100208001"], ["city", "chief", "zero", "first", "second", "grid208", "told208"]),
        (["511921101", "511922"], ["city", "far", "other"]),
        (["511922", "511922"], ["city", "far"]),
        ([], []),
    ],
)
def test_officers_in_and_above_an_area_are_called(
    city: Connection, divisions: list[str], expected: list[str]
) -> None:
    assert [one.id for one in officers_for(city, divisions)] == expected


@pytest.mark.parametrize(
    ("principals", "deputies"),
    [
        (["zero"], ["first"]),
        (["first", "zero", "chief"], ["first", "second"]),
        (["second", "nobody"], []),
        ([], []),
    ],
)
def test_deputies_are_found_by_their_principals(
    city: Connection, principals: list[str], deputies: list[str]
) -> None:
    assert [one.id for one in officers_deputising(city, principals)] == deputies


@pytest.mark.parametrize("area", [["5119"], ["511921100208001", "511922"], []])
def test_officers_on_call_equal_the_called_officers_in_order(
    city: Connection, area: list[str]
) -> None:
    wanted = [
        (one.id, one.role, one.division, one.deputy_of, one.language, bool(one.phones))
        for one in officers_for(city, area)
    ]
    assert on_call_for(city, area) == wanted


def test_named_officer_is_returned_regardless_of_role(city: Connection) -> None:
    assert [(one.id, one.has_phone) for one in on_call_named(city, "admin")] == [("admin", True)]
    assert [(one.id, one.has_phone) for one in on_call_named(city, "grid209")] == [
        ("grid209", False)
    ]
    assert on_call_named(city, "nobody") == []


def test_alert_for_the_city_calls_everybody_but_the_administrator(city: Connection) -> None:
    called = officers_for(city, ["5119"])
    assert len(called) == 10
    assert [one.tier for one in called] == sorted((o.tier for o in called), key=list(Tier).index)
    assert not [one for one in called if one.role is Role.ADMINISTRATOR]
