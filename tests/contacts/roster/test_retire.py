"""Only the import of a complete file (`whole`) retires the stored rows that the file lacks."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from sqlalchemy import Connection, func, insert, select

from contacts.directory import division, household, officer
from contacts.roster.importing import import_divisions, import_households, import_officers
from contacts.roster.problems import RosterError
from contacts.tables import (
    HAZARD_POINTS,
    HOUSEHOLD_PHONES,
    HOUSEHOLDS,
    OFFICER_PHONES,
    OFFICER_TOKENS,
)

NOW = datetime(2026, 8, 29, 5, 10, tzinfo=UTC)
DIVISIONS = (
    "code,name,tier,parent\n5119,巴中市,city,51\n511921,通江县,county,5119\n"
    "511921100,诺江镇,town,511921\n511921100208,千佛村,village,511921100\n"
)
OTHER = "511921100209,新千佛村,village,511921100\n"
LANGUAGES = ("zh", "en")
OFFICER_HEADER = "id,name,role,division,phones,deputy_of\n"
LEAVING = "grid,网格,grid_officer,511921100208,13900008003,\n"
STAYING = "duty,值班,duty_officer,511921,13900008001,\ndeputy,副班,duty_officer,511921,,grid\n"
HOME_HEADER = (
    "code,division,address,head,headcount,phones,language,vulnerable,latitude,longitude,officer\n"
)
OLD, NEW = "5119211002080001", "5119211002090001"


def homes(*codes: str, officer: str = "") -> StringIO:
    rows = (f"{code},{code[:-4]},1号,住户,3,13900000001,zh,,,,{officer}\n" for code in codes)
    return StringIO(HOME_HEADER + "".join(rows))


@pytest.fixture
def village(conn: Connection) -> Connection:
    """Return a database with a village, a household, its officer and the officer's deputy."""
    import_divisions(conn, StringIO(DIVISIONS), now=NOW)
    import_officers(conn, StringIO(OFFICER_HEADER + LEAVING + STAYING), LANGUAGES, now=NOW)
    import_households(conn, homes(OLD, officer="grid"), ["zh"], now=NOW)
    token = {"hash": "x", "officer": "grid", "issued_at": NOW, "expires_at": NOW}
    conn.execute(insert(OFFICER_TOKENS).values(token))
    return conn


def test_import_of_a_part_retires_nothing(village: Connection) -> None:
    import_divisions(village, StringIO(DIVISIONS + OTHER), now=NOW)
    assert import_households(village, homes(NEW), ["zh"], now=NOW).retired == 0
    assert village.scalar(select(func.count()).select_from(HOUSEHOLDS)) == 2


def test_whole_file_retires_households_under_old_codes(village: Connection) -> None:
    import_divisions(village, StringIO(DIVISIONS + OTHER), now=NOW)
    report = import_households(village, homes(NEW), ["zh"], whole=True, now=NOW)
    assert (report.added, report.retired) == (1, 1)
    assert household(village, OLD) is None
    assert village.execute(select(HOUSEHOLD_PHONES.c.household)).scalars().all() == [NEW]


def test_retired_officer_loses_phones_tokens_and_households(village: Connection) -> None:
    report = import_officers(
        village,
        StringIO(OFFICER_HEADER + STAYING.replace(",grid", ",duty")),
        LANGUAGES,
        whole=True,
        now=NOW,
    )
    assert report.retired == 1
    assert officer(village, "grid") is None
    assert village.execute(select(OFFICER_PHONES.c.officer)).scalars().all() == ["duty"]
    assert village.scalar(select(func.count()).select_from(OFFICER_TOKENS)) == 0
    home = household(village, OLD)
    assert home is not None
    assert village.scalar(select(HOUSEHOLDS.c.officer)) is None


def test_retired_officer_is_removed_as_watcher_of_hazard_points(village: Connection) -> None:
    said = {"name": "滑坡", "division": "511921100208", "hazard": "landslide", "area": "{}"}
    for code, watcher in (("P1", "grid"), ("P2", "duty")):
        point = said | {"code": code, "watcher": watcher, "version": 3}
        village.execute(insert(HAZARD_POINTS).values(point))
    staying = StringIO(OFFICER_HEADER + STAYING.replace(",grid", ",duty"))
    import_officers(village, staying, LANGUAGES, whole=True, now=NOW)
    columns = HAZARD_POINTS.c["code", "watcher", "version"]
    points = village.execute(select(*columns).order_by(HAZARD_POINTS.c.code)).all()
    assert points == [("P1", None, 4), ("P2", "duty", 3)]


def test_division_is_retired_only_without_households_and_officers(village: Connection) -> None:
    left = DIVISIONS.replace("511921100208,千佛村", "511921100209,新千佛村")
    with pytest.raises(RosterError, match="511921100208 still has households"):
        import_divisions(village, StringIO(left), whole=True, now=NOW)
    import_households(village, homes(NEW), ["zh"], whole=True, now=NOW)
    with pytest.raises(RosterError, match="511921100208 still has officers"):
        import_divisions(village, StringIO(left), whole=True, now=NOW)
    staying = STAYING.replace(",grid", ",duty")
    import_officers(village, StringIO(OFFICER_HEADER + staying), LANGUAGES, whole=True, now=NOW)
    assert import_divisions(village, StringIO(left), whole=True, now=NOW).retired == 1
    assert division(village, "511921100208") is None


def test_empty_file_retires_nobody(village: Connection) -> None:
    with pytest.raises(RosterError, match="empty"):
        import_households(village, homes(), ["zh"], whole=True, now=NOW)
    assert household(village, OLD) is not None
