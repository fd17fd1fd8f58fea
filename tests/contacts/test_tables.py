"""The roster's tables in the database."""

from typing import Any

import pytest
from sqlalchemy import Connection, Engine, Table, insert, inspect
from sqlalchemy.exc import IntegrityError

from contacts import tables

TABLES = [
    tables.DIVISIONS,
    tables.OFFICERS,
    tables.OFFICER_PHONES,
    tables.OFFICER_TOKENS,
    tables.SIGN_IN_LINKS,
    tables.OFFICER_SESSIONS,
    tables.HOUSEHOLDS,
    tables.HOUSEHOLD_PHONES,
]
ORPHANS: list[tuple[Table, dict[str, Any]]] = [
    (tables.DIVISIONS, {"code": "511921", "name": "x", "tier": "county", "parent": "5119"}),
    (tables.OFFICERS, {"id": "o", "name": "x", "role": "informant", "division": "5119"}),
    (tables.OFFICER_PHONES, {"officer": "o", "position": 0, "number": "+8610000000001"}),
    (tables.HOUSEHOLD_PHONES, {"household": "h", "position": 0, "number": "+8610000000001"}),
]


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_database_has_the_declared_columns(engine: Engine, table: Table) -> None:
    found = {
        column["name"]: column["nullable"] for column in inspect(engine).get_columns(table.name)
    }
    assert found == {column.name: column.nullable for column in table.columns}


@pytest.mark.parametrize(("table", "row"), ORPHANS, ids=str)
def test_dangling_reference_is_refused(engine: Engine, table: Table, row: dict[str, Any]) -> None:
    with engine.connect() as connection, pytest.raises(IntegrityError):
        connection.execute(insert(table), row)


def test_two_phones_cannot_share_a_position(city: Connection) -> None:
    again = {"household": "5119211002080001", "position": 0, "number": "+8610000000009"}
    with pytest.raises(IntegrityError), city.begin_nested():
        city.execute(insert(tables.HOUSEHOLD_PHONES), again)
