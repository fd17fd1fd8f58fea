"""Columns of files that cannot be read further."""

from contacts.roster.clerk_file import Asked
from contacts.roster.headings import HOUSEHOLDS
from contacts.roster.layouts import layouts_of
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
