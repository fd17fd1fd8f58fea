"""A household far from all others of its village is suspicious; its neighbours are not."""

from io import StringIO

import pytest
from sqlalchemy import Connection, update

from contacts.roster.clerk_file import Asked
from contacts.roster.household_plan import plan_import, read_for
from contacts.roster.sheets import text_sheet
from contacts.tables import HOUSEHOLDS

HEADER = "户主,人数,电话,住址,村,纬度,经度\n"

FIRST = "5119211002080001"
"""A stored household of 千佛村. It lies at 31.9° N, near its neighbours."""


def suspicious_codes(conn: Connection, *rows: str, whole: bool = False) -> list[str]:
    text = HEADER + "".join(f"{row}\n" for row in rows)
    file = read_for(conn, [text_sheet(StringIO(text))], ("zh", "en"), Asked())
    found = plan_import(conn, file, whole=whole).difference.suspicious
    return [str(each).split(" lies")[0] for each in found if "lies over 3 km" in str(each)]


def home(number: int, place: str, village: str = "元顶村") -> str:
    return f"新户{number},1,,{number}0号,{village},{place}"


@pytest.mark.parametrize(("latitude", "count"), [("31.92", 0), ("31.96", 1)])
def test_household_far_from_the_others_in_the_file_is_suspicious(
    city: Connection, latitude: str, count: int
) -> None:
    near = [home(number, "31.90,107.20") for number in range(1, 4)]
    found = suspicious_codes(city, *near, home(4, f"{latitude},107.20"))
    assert found == ["5119211002090005"] * count


def test_household_far_from_stored_neighbours_is_suspicious(city: Connection) -> None:
    city.execute(update(HOUSEHOLDS).values(latitude=31.9, longitude=107.2))
    assert suspicious_codes(city, home(1, "31.9,107.2", "千佛村")) == []
    assert suspicious_codes(city, home(1, "31.9,108.2", "千佛村")) == ["5119211002080003"]
    assert suspicious_codes(city, home(1, "31.9,108.2", "千佛村"), whole=True) == []


def test_only_household_of_a_village_is_not_suspicious(city: Connection) -> None:
    city.execute(update(HOUSEHOLDS).values(latitude=None, longitude=None))
    assert suspicious_codes(city, home(1, "31.9,107.2")) == []


def test_household_is_not_compared_with_its_own_old_coordinates(city: Connection) -> None:
    city.execute(update(HOUSEHOLDS).values(latitude=None, longitude=None))
    city.execute(
        update(HOUSEHOLDS).values(latitude=31.9, longitude=107.2).where(HOUSEHOLDS.c.code == FIRST)
    )
    moved = "住户0001,4,,1号,千佛村,31.9,108.2"
    assert suspicious_codes(city, moved) == []
