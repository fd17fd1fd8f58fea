"""Roster files as a clerk has them: workbooks and their faults, written by the tests."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from xlsxwriter import Workbook

Cell = str | float

TITLE: Final = ["诺江镇受威胁群众花名册"]
HEADINGS: Final = ["序号", "户主姓名", "家庭人口", "联系电话", "住址", "网格员", "特殊人群", "备注"]


def home(number: int, **changed: Cell) -> list[Cell]:
    """Return a clerk's row of a household of Qianfo village."""
    cells: dict[str, Cell] = {
        "number": float(number),
        "head": f"住户{number:04d}",
        "headcount": "3人",
        "phones": f"1390000{number:04d}",
        "address": f"通江县诺江镇千佛村1组{number}号",
        "officer": "演练网格员",
        "vulnerable": "",
        "remark": "",
    }
    return list((cells | changed).values())


def write_xlsx(
    path: Path, sheets: dict[str, Sequence[Sequence[Cell]]], merged: Sequence[str] = ()
) -> Path:
    """Write a workbook; `merged` are ranges of the first sheet, such as 'B3:B4'."""
    with Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for line, cells in enumerate(rows):
                sheet.write_row(line, 0, cells)
        for place in merged:
            first = book.worksheets()[0]
            corner = place.partition(":")[0]
            row, column = int(corner[1:]) - 1, ord(corner[0]) - ord("A")
            first.merge_range(place, next(iter(sheets.values()))[row][column])
    return path


def write_ods(path: Path, name: str, rows: Sequence[Sequence[str]]) -> Path:
    """Write an OpenDocument workbook of one sheet."""
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p>'
            "</table:table-cell>"
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    names = "".join(
        f' xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"'
        for prefix in ("office", "table", "text")
    )
    content = (
        f"<office:document-content{names}><office:body><office:spreadsheet>"
        f'<table:table table:name="{name}">{cells}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return path
