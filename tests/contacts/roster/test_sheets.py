"""A text sheet yields rows with line numbers and refuses a sheet that is too large."""

from io import StringIO

import pytest

from contacts.roster.problems import RosterError
from contacts.roster.sheets import MOST_CHARACTERS, MOST_COLUMNS, Row, as_sheet, bounded, text_sheet


def test_rows_keep_the_line_numbers_of_the_file() -> None:
    sheet = as_sheet(StringIO('a,b\n\n"c\nd",e\n , \nf,g\n'))
    assert [(row.line, row.cells) for row in sheet.rows] == [
        (1, ["a", "b"]),
        (3, ["c\nd", "e"]),
        (6, ["f", "g"]),
    ]
    assert as_sheet(sheet) is sheet


def test_rows_after_a_broken_row_are_read() -> None:
    rows = list(text_sheet(StringIO('a;"b"c;d\ne;f\n'), ";").rows)
    assert rows[0].fault is not None
    assert "double quotes" in str(rows[0].fault)
    assert rows[1].cells == ["e", "f"]


def test_number_of_rows_and_columns_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RosterError, match=f"more than {MOST_COLUMNS} columns"):
        list(bounded(iter([Row(1, ["x"] * (MOST_COLUMNS + 1))])))
    rows = (Row(line, ["x"]) for line in range(1, 200_003))
    with pytest.raises(RosterError, match="more than 200000 rows"):
        list(bounded(rows))


def test_row_with_a_long_cell_is_refused() -> None:
    (row,) = bounded(iter([Row(4, ["x" * (MOST_CHARACTERS + 1)])]))
    assert (row.line, row.cells) == (4, [])
    assert "shorten it" in str(row.fault)
