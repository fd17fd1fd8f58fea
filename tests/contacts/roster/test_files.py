"""Problems of a file name the line as an editor numbers it, and the column."""

from io import StringIO

import pytest

from contacts.roster.checks import Known
from contacts.roster.files import Sheet, read_sheet
from contacts.roster.lines import DivisionLine, columns
from contacts.roster.problems import RosterError

HEADER = "code,name,tier,parent\n"
CITY = "5119,巴中市,city,51\n"
COUNTY = "511921,通江县,county,5119\n"


def read(text: str) -> Sheet[DivisionLine]:
    return read_sheet(StringIO(text), DivisionLine, Known())


def refused(text: str) -> list[str]:
    """Return the problems, one line each, for which the file is refused."""
    with pytest.raises(RosterError) as caught:
        read(text)
    return str(caught.value).splitlines()


def test_lines_keep_their_line_numbers() -> None:
    sheet = read(HEADER + CITY + COUNTY)
    assert [(line, division.code) for line, division in sheet.lines] == [(2, "5119"), (3, "511921")]
    assert sheet.line_by_key == {"5119": 2, "511921": 3}
    assert list(sheet.problems) == []


@pytest.mark.parametrize("text", ["\ufeff" + HEADER + CITY, HEADER.replace("\n", "\r\n") + CITY])
def test_byte_order_mark_and_crlf_are_accepted(text: str) -> None:
    assert [division.name for _, division in read(text).lines] == ["巴中市"]


def test_columns_may_come_in_any_order() -> None:
    sheet = read("parent,tier,name,code\n51,city,巴中市,5119\n51,city,巴中市,5119\n")
    assert sheet.lines[0][1].name == "巴中市"
    assert [problem.column for problem in sheet.problems] == ["code"]


def test_bad_header_reports_every_problem() -> None:
    header = f"the header is {','.join(columns(DivisionLine))}"
    assert refused("code,title,tier,tier,head_en\n" + CITY) == [
        f"line 1, name: is missing: {header}",
        f"line 1, parent: is missing: {header}",
        f"line 1, title: is unknown: {header}",
        "line 1, tier: is there twice: remove one",
        f"line 1, head_en: is unknown: {header}",
    ]


@pytest.mark.parametrize("text", ["", "\n\n"])
def test_empty_file_reports_every_missing_column(text: str) -> None:
    assert len(refused(text)) == 4


def test_line_numbers_count_blank_lines_and_line_breaks_in_cells() -> None:
    sheet = read(HEADER + '\n5119,"巴中\n市",city,51\n\n511921,通江县,town,5119\n')
    assert [(problem.line, problem.column) for problem in sheet.problems] == [
        (3, "name"),
        (6, "tier"),
    ]


@pytest.mark.parametrize(("row", "cells"), [("5119,巴中市,city\n", 3), ("5119,巴,中,city,51\n", 5)])
def test_line_with_wrong_number_of_cells_is_refused(row: str, cells: int) -> None:
    remedy = "put a cell that contains a comma in double quotes"
    english = f"has {cells} cells, but the header has 4: {remedy}"
    sheet = read(HEADER + row + COUNTY)
    assert [(each.line, each.message) for each in sheet.problems] == [(2, english)]
    assert [division.code for _, division in sheet.lines] == ["511921"]


def test_duplicate_key_names_both_lines_even_if_one_is_bad() -> None:
    sheet = read(HEADER + CITY + COUNTY + "5119 ,,city,51\n")
    assert list(map(str, sheet.problems)) == [
        "line 4, code: '5119' is on line 2 already: remove one",
        "line 4, name: is empty: fill it in",
    ]


def test_misplaced_quote_does_not_hide_later_lines() -> None:
    sheet = read(HEADER + '5119,"巴中"市,city,51\n' + "511921,,county,5119\n")
    assert [(problem.line, problem.column) for problem in sheet.problems] == [(2, ""), (3, "name")]
    assert "check its commas and double quotes" in next(iter(sheet.problems)).message


def test_unclosed_quote_is_reported_at_its_opening_line() -> None:
    sheet = read(HEADER + CITY + '511921,"通江县,county,5119\n' + COUNTY)
    assert [problem.line for problem in sheet.problems] == [3]
