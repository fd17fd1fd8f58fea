"""Repeats inserts as the driver got them, which spares encoding and encrypting the same rows."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import psycopg
from sqlalchemy import Connection, event

from contacts.encryption.keys import KEYS

_Rows = tuple[tuple[str, Any], ...]
"""Statements with the parameters of one row or of a list of rows."""
_recorded: Final[dict[tuple[object, ...], _Rows]] = {}
_as_text: Final[dict[tuple[object, ...], str]] = {}


def replayed(connection: Connection, insert: Callable[..., None], *arguments: object) -> None:
    """Run `insert`, or repeat its inserts if it has run with the same arguments and keys.

    `insert` must insert the same rows each time, and do nothing else.
    """
    call = (connection.dialect.name, KEYS.ring.ids, insert, *arguments)
    rows = _recorded.get(call)
    if rows is None:
        _recorded[call] = _record(connection, insert, *arguments)
        return
    cursor = connection.connection.cursor()
    if connection.dialect.name == "postgresql":
        if call not in _as_text:
            _as_text[call] = _text(connection, rows)
        # One message to the server, which it answers once; it cannot prepare several statements.
        cursor.execute(_as_text[call], prepare=False)  # type: ignore[call-arg] # psycopg's own
    else:
        for statement, parameters in rows:
            cursor.executemany(statement, parameters)
    cursor.close()


def _record(connection: Connection, insert: Callable[..., None], *arguments: object) -> _Rows:
    rows: list[tuple[str, Any]] = []

    def executing(
        _connection: object, _cursor: object, statement: str, parameters: Any, *_: object
    ) -> None:
        rows.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", executing)
    insert(connection, *arguments)
    event.remove(connection, "before_cursor_execute", executing)
    return tuple(rows)


def _text(connection: Connection, rows: _Rows) -> str:
    """Return the inserts of PostgreSQL as one text, each with all its rows."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    texts = []
    with psycopg.ClientCursor(driver) as cursor:
        for statement, parameters in rows:
            head, _, row = statement.partition(" VALUES ")
            values = ", ".join(cursor.mogrify(row.encode(), each) for each in _each(parameters))
            texts.append(f"{head} VALUES {values}")
    return "; ".join(texts)


def _each(parameters: Any) -> list[Any]:
    return [parameters] if isinstance(parameters, Mapping) else parameters
