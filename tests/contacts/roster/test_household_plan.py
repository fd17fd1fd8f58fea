"""The plan of an import lists exactly the changes that the import stores."""

from io import StringIO

import pytest
from sqlalchemy import Connection, func, select, update

from contacts.directory import household
from contacts.roster.clerk_file import Asked
from contacts.roster.household_plan import plan_import, read_for, store_plan
from contacts.roster.households import HouseholdFile
from contacts.roster.problems import RosterError
from contacts.roster.sheets import text_sheet
from contacts.roster.store import Report
from contacts.tables import HOUSEHOLDS
from tests.support.city import NOW

HEADER = "户主,人数,电话,住址,村\n"
ONE_ROW = "住户0001,4,,1号,千佛村\n"
FIRST, SECOND, IN_GRID = "5119211002080001", "5119211002080002", "5119211002080010001"


def read(conn: Connection, rows: str, **asked: str) -> HouseholdFile:
    sheets = [text_sheet(StringIO(HEADER + rows))]
    return read_for(conn, sheets, ("zh", "en"), Asked(**asked))


def test_plan_predicts_exactly_what_the_import_stores(city: Connection) -> None:
    rows = (
        "住户0001,5,+8610000000002,1号,诺江镇千佛村\n"
        "住户0003,3,+8610000000001,3号,诺江镇千佛村\n"
        "住户0004,2,+8610000000004,9号,鹦鸽嘴村\n"
        "新户,1,13900000099,10号,元顶村\n"
    )
    plan = plan_import(city, read(city, rows), whole=True)
    found = plan.difference
    assert [label.code for label in found.added] == ["5119211002090002"]
    ((label, changed),) = found.changed
    assert label.code == FIRST
    assert [(each.field, each.before, each.after) for each in changed] == [
        ("headcount", 4, 5),
        ("phones", "+8610000000002;+8610000000001", "+8610000000002"),
    ]
    assert [(label.code, old) for label, old in found.moved] == [
        ("5119211012000002", "5119211002090001")
    ]
    assert [label.code for label in found.gone] == [SECOND, "5119211012000001"]
    assert found.unchanged == 1
    assert store_plan(city, plan, NOW) == plan.report() == Report(2, 1, 1, 11, 3)
    assert city.scalar(select(func.count()).select_from(HOUSEHOLDS)) == 4


def test_planning_stores_nothing(city: Connection) -> None:
    before = city.execute(select(HOUSEHOLDS)).all()
    plan_import(city, read(city, "新户,1,,10号,元顶村\n"), whole=True)
    assert city.execute(select(HOUSEHOLDS)).all() == before


def test_stored_columns_that_the_file_lacks_are_kept(city: Connection) -> None:
    store_plan(city, plan_import(city, read(city, "住户0001,9,,1号,千佛村\n"), whole=False), NOW)
    stored = household(city, FIRST)
    assert stored is not None
    assert (stored.headcount, stored.phones) == (9, ())
    assert (stored.latitude, stored.officer) == (31.9, "grid208")
    assert stored.persons == ("住户0001甲", "住户0001乙")


def test_column_changes_only_the_households_of_sheets_that_have_it(city: Connection) -> None:
    with_language = "户主,人数,电话,住址,村,语言\n住户0003,3,+8610000000001,3号,千佛村,zh\n"
    sheets = [text_sheet(StringIO(with_language)), text_sheet(StringIO(HEADER + ONE_ROW))]
    sheets[0].name, sheets[1].name = "甲", "乙"
    city.execute(update(HOUSEHOLDS).where(HOUSEHOLDS.c.code == FIRST).values(language="en"))
    file = read_for(city, sheets, ("zh", "en"), Asked())
    store_plan(city, plan_import(city, file, whole=False), NOW)
    for code, language in ((IN_GRID, "zh"), (FIRST, "en")):
        stored = household(city, code)
        assert stored is not None
        assert stored.language == language


def test_household_in_a_grid_is_found_by_its_village(city: Connection) -> None:
    file = read(city, "住户0003,3,,3号,千佛村\n")
    assert [(line.code, line.division) for line in file.lines] == [(IN_GRID, IN_GRID[:-4])]


def test_whole_file_of_a_division_retires_nothing_outside_it(city: Connection) -> None:
    file = read(city, "住户0001,4,,1号,千佛村\n", within="511921100208")
    plan = plan_import(city, file, whole=True, within="511921100208")
    assert plan.gone == [SECOND, IN_GRID]
    assert [str(each).split(":")[0] for each in plan.difference.suspicious] == [
        "2 of 3 households of 511921100208 go"
    ]


def test_household_that_keeps_its_old_code_is_reported_as_a_possible_double_count(
    city: Connection,
) -> None:
    file = read(city, "住户0004,2,+8610000000004,9号,鹦鸽嘴村\n")
    found = plan_import(city, file, whole=False).difference
    assert [label.code for label in found.added] == ["5119211012000002"]
    assert "as 5119211002090001, and its phone or address: people may count twice" in str(
        found.suspicious[0]
    )


def test_reference_to_a_retired_or_unknown_neighbour_is_refused(city: Connection) -> None:
    text = (
        "code,address,head,headcount,phones,centre\n"
        f"{FIRST},1号,住户0001,4,,{SECOND}\n"
        "5119211002080003,3号,住户,1,,5119211002080009\n"
    )
    file = read_for(city, [text_sheet(StringIO(text))], ("zh",), Asked())
    with pytest.raises(RosterError, match="line 3, centre: '5119211002080009' is not a known"):
        plan_import(city, file, whole=False)
    with pytest.raises(RosterError, match=f"line 2, centre: '{SECOND}' is not a known household"):
        plan_import(city, file, whole=True)


def test_code_taken_by_a_concurrent_import_is_refused(city: Connection) -> None:
    file, other = (read(city, f"{head},1,,10号,元顶村\n") for head in ("新户", "别户"))
    store_plan(city, plan_import(city, other, whole=False), NOW)
    with pytest.raises(RosterError, match="'5119211002090002' was assigned to another household"):
        plan_import(city, file, whole=False)
