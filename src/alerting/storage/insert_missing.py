"""Rows that are to be there, whichever process is the first to need them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Select, Table
from sqlalchemy.dialects import postgresql, sqlite

_INSERT: Final[Mapping[str, Callable[[Table], postgresql.Insert | sqlite.Insert]]] = {
    "postgresql": postgresql.insert,
    "sqlite": sqlite.insert,
}


def insert_missing(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows whose key is not there, and leave the others as they are.

    Where another transaction has just inserted one it is waited for: then its row is there, or if
    it was rolled back ours is. Who would look first and then insert could be too late.
    """
    statement = _INSERT[connection.dialect.name](table).on_conflict_do_nothing()
    connection.execute(statement, rows)


def insert_missing_from(
    connection: Connection, table: Table, columns: Sequence[str], chosen: Select[*tuple[Any, ...]]
) -> None:
    """Insert what a statement selects into these columns, but for rows whose key is there.

    The statement must have a condition: without one SQLite takes what follows for a part of it.
    PostgreSQL plans a condition that the row is not there yet by what it knew of the table before:
    of an empty one it would look through all that the statement itself has written, for each row.
    """
    statement = _INSERT[connection.dialect.name](table).from_select(columns, chosen)
    connection.execute(statement.on_conflict_do_nothing())


def insert_or_add(
    connection: Connection, table: Table, columns: Sequence[str], chosen: Select[*tuple[Any, ...]]
) -> None:
    """Insert what a statement selects; to a row whose key is there its numbers are added.

    The statement must have a condition, as for `insert_missing_from`.
    """
    statement = _INSERT[connection.dialect.name](table).from_select(columns, chosen)
    key = [column.name for column in table.primary_key]
    sums = {name: table.c[name] + statement.excluded[name] for name in columns if name not in key}
    connection.execute(statement.on_conflict_do_update(index_elements=key, set_=sums))
