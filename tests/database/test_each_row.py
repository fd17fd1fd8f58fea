"""Prepared statements write any number of rows, on SQLite in a few batches."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, select, update
from sqlalchemy.exc import IntegrityError

from alerting.database.each_row import EachRow, insert_each, insert_each_missing, update_each
from alerting.database.tables import leases

START = datetime(2022, 8, 29, 1, 2, 3, 456789, tzinfo=UTC)
INSERT = insert_each(leases.c)
INSERT_MISSING = insert_each_missing(leases.c)
ADD = update_each(
    (leases.c.name, leases.c.fence),
    lambda row: (
        update(leases)
        .where(leases.c.name == row.c.name, leases.c.holder == "a's")
        .values(fence=leases.c.fence + row.c.fence)
    ),
)


def rows_of(number: int, holder: str = "a's") -> list[dict[str, Any]]:
    names = (f"{each:03d}" for each in range(number))
    return [{"until": START, "name": n, "fence": int(n), "holder": holder} for n in names]


def written(connection: Connection) -> list[dict[str, Any]]:
    found = connection.execute(select(leases).order_by(leases.c.name)).mappings()
    return [dict(each) for each in found]


@pytest.mark.parametrize("statement", [INSERT, INSERT_MISSING])
@pytest.mark.parametrize("number", [0, 1, 7, 128, 300])
def test_every_row_is_inserted(engine: Engine, statement: EachRow, number: int) -> None:
    with engine.begin() as connection:
        statement.execute(connection, rows_of(number))
        assert written(connection) == rows_of(number)


def test_existing_key_is_skipped_or_fails_the_insert(engine: Engine) -> None:
    with engine.begin() as connection:
        INSERT.execute(connection, rows_of(2, "first"))
        INSERT_MISSING.execute(connection, rows_of(3, "second"))
        assert [each["holder"] for each in written(connection)] == ["first", "first", "second"]
    with pytest.raises(IntegrityError), engine.begin() as connection:
        INSERT.execute(connection, [*rows_of(300, "third")[3:], *rows_of(1)])
    with engine.begin() as connection:
        assert len(written(connection)) == 3


def test_only_rows_that_match_the_condition_are_updated(engine: Engine) -> None:
    with engine.begin() as connection:
        INSERT.execute(connection, [*rows_of(200), *rows_of(201, "another")[200:]])
        ADD.execute(connection, rows_of(300)[100:])
        fences = [each["fence"] for each in written(connection)]
    assert fences == [*range(100), *(2 * each for each in range(100, 200)), 200]


def test_512_rows_take_at_most_four_statements(engine: Engine) -> None:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        seen.append(statement)

    with engine.begin() as connection:
        event.listen(connection, "before_cursor_execute", note)
        INSERT.execute(connection, rows_of(512))
    assert len(seen) <= 4
