"""The city for benches of scale, with the same households on both databases."""

from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, func, select

from alerting.database.engine import writer_engine
from contacts.tables import DIVISIONS, HOUSEHOLD_PHONES, HOUSEHOLDS, OFFICERS
from scripts.benches.plan_city import (
    COMMANDER,
    OFFICER,
    PHONELESS_EVERY,
    City,
    household_phone,
    settle,
    villages_of,
)

# Long, because a bench protects no rule of the service.
pytestmark = pytest.mark.long

COUNT = 2_000


@pytest.fixture
def city(engine: Engine, database_url: str) -> Engine:
    settle(database_url, COUNT)
    return engine


def phones(connection: Connection, position: int) -> list[str]:
    found = select(HOUSEHOLD_PHONES.c.number).where(HOUSEHOLD_PHONES.c.position == position)
    return list(connection.scalars(found))


def test_households_lie_in_all_villages(city: Engine) -> None:
    with city.begin() as connection:
        homes = connection.execute(select(HOUSEHOLDS.c.code, HOUSEHOLDS.c.division)).all()
        villages = villages_of(connection)
    assert len({code for code, _ in homes}) == COUNT
    assert {division for _, division in homes} == set(villages)
    assert {len(code) for code, _ in homes} == {16}
    assert all(code.startswith(division) for code, division in homes)


def test_phones_are_unique_and_numbered_like_households(city: Engine) -> None:
    reached = [number for number in range(COUNT) if number % PHONELESS_EVERY]
    with city.begin() as connection:
        first, second = phones(connection, 0), phones(connection, 1)
    assert sorted(first) == sorted(map(household_phone, reached))
    assert 0 < len(second) < len(first)
    assert len({*first, *second}) == len(first) + len(second)


def test_every_tier_has_officers(city: Engine) -> None:
    with city.begin() as connection:
        ids = set(connection.scalars(select(OFFICERS.c.id)))
        places = connection.execute(select(func.count()).select_from(DIVISIONS)).scalar_one()
    assert {OFFICER, COMMANDER} <= ids
    assert len(ids) > places


def test_copy_is_writable_and_removed_afterwards(tmp_path: Path) -> None:
    (tmp_path / "city.db").write_bytes(b"")
    city = City("sqlite", f"sqlite:///{tmp_path / 'city.db'}", tmp_path)
    with city.copied() as url:
        engine = writer_engine(url)
        with engine.begin() as connection:
            DIVISIONS.create(connection)
        engine.dispose()
    assert [left.name for left in tmp_path.iterdir()] == ["city.db"]
    assert (tmp_path / "city.db").read_bytes() == b""
