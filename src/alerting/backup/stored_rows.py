"""Rows as the database stores them: values stay encrypted, and times are numbers."""

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, LargeBinary, Table, column, func, insert, select, table
from sqlalchemy.sql.expression import TableClause
from sqlalchemy.types import TypeDecorator, TypeEngine

from alerting.migrations.tables import TABLES

_OF_PROCESSES: Final = frozenset({"leases", "heartbeat"})
"""Tables with the state of running processes, which a backup omits."""

KEPT: Final[Mapping[str, Table]] = {
    each.name: each for each in TABLES if each.name not in _OF_PROCESSES
}
"""The tables of a backup by name; a table comes after the tables that it refers to."""

_AT_ONCE: Final = 1_000


def count(connection: Connection, name: str) -> int:
    """Return the number of rows of a table."""
    return connection.scalars(select(func.count()).select_from(KEPT[name])).one()


def rows_of(connection: Connection, name: str) -> Iterator[list[Any]]:
    """Yield the rows of a table as JSON values; a row comes after the rows that it refers to."""
    full, stored = KEPT[name], _stored(KEPT[name])
    order = [stored.c[key.name] for key in full.primary_key.columns]
    query = select(*stored.c).order_by(*order).execution_options(yield_per=_AT_ONCE)
    rows: Iterable[Sequence[Any]] = connection.execute(query)
    if links := _own_links(full):
        rows = _parents_first([tuple(row) for row in rows], links)
    for row in rows:
        yield [_written(value) for value in row]


def add_rows(connection: Connection, name: str, rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows in the form in which `rows_of` yields them."""
    stored = _stored(KEPT[name])
    given = [
        {
            each.name: base64.b64decode(value) if _is_binary(each.type) and value else value
            for each, value in zip(stored.c, row, strict=True)
        }
        for row in rows
    ]
    connection.execute(insert(stored), given)


def continue_numbers(connection: Connection, name: str) -> None:
    """Advance the id sequence of a PostgreSQL table past the inserted rows."""
    full = KEPT[name]
    key = full.autoincrement_column
    if connection.dialect.name == "postgresql" and key is not None and count(connection, name):
        sequence = func.pg_get_serial_sequence(name, key.name)
        last = select(func.max(key)).scalar_subquery()
        connection.execute(select(func.setval(sequence, last)))


def _stored(full: Table) -> TableClause:
    return table(full.name, *(column(each.name, _plain(each.type)) for each in full.columns))


def _plain(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """Return the database type under SQLAlchemy type decorators."""
    return _plain(kind.impl_instance) if isinstance(kind, TypeDecorator) else kind


def _is_binary(kind: TypeEngine[Any]) -> bool:
    return isinstance(kind, LargeBinary)


def _written(value: Any) -> Any:
    return base64.b64encode(value).decode("ascii") if isinstance(value, bytes) else value


def _own_links(full: Table) -> list[tuple[int, int]]:
    """Return (column, referenced column) positions of foreign keys within the same table."""
    names = full.columns.keys()
    return [
        (names.index(key.parent.name), names.index(key.column.name))
        for key in full.foreign_keys
        if key.column.table is full
    ]


def _parents_first(
    rows: Sequence[Sequence[Any]], links: Sequence[tuple[int, int]]
) -> Iterator[Sequence[Any]]:
    done: set[tuple[int, Any]] = set()
    left = list(rows)
    while left:
        ready = [
            row
            for row in left
            if all(row[here] is None or (there, row[here]) in done for here, there in links)
        ]
        yield from ready or left
        done |= {(there, row[there]) for row in ready for _, there in links}
        waiting = {id(row) for row in ready or left}
        left = [row for row in left if id(row) not in waiting]
