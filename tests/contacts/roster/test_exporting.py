"""An import of an exported CSV file or workbook changes nothing."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, update

from contacts.roster.clerk_file import Asked
from contacts.roster.exporting import write_csv, write_workbook
from contacts.roster.files import open_roster
from contacts.roster.household_plan import plan_import, read_for
from contacts.roster.importing import import_divisions, import_households, import_officers
from contacts.roster.store import Report
from contacts.tables import DIVISIONS, HOUSEHOLDS
from tests.contacts.conftest import LANGUAGES
from tests.support.city import NOW

HOME = "5119211002080001"
QIANFO = "511921100208"
HOUSEHOLDS_STORED = 5

AWKWARD: dict[str, Any] = {
    "head": '=1+1,"引号"',
    "address": "@后山; 3号",
    "persons": "张三;李四",
    "vulnerable": "elderly;alone",
    "latitude": 0.00001,
    "longitude": -107.123456789,
    "courtyard": "甲院",
    "centre": "5119211002080002",
}


@pytest.fixture
def awkward(city: Connection) -> Connection:
    """Return a city with values that are easily damaged in a file, such as quotes and formulas."""
    place = {"assembly_point": "小学", "words": {"name_en": "Qianfo", "route_es": "al este"}}
    city.execute(update(HOUSEHOLDS).where(HOUSEHOLDS.c.code == HOME).values(AWKWARD))
    city.execute(update(DIVISIONS).where(DIVISIONS.c.code == QIANFO).values(place))
    return city


def csv_of(connection: Connection, kind: str, division: str = "") -> str:
    out = io.StringIO(newline="")
    count = write_csv(connection, kind, division, out)
    assert count == len(out.getvalue().splitlines()) - 1
    return out.getvalue()


IMPORTS: dict[str, Callable[[Connection, io.StringIO], Report]] = {
    "divisions": lambda conn, text: import_divisions(conn, text, whole=True, now=NOW),
    "officers": lambda conn, text: import_officers(conn, text, LANGUAGES, whole=True, now=NOW),
    "households": lambda conn, text: import_households(conn, text, LANGUAGES, whole=True, now=NOW),
}


@pytest.mark.parametrize("kind", IMPORTS)
def test_import_of_an_exported_csv_as_whole_file_changes_nothing(
    awkward: Connection, kind: str
) -> None:
    text = csv_of(awkward, kind)
    report = IMPORTS[kind](awkward, io.StringIO(text))
    assert (report.added, report.updated, report.retired) == (0, 0, 0)
    assert report.unchanged == len(text.splitlines()) - 1
    assert csv_of(awkward, kind) == text


def test_import_of_an_exported_workbook_as_whole_file_changes_nothing(
    awkward: Connection, tmp_path: Path
) -> None:
    path = tmp_path / "households.xlsx"
    with path.open("wb") as out:
        assert write_workbook(awkward, "households", "", out) == HOUSEHOLDS_STORED
    file = read_for(awkward, open_roster(path), LANGUAGES, Asked())
    assert plan_import(awkward, file, whole=True).report() == Report(
        0, 0, HOUSEHOLDS_STORED, people=15
    )


def test_export_of_a_division_omits_rows_outside_it(awkward: Connection) -> None:
    homes = csv_of(awkward, "households", QIANFO).splitlines()
    officers = csv_of(awkward, "officers", QIANFO)
    divisions = csv_of(awkward, "divisions", QIANFO).splitlines()
    assert [row.split(",")[0] for row in homes[1:]] == [
        HOME, "5119211002080002", "5119211002080010001"
    ]  # fmt: skip
    assert ("grid208" in officers, "chief" in officers) == (True, False)
    assert [row.split(",")[0] for row in divisions[1:]] == [QIANFO, f"{QIANFO}001"]
