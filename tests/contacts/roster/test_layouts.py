"""Columns are found even in files with other problems, and stored for later files."""

from sqlalchemy import Connection

from contacts.roster.clerk_file import Asked
from contacts.roster.headings import HOUSEHOLDS, Layout
from contacts.roster.layouts import confirmed_columns, keep_columns, layouts_of
from contacts.roster.sheets import RawSheet, Row


def sheet(*rows: list[str], name: str = "") -> RawSheet:
    return RawSheet((Row(line, cells) for line, cells in enumerate(rows, start=1)), name)


def test_known_headings_are_found_below_titles() -> None:
    found = layouts_of([sheet(["花名册"], ["户主", "人数", "甲"])], HOUSEHOLDS, Asked())
    (layout,) = (layout for _, layout in found)
    assert (layout.line, layout.fields) == (2, ("head", "headcount", ""))


def test_row_with_most_cells_is_taken_if_no_heading_is_known() -> None:
    found = layouts_of([sheet(["甲"], ["乙", "丙"], name="一")], HOUSEHOLDS, Asked())
    assert [(name, layout.headings) for name, layout in found] == [("一", ("乙", "丙"))]


def test_requested_columns_are_found() -> None:
    asked = Asked(columns={"head": "乙", "headcount": "丙"})
    (layout,) = (layout for _, layout in layouts_of([sheet(["乙", "丙"])], HOUSEHOLDS, asked))
    assert layout.fields == ("head", "headcount")


def test_empty_sheet_has_no_layout() -> None:
    assert layouts_of([sheet()], HOUSEHOLDS, Asked()) == []


def layout(**fields: str) -> Layout:
    return Layout("households", 1, tuple(fields), tuple(fields.values()), is_confirmed=False)


def test_stored_columns_apply_to_the_division_and_its_descendants(conn: Connection) -> None:
    keep_columns(conn, "households", "", [layout(当家人="head")])
    keep_columns(conn, "households", "511921100", [layout(当家人="officer", 序号="")])
    assert confirmed_columns(conn, "households", "") == {"当家人": "head"}
    assert confirmed_columns(conn, "households", "511921") == {"当家人": "head"}
    for division in ("511921100", "511921100208"):
        assert confirmed_columns(conn, "households", division) == {"当家人": "officer", "序号": ""}


def test_columns_of_officers_and_households_are_stored_separately(conn: Connection) -> None:
    keep_columns(conn, "officers", "", [layout(姓名="name")])
    assert confirmed_columns(conn, "households", "") == {}
    assert confirmed_columns(conn, "officers", "") == {"姓名": "name"}


def test_later_columns_replace_earlier_ones(conn: Connection) -> None:
    keep_columns(conn, "households", "", [layout(当家人="head", 电话="phones")])
    keep_columns(conn, "households", "", [layout(当家人="officer"), layout(人数="headcount")])
    assert confirmed_columns(conn, "households", "") == {
        "人数": "headcount",
        "当家人": "officer",
        "电话": "phones",
    }
