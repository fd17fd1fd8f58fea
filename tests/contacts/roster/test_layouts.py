"""Columns are found in files that cannot be read further, and kept for a division's next file."""

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


def test_row_with_most_cells_stands_in_for_unknown_headings() -> None:
    found = layouts_of([sheet(["甲"], ["乙", "丙"], name="一")], HOUSEHOLDS, Asked())
    assert [(name, layout.headings) for name, layout in found] == [("一", ("乙", "丙"))]


def test_asked_columns_are_found() -> None:
    asked = Asked(columns={"head": "乙", "headcount": "丙"})
    (layout,) = (layout for _, layout in layouts_of([sheet(["乙", "丙"])], HOUSEHOLDS, asked))
    assert layout.fields == ("head", "headcount")


def test_empty_sheet_has_none() -> None:
    assert layouts_of([sheet()], HOUSEHOLDS, Asked()) == []


def layout(**fields: str) -> Layout:
    return Layout("households", 1, tuple(fields), tuple(fields.values()), is_confirmed=False)


def test_kept_columns_hold_for_the_division_and_those_below(conn: Connection) -> None:
    keep_columns(conn, "households", "", [layout(当家人="head")])
    keep_columns(conn, "households", "511921100", [layout(当家人="officer", 序号="")])
    assert confirmed_columns(conn, "households", "") == {"当家人": "head"}
    assert confirmed_columns(conn, "households", "511921") == {"当家人": "head"}
    for division in ("511921100", "511921100208"):
        assert confirmed_columns(conn, "households", division) == {"当家人": "officer", "序号": ""}


def test_columns_of_officers_are_others(conn: Connection) -> None:
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
