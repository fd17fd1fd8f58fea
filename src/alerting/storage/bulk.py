"""Many rows, or many keys, as one parameter of one statement, whatever their number.

They travel as JSON, which either database reads into rows of its own. A statement run once for
each row costs several times what the row itself does: in Python, in waiting for the interpreter
after each, and on the way to a server.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final, Self

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Insert,
    TableValuedAlias,
    Text,
    bindparam,
    column,
    insert,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

from contacts.instant import Instant

ROWS: Final = "rows"
"""The parameter that takes what `given` reads: a list of rows, each by its columns' names."""
_INSTANT: Final = Instant()


class _Json(TypeDecorator[Any]):
    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> str:
        return _ENCODER.encode(value)


class _Rows(TypeDecorator[Any]):
    """Rows with these names: as objects, or where a database reads them by place, as lists."""

    impl = Text
    cache_ok = True

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__()
        self.names = names

    def process_bind_param(self, value: Any, dialect: Any) -> str:
        if dialect.name == "sqlite":
            value = [[*map(row.__getitem__, self.names)] for row in value]
        return _ENCODER.encode(value)


def _instant(value: datetime) -> int | None:
    return _INSTANT.process_bind_param(value, None)


_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, check_circular=False, default=_instant)


class _Given(FunctionElement[Any]):
    """Rows in JSON, with these columns."""

    inherit_cache = True


class _OneOf(FunctionElement[bool]):
    """Whether a text is one of those in JSON."""

    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Self:
        """Stay as it is: a condition, also for a database without booleans."""
        return self


def given(columns: Iterable[Column[Any]]) -> TableValuedAlias:
    """Return the rows of the parameter `ROWS`, in their order, with these columns of a table."""
    named = [column(each.name, each.type) for each in columns]
    rows = bindparam(ROWS, type_=_Rows(tuple(each.name for each in named)))
    return _Given(rows, *named).table_valued(*named)


def insert_given(columns: Iterable[Column[Any]]) -> Insert:
    """Return the statement that inserts the rows of the parameter `ROWS` into these columns."""
    into = list(columns)
    return insert(into[0].table).from_select(into, select(*given(into).c))


def one_of(text: ColumnElement[str], name: str) -> ColumnElement[bool]:
    """Return the condition that a text is one of the list that the parameter `name` takes."""
    return _OneOf(text, bindparam(name, type_=_Json))


@compiles(_Given, "sqlite")
def _given_on_sqlite(element: _Given, compiler: SQLCompiler, **_: Any) -> str:
    # By place: SQLite looks a name up anew in each row, comparing it with those before it.
    rows, *columns = element.clauses
    read = ", ".join(
        f"""json_extract(value, '$[{place}]') AS "{each.name}\""""
        for place, each in enumerate(columns)
    )
    return f"(SELECT {read} FROM json_each({compiler.process(rows)}))"


@compiles(_Given, "postgresql")
def _given_on_postgresql(element: _Given, compiler: SQLCompiler, **_: Any) -> str:
    rows, *columns = element.clauses
    kind = compiler.dialect.type_compiler_instance.process
    read = ", ".join(f'"{each.name}" {kind(each.type)}' for each in columns)
    return f"(SELECT * FROM json_to_recordset(CAST({compiler.process(rows)} AS JSON)) AS r({read}))"


@compiles(_OneOf, "sqlite")
def _one_of_on_sqlite(element: _OneOf, compiler: SQLCompiler, **kw: Any) -> str:
    text, texts = (compiler.process(each, **kw) for each in element.clauses)
    return f"{text} IN (SELECT value FROM json_each({texts}))"


@compiles(_OneOf, "postgresql")
def _one_of_on_postgresql(element: _OneOf, compiler: SQLCompiler, **kw: Any) -> str:
    # As an array it is looked up in an index; joined, all of a table might be gone through.
    text, texts = (compiler.process(each, **kw) for each in element.clauses)
    return f"{text} = ANY (ARRAY(SELECT json_array_elements_text(CAST({texts} AS JSON))))"
