"""Bulk statements: pass many rows or keys as one parameter, and insert with ON CONFLICT."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final, Self

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Insert,
    Integer,
    Select,
    Table,
    TableValuedAlias,
    Text,
    bindparam,
    column,
    insert,
    select,
    true,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import NamedColumn
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

from contacts.encryption.cipher import Domain
from contacts.encryption.columns import Encrypted, OneOf, encrypted_in
from contacts.encryption.keys import KEYS
from contacts.tables import Instant, microseconds

ROWS: Final = "rows"
"""Name of the parameter for `rows_parameter`: a list of rows, each a mapping by column name."""


class _Json(TypeDecorator[Any]):
    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> str:
        return _ENCODER.encode(value)


class Rows(TypeDecorator[Any]):
    """Parameter type that encodes rows in JSON: as lists for SQLite, as objects for PostgreSQL."""

    impl = Text
    cache_ok = True

    def __init__(
        self,
        names: tuple[str, ...],
        instants: tuple[str, ...],
        encrypted: tuple[tuple[str, Domain], ...],
    ) -> None:
        super().__init__()
        self.names = names
        self.instants = instants
        self.encrypted = encrypted

    def stored(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
        """Return the values to store as one list for each column, with instants in microseconds.

        Values of encrypted columns are encrypted.
        """
        columns = {name: [row[name] for row in rows] for name in self.names}
        for name in self.instants:
            columns[name] = [each and microseconds(each) for each in columns[name]]
        for name, domain in self.encrypted:
            columns[name] = KEYS.ring.encrypted_each(domain, columns[name])
        return columns

    def process_bind_param(self, value: Any, dialect: Any) -> str:
        """Return the rows encoded in JSON."""
        rows: Iterable[Any] = zip(*self.stored(value).values(), strict=True)
        if dialect.name != "sqlite":
            rows = (dict(zip(self.names, row, strict=True)) for row in rows)
        return _ENCODER.encode([*rows])


_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, check_circular=False)


class _RowsParameter(FunctionElement[Any]):
    """SQL table function that turns a JSON parameter into rows."""

    inherit_cache = True


def rows_parameter(columns: Iterable[NamedColumn[Any]]) -> TableValuedAlias:
    """Return a selectable of the rows in the parameter `ROWS`, in order, with these columns."""
    named = [column(each.name, each.type) for each in columns]
    return _RowsParameter(bindparam(ROWS, type_=rows_of(named)), *named).table_valued(*named)


def rows_of(columns: Sequence[NamedColumn[Any]]) -> Rows:
    """Return the parameter type for rows with these columns."""
    names = tuple(each.name for each in columns)
    instants = tuple(each.name for each in columns if isinstance(each.type, Instant))
    return Rows(names, instants, tuple(encrypted_in(columns).items()))


class _PairsParameter(FunctionElement[Any]):
    """SQL table function that turns a JSON object into rows of key and whole number."""

    inherit_cache = True


def pairs_parameter(key: NamedColumn[str], number: NamedColumn[int]) -> TableValuedAlias:
    """Return a selectable of the pairs in the parameter `ROWS`, a dict from text to whole number.

    Its columns have the names of `key` and `number`, and `place`, which increases in the order of
    the dict. Reading a pair costs the database less than reading a row of `rows_parameter`.
    """
    named: list[NamedColumn[Any]] = [
        column(key.name, key.type),
        column(number.name, number.type),
        column("place", Integer),
    ]
    return _PairsParameter(bindparam(ROWS, type_=_Json), *named).table_valued(*named)


def insert_rows(columns: Iterable[Column[Any]]) -> Insert:
    """Return an INSERT statement that writes the rows of the parameter `ROWS` to these columns."""
    into = list(columns)
    return insert(into[0].table).from_select(into, select(*rows_parameter(into).c))


def one_of(text: ColumnElement[str], name: str) -> ColumnElement[bool]:
    """Return the condition that `text` is in the list bound to the parameter `name`."""
    if isinstance(text.type, Encrypted):
        return text.in_(bindparam(name, expanding=True))
    return OneOf(text, bindparam(name, type_=_Json))


class _Among(FunctionElement[bool]):
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Self:
        """Return the condition itself; SQLAlchemy would add '= 1' for SQLite."""
        return self


def among(key: Column[Any], chosen: Select[Any]) -> ColumnElement[bool]:
    """Return the condition that an indexed column is among the few values that `chosen` selects.

    The index is used whatever PostgreSQL's statistics say. An IN would be a join: if the statistics
    say that the table is empty, the planner may read all rows of the table.
    """
    return _Among(key, chosen.scalar_subquery())


@compiles(_Among, "sqlite")
def _among_on_sqlite(element: _Among, compiler: SQLCompiler, **kw: Any) -> str:
    key, chosen = (compiler.process(each, **kw) for each in element.clauses)
    return f"{key} IN {chosen}"


@compiles(_Among, "postgresql")
def _among_on_postgresql(element: _Among, compiler: SQLCompiler, **kw: Any) -> str:
    key, chosen = (compiler.process(each, **kw) for each in element.clauses)
    return f"{key} = ANY (ARRAY {chosen})"


@compiles(_RowsParameter, "sqlite")
def _rows_on_sqlite(element: _RowsParameter, compiler: SQLCompiler, **_: Any) -> str:
    # Values are read by position, because SQLite finds a name by comparing every key of the object.
    rows, *columns = element.clauses
    read = ", ".join(
        f"""json_extract(value, '$[{place}]') AS "{each.name}\""""
        for place, each in enumerate(columns)
    )
    return f"(SELECT {read} FROM json_each({compiler.process(rows)}))"


@compiles(_RowsParameter, "postgresql")
def _rows_on_postgresql(element: _RowsParameter, compiler: SQLCompiler, **_: Any) -> str:
    rows, *columns = element.clauses
    kind = compiler.dialect.type_compiler_instance.process
    read = ", ".join(f'"{each.name}" {kind(each.type)}' for each in columns)
    return f"(SELECT * FROM json_to_recordset(CAST({compiler.process(rows)} AS JSON)) AS r({read}))"


@compiles(_PairsParameter, "sqlite")
def _pairs_on_sqlite(element: _PairsParameter, compiler: SQLCompiler, **_: Any) -> str:
    pairs, key, number, place = element.clauses
    read = f'key AS "{key.name}", value AS "{number.name}", id AS "{place.name}"'
    return f"(SELECT {read} FROM json_each({compiler.process(pairs)}))"


@compiles(_PairsParameter, "postgresql")
def _pairs_on_postgresql(element: _PairsParameter, compiler: SQLCompiler, **_: Any) -> str:
    pairs, key, number, place = element.clauses
    read = f'"key" AS "{key.name}", CAST("value" AS INTEGER) AS "{number.name}", "{place.name}"'
    each = f"json_each_text(CAST({compiler.process(pairs)} AS JSON)) WITH ORDINALITY"
    return f'(SELECT {read} FROM {each} AS p("key", "value", "{place.name}"))'


_INSERT: Final[Mapping[str, Callable[[Table], postgresql.Insert | sqlite.Insert]]] = {
    "postgresql": postgresql.insert,
    "sqlite": sqlite.insert,
}


def insert_missing(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows; skip each row whose key exists.

    If an open transaction has inserted the same key, this waits for it to end. After its commit
    the new row is skipped, and after its rollback the new row is inserted. A SELECT followed by
    an INSERT would race instead.
    """
    connection.execute(_missing(connection.dialect.name, table), rows)


@cache
def _missing(dialect: str, table: Table) -> Insert:
    return _INSERT[dialect](table).on_conflict_do_nothing()


def insert_missing_from(
    connection: Connection,
    table: Table,
    columns: Sequence[str],
    chosen: Select[*tuple[Any, ...]],
    values: Mapping[str, Any],
) -> None:
    """Insert the rows that `chosen` selects into these columns; skip each row whose key exists.

    `values` are the parameters of `chosen`. It must have a WHERE, because SQLite would otherwise
    parse ON CONFLICT as part of a join. Do not exclude existing rows in it. PostgreSQL plans such a
    condition by old statistics. If these say that the table is empty, each new row costs a scan of
    all rows just written.
    """
    statement = _INSERT[connection.dialect.name](table).from_select(columns, chosen)
    connection.execute(statement.on_conflict_do_nothing(), values)


def insert_or_add(
    connection: Connection,
    columns: Sequence[Column[Any]],
    rows: Sequence[Mapping[str, Any]],
    same: Mapping[str, Any] | None = None,
) -> None:
    """Insert rows; if a row's key exists, add its numbers to those of the stored row.

    `same` maps other columns to a value that all new rows get. A stored row keeps its own values
    in these columns.
    """
    more = same or {}
    statement = _adding(connection.dialect.name, tuple(columns), tuple(more))
    values = {_same(name): value for name, value in more.items()}
    connection.execute(statement, {ROWS: rows, **values})


def _same(name: str) -> str:
    """Return the parameter name for a column that has the same value in all new rows."""
    return f"same_{name}"


@cache
def _adding(dialect: str, columns: tuple[Column[Any], ...], same: tuple[str, ...]) -> Insert:
    table = columns[0].table
    values = [bindparam(_same(name), type_=table.c[name].type) for name in same]
    chosen = select(*rows_parameter(columns).c, *values).where(true())
    into = [*(column.name for column in columns), *same]
    statement = _INSERT[dialect](table).from_select(into, chosen)
    key = {column.name for column in table.primary_key}
    sums = {c.name: c + statement.excluded[c.name] for c in columns if c.name not in key}
    return statement.on_conflict_do_update(index_elements=sorted(key), set_=sums)


def insert_or_fill(
    connection: Connection,
    columns: Sequence[Column[Any]],
    rows: Sequence[Mapping[str, Any]],
    unfilled: ColumnElement[bool],
) -> None:
    """Insert rows; if a row's key exists, overwrite the stored row if it satisfies `unfilled`."""
    table = columns[0].table
    chosen = select(*rows_parameter(columns).c).where(true())
    statement = _INSERT[connection.dialect.name](table).from_select(columns, chosen)
    key = [column.name for column in table.primary_key]
    filled = {c.name: statement.excluded[c.name] for c in columns if c.name not in key}
    statement = statement.on_conflict_do_update(index_elements=key, set_=filled, where=unfilled)
    connection.execute(statement, {ROWS: rows})
