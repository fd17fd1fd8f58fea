"""Bulk statements: many rows or keys as one parameter, and inserts that skip existing rows."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Insert,
    Select,
    Table,
    TableValuedAlias,
    Text,
    bindparam,
    column,
    insert,
    literal,
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
"""Name of the parameter that `rows_parameter` reads: rows, each a mapping by column name."""


class _Json(TypeDecorator[Any]):
    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> str:
        return _ENCODER.encode(value)


class Rows(TypeDecorator[Any]):
    """Rows in JSON: as lists on SQLite, which reads them by position; otherwise as objects."""

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
        """Return, by column, the values that the database stores for these rows."""
        columns = {name: [row[name] for row in rows] for name in self.names}
        for name in self.instants:
            columns[name] = [each and microseconds(each) for each in columns[name]]
        for name, domain in self.encrypted:
            columns[name] = KEYS.ring.encrypted_each(domain, columns[name])
        return columns

    def process_bind_param(self, value: Any, dialect: Any) -> str:
        """Return the rows in JSON."""
        rows: Iterable[Any] = zip(*self.stored(value).values(), strict=True)
        if dialect.name != "sqlite":
            rows = (dict(zip(self.names, row, strict=True)) for row in rows)
        return _ENCODER.encode([*rows])


_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, check_circular=False)


class _RowsParameter(FunctionElement[Any]):
    """Table function: the rows of a JSON parameter, with these columns."""

    inherit_cache = True


def rows_parameter(columns: Iterable[NamedColumn[Any]]) -> TableValuedAlias:
    """Return the rows of the parameter `ROWS`, in order, with these columns of a table."""
    named = [column(each.name, each.type) for each in columns]
    return _RowsParameter(bindparam(ROWS, type_=rows_of(named)), *named).table_valued(*named)


def rows_of(columns: Sequence[NamedColumn[Any]]) -> Rows:
    """Return the type of rows with these columns."""
    names = tuple(each.name for each in columns)
    instants = tuple(each.name for each in columns if isinstance(each.type, Instant))
    return Rows(names, instants, tuple(encrypted_in(columns).items()))


def insert_rows(columns: Iterable[Column[Any]]) -> Insert:
    """Return an INSERT of the rows of the parameter `ROWS` into these columns."""
    into = list(columns)
    return insert(into[0].table).from_select(into, select(*rows_parameter(into).c))


def one_of(text: ColumnElement[str], name: str) -> ColumnElement[bool]:
    """Return the condition that `text` is in the list given by the parameter `name`."""
    if isinstance(text.type, Encrypted):
        return text.in_(bindparam(name, expanding=True))
    return OneOf(text, bindparam(name, type_=_Json))


@compiles(_RowsParameter, "sqlite")
def _rows_on_sqlite(element: _RowsParameter, compiler: SQLCompiler, **_: Any) -> str:
    # By position: for a name, SQLite would compare each key of each row's object.
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


_INSERT: Final[Mapping[str, Callable[[Table], postgresql.Insert | sqlite.Insert]]] = {
    "postgresql": postgresql.insert,
    "sqlite": sqlite.insert,
}


def insert_missing(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows; skip those whose key exists.

    If another transaction has inserted the same key and not ended, this waits for it: then its
    row exists, or after its rollback ours does. A SELECT followed by an INSERT would race.
    """
    statement = _INSERT[connection.dialect.name](table).on_conflict_do_nothing()
    connection.execute(statement, rows)


def insert_missing_from(
    connection: Connection, table: Table, columns: Sequence[str], chosen: Select[*tuple[Any, ...]]
) -> None:
    """Insert the rows that `chosen` selects into these columns; skip those whose key exists.

    `chosen` must have a WHERE, because SQLite would otherwise parse ON CONFLICT as a part of a
    join. `chosen` should not itself exclude existing rows: PostgreSQL plans that condition by old
    statistics, and for a table that was empty it would scan the rows just written for each row.
    """
    statement = _INSERT[connection.dialect.name](table).from_select(columns, chosen)
    connection.execute(statement.on_conflict_do_nothing())


def insert_or_add(
    connection: Connection,
    columns: Sequence[Column[Any]],
    rows: Sequence[Mapping[str, Any]],
    same: Mapping[str, Any] | None = None,
) -> None:
    """Insert rows; where a row's key exists, add the numbers of its other columns to that row.

    `same` are columns that have one value in all new rows; no numbers are added to them.
    """
    table, more = columns[0].table, same or {}
    values = [literal(value, table.c[name].type) for name, value in more.items()]
    chosen = select(*rows_parameter(columns).c, *values).where(true())
    into = [*(column.name for column in columns), *more]
    statement = _INSERT[connection.dialect.name](table).from_select(into, chosen)
    key = {column.name for column in table.primary_key}
    sums = {c.name: c + statement.excluded[c.name] for c in columns if c.name not in key}
    statement = statement.on_conflict_do_update(index_elements=sorted(key), set_=sums)
    connection.execute(statement, {ROWS: rows})


def insert_or_fill(
    connection: Connection,
    columns: Sequence[Column[Any]],
    rows: Sequence[Mapping[str, Any]],
    unfilled: ColumnElement[bool],
) -> None:
    """Insert rows; where a row's key exists, overwrite its columns if `unfilled` holds for it."""
    table = columns[0].table
    chosen = select(*rows_parameter(columns).c).where(true())
    statement = _INSERT[connection.dialect.name](table).from_select(columns, chosen)
    key = [column.name for column in table.primary_key]
    filled = {c.name: statement.excluded[c.name] for c in columns if c.name not in key}
    statement = statement.on_conflict_do_update(index_elements=key, set_=filled, where=unfilled)
    connection.execute(statement, {ROWS: rows})
