"""The workbook has a sheet for each table, and no text from people becomes a formula."""

import io
import zipfile

from defusedxml import ElementTree

from alerting.report.tables import Table
from alerting.report.workbook import workbook_of

TABLES = [
    Table("stayed", "Those: who/stayed", ("Household", "People"), [('=HYPERLINK("x")', 3)]),
    Table("long", "a title of more characters than a sheet may have", ("A",), []),
]


def parts(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return {name: file.read(name).decode() for name in file.namelist() if "xml" in name}


def test_workbook_has_a_sheet_for_each_table() -> None:
    found = parts(workbook_of("预警报告", [("编号", "#27")], TABLES))
    book = ElementTree.fromstring(found["xl/workbook.xml"])
    names = [each.get("name") for each in book.iter() if each.tag.endswith("}sheet")]
    assert names == ["预警报告", "Those  who stayed", "a title of more characters than"]
    assert "#27" in found["xl/worksheets/sheet1.xml"]


def test_text_is_never_a_formula_and_numbers_are_numbers() -> None:
    sheet = parts(workbook_of("预警报告", [], TABLES))["xl/worksheets/sheet2.xml"]
    assert "<f>" not in sheet
    assert "=HYPERLINK" in sheet
    assert "<v>3</v>" in sheet
