"""Types of encrypted columns, and the conditions that can be used on them in SQL.

The database sees only ciphertext, which it cannot compare, sort or search. A statement that tries
to is refused when it is built. Only findable types (phones and tokens) can be looked up.
"""

import json
import operator
from collections.abc import Collection, Iterable
from typing import Any, Final, Self

from sqlalchemy import (
    BindParameter,
    Boolean,
    ClauseElement,
    ColumnElement,
    String,
    Text,
    bindparam,
    type_coerce,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import operators
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import NamedColumn
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

from contacts.encryption.cipher import PERSONAL, PHONE, TOKEN, Domain
from contacts.encryption.keys import KEYS
from contacts.encryption.unreadable import UNREADABLE, UNREADABLE_VALUES

_ALWAYS: Final = frozenset({operators.is_, operators.is_not, operators.distinct_op})

_EQUALITY: Final = frozenset({operator.eq, operator.ne})

_LOOK_UPS: Final = frozenset({operator.eq, operators.in_op})


class OneOf(FunctionElement[bool]):
    """The condition that a text is in the JSON array that a parameter holds."""

    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Self:
        """Return the condition itself; SQLAlchemy would add '= 1' for SQLite."""
        return self


class _Comparator(TypeDecorator.Comparator[str], String.Comparator[str]):
    def operate(self, op: Any, *other: Any, **kwargs: Any) -> ColumnElement[Any]:
        of = self.expr.type
        if not isinstance(of, Encrypted):
            raise TypeError(f"{self.expr} is not encrypted")
        if op in _ALWAYS:
            return super().operate(op, *other, **kwargs)
        if op in _EQUALITY and other[0] == "" and isinstance(other[0], str):
            # The empty text is stored as it is.
            empty: ColumnElement[bool] = op(type_coerce(self.expr, Text), "")
            return empty
        if of.domain.findable and op in _EQUALITY and _is_same(other[0], of):
            return super().operate(op, *other, **kwargs)
        if of.domain.findable and op in _LOOK_UPS and _is_given(other[0]):
            return OneOf(self.expr, _asked(other[0], of.domain))
        raise TypeError(f"{self.expr}: the database cannot compare an encrypted column so ({op})")


class Encrypted(TypeDecorator[str]):
    """A text that is encrypted in the database and plain in Python."""

    impl = String
    cache_ok = True
    comparator_factory = _Comparator
    domain = PERSONAL
    placeholder = UNREADABLE

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        """Return the text encrypted under the first key."""
        return None if value is None else KEYS.ring.encrypted(self.domain, value)

    def process_result_value(self, value: str | None, dialect: Any) -> str | None:
        """Return the text, or the type's placeholder if it cannot be decrypted."""
        if value is None:
            return None
        try:
            return KEYS.ring.decrypted(self.domain, value)
        except ValueError:
            return UNREADABLE_VALUES.read(self.domain, value, self.placeholder)


class Personal(Encrypted):
    """Personal text, such as a name, which is encrypted differently each time."""

    cache_ok = True


class PersonalJson(Personal):
    """A JSON object; if it cannot be decrypted, it is read as an empty object."""

    cache_ok = True
    placeholder = "{}"


class PersonalHash(Personal):
    """A hash in hexadecimal; if it cannot be decrypted, it is read as zeros."""

    cache_ok = True
    placeholder = "0" * 64


class Phone(Encrypted):
    """A phone number. Equal numbers are encrypted equally, so that they can be looked up."""

    cache_ok = True
    domain = PHONE


class Token(Encrypted):
    """A secret token or a digest. Equal ones are encrypted equally, so they can be looked up."""

    cache_ok = True
    domain = TOKEN


class _Asked(TypeDecorator[Any]):
    """A parameter with the texts to look up: a JSON array of them encrypted under each key."""

    impl = Text
    cache_ok = True

    def __init__(self, domain: Domain) -> None:
        super().__init__()
        self.domain = domain

    def process_bind_param(self, value: str | Collection[str] | None, dialect: Any) -> str:
        texts = [value] if isinstance(value, str) else value or ()
        found = KEYS.ring.found
        return json.dumps([each for text in texts for each in found(self.domain, text)])


def _is_same(other: Any, of: Encrypted) -> bool:
    return (
        isinstance(other, ColumnElement)
        and not isinstance(other, BindParameter)
        and type(other.type) is type(of)
    )


def _is_given(other: Any) -> bool:
    return isinstance(other, BindParameter) or not isinstance(other, ClauseElement)


def _asked(other: Any, domain: Domain) -> BindParameter[Any]:
    if isinstance(other, BindParameter):
        return bindparam(other.key, type_=_Asked(domain))
    return bindparam(None, other, type_=_Asked(domain), unique=True)


@compiles(OneOf, "sqlite")
def _one_of_on_sqlite(element: OneOf, compiler: SQLCompiler, **kw: Any) -> str:
    text, texts = (compiler.process(each, **kw) for each in element.clauses)
    return f"{text} IN (SELECT value FROM json_each({texts}))"


@compiles(OneOf, "postgresql")
def _one_of_on_postgresql(element: OneOf, compiler: SQLCompiler, **kw: Any) -> str:
    # With an array the index is used; with a join the planner might scan the whole table.
    text, texts = (compiler.process(each, **kw) for each in element.clauses)
    return f"{text} = ANY (ARRAY(SELECT json_array_elements_text(CAST({texts} AS JSON))))"


def stored_as(column: ColumnElement[str], texts: Iterable[str]) -> dict[str, str]:
    """Return a dict that maps each encrypted form of the texts in a findable column to its text.

    A statement can then select the column as `Text` and needs no decryption.

    Raises:
        TypeError: if the column is not findable.
    """
    kind = column.type
    if not isinstance(kind, Encrypted) or not kind.domain.findable:
        raise TypeError(f"{column} is not findable")
    found = KEYS.ring.found
    return {value: text for text in texts for value in found(kind.domain, text)}


def encrypted_in(columns: Iterable[NamedColumn[Any]]) -> dict[str, Domain]:
    """Return the domain of each of these columns that is encrypted, by column name."""
    return {each.name: each.type.domain for each in columns if isinstance(each.type, Encrypted)}
