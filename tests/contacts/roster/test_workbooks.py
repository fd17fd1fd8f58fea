"""Workbooks are read within limits of size, time and memory."""

import os
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from contacts.roster import workbook_reader
from contacts.roster.problems import RosterError
from contacts.roster.workbooks import is_workbook, open_workbook
from tests.support.office_files import write_ods, write_xls, write_xlsx


def rows(path: Path) -> dict[str, list[tuple[int, list[str]]]]:
    return {
        sheet.name: [(row.line, row.cells) for row in sheet.rows] for sheet in open_workbook(path)
    }


def test_every_sheet_is_read_with_line_numbers(tmp_path: Path) -> None:
    path = write_xlsx(
        tmp_path / "a.xlsx", {"甲": [[], ["", "户主"], [], ["", 13900000001.0, 2.5]], "乙": [["x"]]}
    )
    assert is_workbook(path)
    assert rows(path) == {
        "甲": [(2, ["", "户主", ""]), (4, ["", "13900000001", "2.5"])],
        "乙": [(1, ["x"])],
    }


def test_number_too_large_to_be_exact_keeps_its_exponent(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"甲": [[5119211002080010001.0, 5119211002080000.0]]})
    ((_, cells),) = rows(path)["甲"]
    assert cells == ["5.11921100208001e+18", "5119211002080000"]


def test_open_document_is_read(tmp_path: Path) -> None:
    path = write_ods(tmp_path / "a.ods", "名册", [["户主", "电话"], ["甲", "13900000001"]])
    assert rows(path) == {"名册": [(1, ["户主", "电话"]), (2, ["甲", "13900000001"])]}
    assert [sheet.merged for sheet in open_workbook(path)] == [None]


def test_workbook_of_excel_97_is_read(tmp_path: Path) -> None:
    path = write_xls(tmp_path / "a.xls")
    assert is_workbook(path)
    assert rows(path) == {
        "花名册": [
            (1, ["花名册", "", "", ""]),
            (2, ["户主", "人数", "电话", "住址"]),
            (3, ["甲", "3", "13900000001", "千佛村1号"]),
        ]
    }


def test_merged_cells_are_mapped_to_the_line_with_the_value(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"甲": [["x"], ["y"], ["y"], ["y"]]}, ["A2:A4"])
    assert [sheet.merged for sheet in open_workbook(path)] == [{(3, 0): 2, (4, 0): 2}]


def test_workbook_with_a_cell_far_away_is_refused_quickly(tmp_path: Path) -> None:
    path = tmp_path / "far.xlsx"
    far = [[""] * 16_383 + ["x"]]
    write_xlsx(path, {"甲": [["y"], *[[]] * 1_048_574, *far]})
    begun = time.monotonic()
    with pytest.raises(RosterError, match="too large"):
        rows(path)
    assert time.monotonic() - begun < 60


def test_archive_that_unpacks_to_600_mb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for number in range(6):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", b" " * 100_000_000)
    assert path.stat().st_size < 1_000_000
    with pytest.raises(RosterError, match="too large"):
        rows(path)


@pytest.mark.parametrize("content", [b"PK\x03\x04 no archive", b"\xd0\xcf\x11\xe0 no workbook"])
def test_damaged_workbook_is_refused_in_both_languages(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    with pytest.raises(RosterError, match="cannot be read as a workbook") as caught:
        rows(path)
    assert "重新另存" in caught.value.problems[0].in_chinese()


def test_reader_process_ends_before_rows_are_returned(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"甲": [["x"]] * 50_000})
    with closing(open_workbook(path)) as sheets:
        row = next(next(sheets).rows)
        assert not [each for each in _commands_below(os.getpid()) if str(path) in each]
    assert row.cells == ["x"]


def _commands_below(pid: int) -> Iterator[str]:
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            yield Path(f"/proc/{child}/cmdline").read_text()


def test_reader_stops_after_the_maximum_number_of_characters(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"甲": [["x" * 100]] * 3})
    told = list(workbook_reader.lines(str(path), most=300))
    assert [len(each) > 100 for each in told] == [False, True, True, False]
    assert told[-1] == '{"refused": "size"}\n'


def test_later_sheet_that_is_too_large_is_refused(tmp_path: Path) -> None:
    far = [[""] * 16_383 + ["x"]]
    path = write_xlsx(tmp_path / "a.xlsx", {"甲": [["x"]], "乙": [["y"], *[[]] * 1_300, *far]})
    sheets = open_workbook(path)
    assert [row.cells for row in next(sheets).rows] == [["x"]]
    with pytest.raises(RosterError, match="too large"):
        next(sheets)
