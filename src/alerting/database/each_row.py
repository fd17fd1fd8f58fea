"""Prepared statements that insert or update many rows.

PostgreSQL gets all rows as one JSON parameter. SQLite gets a parameter for each value, which takes
half the time of parsing JSON. One SQLite statement takes up to 128 rows, because the driver
releases Python's global interpreter lock in each statement and may then have to wait for it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, Final

from sqlalchemy import Column, Connection, Insert, Update, insert, select, true
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import NamedFromClause

from alerting.database.bulk import ROWS, rows_of, rows_parameter

_MOST_AT_ONCE: Final = 128
"""Maximum number of rows in one SQLite statement.

Rows are written in batches whose sizes are powers of two, so that few statements are prepared.
"""

_PLACE: Final = "/* rows */"

_SQLITE: Final = sqlite.dialect()


class _Values(FunctionElement[Any]):
    """SQL table function that stands for a VALUES list, whose length each execution decides."""

    inherit_cache = True


@compiles(_Values)
def _values(element: _Values, _compiler: SQLCompiler, **_: Any) -> str:
    names = enumerate((each.name for each in element.clauses), start=1)
    read = ", ".join(f'column{place} AS "{name}"' for place, name in names)
    return f"(SELECT {read} FROM (VALUES {_PLACE}))"


class EachRow:
    """A statement that writes any number of rows, built once and run often."""

    def __init__(
        self,
        columns: Iterable[Column[Any]],
        on_postgresql: Callable[[NamedFromClause], Insert | Update],
        on_sqlite: Callable[[NamedFromClause], Insert | Update],
    ) -> None:
        of = tuple(columns)
        self._rows = rows_of(of)
        self._on_postgresql = on_postgresql(rows_parameter(of))
        named = rows_parameter(of).c
        compiled = on_sqlite(_Values(*named).table_valued(*named)).compile(
            dialect=_SQLITE, compile_kwargs={"literal_binds": True}
        )
        self._before, self._after = str(compiled).split(_PLACE)
        self._row = f"({', '.join('?' * len(of))})"
        self._on_sqlite: dict[int, str] = {}

    def execute(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run the statement for these rows; do nothing if there are none."""
        if not rows:
            return
        if connection.dialect.name != _SQLITE.name:
            connection.execute(self._on_postgresql, {ROWS: rows})
            return
        left = [*zip(*self._rows.stored(rows).values(), strict=True)]
        while left:
            number = min(_MOST_AT_ONCE, 1 << (len(left).bit_length() - 1))
            values = tuple(chain.from_iterable(left[:number]))
            connection.exec_driver_sql(self._statement(number), values)
            del left[:number]

    def _statement(self, number: int) -> str:
        statement = self._on_sqlite.get(number)
        if statement is None:
            rows = ", ".join([self._row] * number)
            statement = self._on_sqlite[number] = f"{self._before}{rows}{self._after}"
        return statement


def insert_each(columns: Iterable[Column[Any]]) -> EachRow:
    """Return a statement that inserts rows into these columns of one table."""
    into = list(columns)

    def build(rows: NamedFromClause) -> Insert:
        return insert(into[0].table).from_select(into, select(*rows.c))

    return EachRow(into, build, build)


def insert_each_missing(columns: Iterable[Column[Any]]) -> EachRow:
    """Return a statement that inserts rows into these columns and skips rows whose key exists."""
    into = list(columns)
    table = into[0].table

    def on_postgresql(rows: NamedFromClause) -> Insert:
        chosen = select(*rows.c)
        return postgresql.insert(table).from_select(into, chosen).on_conflict_do_nothing()

    def on_sqlite(rows: NamedFromClause) -> Insert:
        # Without a WHERE, SQLite would parse ON CONFLICT as part of a join.
        chosen = select(*rows.c).where(true())
        return sqlite.insert(table).from_select(into, chosen).on_conflict_do_nothing()

    return EachRow(into, on_postgresql, on_sqlite)


def update_each(
    columns: Iterable[Column[Any]], build: Callable[[NamedFromClause], Update]
) -> EachRow:
    """Return a statement that updates a table from rows with these columns.

    `build` receives a selectable of the rows and returns the UPDATE.
    """
    return EachRow(columns, build, build)
