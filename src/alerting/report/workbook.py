"""The report as an .xlsx workbook, with one sheet for each table."""

import re
from io import BytesIO
from typing import Final

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from alerting.report.tables import Table
from contacts.roster.exporting import WORKBOOK

_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\']")

_LONGEST_NAME: Final = 31

_WIDTH: Final = 18


def workbook_of(title: str, facts: list[tuple[str, str]], tables: list[Table]) -> bytes:
    """Return an .xlsx file: a first sheet with `facts`, then a sheet for each table."""
    file = BytesIO()
    with Workbook(file, WORKBOOK) as book:
        heading = book.add_format({"bold": True, "text_wrap": True, "bg_color": "#dddddd"})
        first = _sheet(book, title)
        for row, line in enumerate(facts):
            first.write_row(row, 0, line)
        for table in tables:
            sheet = _sheet(book, table.title)
            sheet.freeze_panes(1, 0)
            sheet.write_row(0, 0, table.columns, heading)
            for row, cells in enumerate(table.rows, start=1):
                sheet.write_row(row, 0, cells)
    return file.getvalue()


def _sheet(book: Workbook, title: str) -> Worksheet:
    sheet = book.add_worksheet(_FORBIDDEN.sub(" ", title)[:_LONGEST_NAME])
    sheet.set_column(0, 20, _WIDTH)
    return sheet
