"""Rows that are to be there, whichever process is the first to need them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Table
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
