"""The base of all payloads: checked when made, with a mark on each field that holds an id."""

from contextlib import suppress
from enum import Enum, auto
from functools import cache
from typing import Annotated, ClassVar, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from alerting.ledger.events.kinds import EventKind


class Whose(Enum):
    """The kind of person that an id names, in a payload's field or in an entry's `subject`."""

    NOBODY = auto()
    OFFICER = auto()
    HOUSEHOLD = auto()
    RECIPIENT = auto()
    """An officer or a household: the sender or the recipient of a text."""


OfficerId = Annotated[str, Whose.OFFICER]

OfficerIdOrNone = Annotated[str | None, Whose.OFFICER]


class Payload(BaseModel):
    """The content of a log entry, besides its time, its place and its subject.

    All fields are written, also those without a value.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        use_attribute_docstrings=True,
        json_schema_serialization_defaults_required=True,
    )

    kind: ClassVar[EventKind]
    subject: ClassVar[Whose] = Whose.NOBODY
    """The kind of person that the entry's `subject` names."""

    words: ClassVar[frozenset[str]] = frozenset()
    """Names of the fields that hold people's own words, or ids without a mark of their own."""

    free_text: ClassVar[frozenset[str]] = frozenset()
    """Names of the fields with people's own words, which are emptied when the alert is reduced."""

    @classmethod
    def personal(cls) -> frozenset[str]:
        """Return the names of the fields that name people or hold their words."""
        return _marked(cls) | cls.words

    @classmethod
    def names_nobody(cls) -> bool:
        """Return whether the entry's subject is nobody's id."""
        return cls.subject is Whose.NOBODY

    def written(self) -> str:
        """Return the JSON that is stored."""
        return self.__pydantic_serializer__.to_json(self).decode()

    @classmethod
    def read(cls, stored: str) -> Self:
        """Return the payload of stored JSON.

        Fields that it does not know are left out: during an upgrade a newer process writes them.
        """
        return cls.model_validate_json(stored, extra="ignore")

    @classmethod
    def read_if_whole(cls, stored: str) -> Self | None:
        """Return the payload of stored JSON; None if it is damaged."""
        with suppress(ValidationError):
            return cls.read(stored)
        return None


class Mentioned(NamedTuple):
    """The ids that an entry holds, by whom they may name."""

    officers: frozenset[str]
    households: frozenset[str]


NOBODY_MENTIONED = Mentioned(frozenset(), frozenset())


def mentioned(subject: str, payload: Payload) -> Mentioned:
    """Return the ids in an entry with this payload; those in lists are left out."""
    found = {(payload.subject, subject)}
    found |= {(whose, getattr(payload, name)) for name, whose in _ids_in(type(payload))}
    return Mentioned(
        frozenset(i for who, i in found if i and who in {Whose.OFFICER, Whose.RECIPIENT}),
        frozenset(i for who, i in found if i and who in {Whose.HOUSEHOLD, Whose.RECIPIENT}),
    )


@cache
def _marked(payload: type[Payload]) -> frozenset[str]:
    """Return the names of the fields with ids of people, also in lists."""
    ids = {name for name, _ in _ids_in(payload)}
    return frozenset(ids | {n for n, f in payload.model_fields.items() if _holds_ids(f.annotation)})


def _holds_ids(annotation: object) -> bool:
    marks = getattr(annotation, "__metadata__", ())
    return any(isinstance(mark, Whose) for mark in marks) or any(
        map(_holds_ids, getattr(annotation, "__args__", ()))
    )


@cache
def _ids_in(payload: type[Payload]) -> tuple[tuple[str, Whose], ...]:
    return tuple(
        (name, mark)
        for name, field in payload.model_fields.items()
        for mark in field.metadata
        if isinstance(mark, Whose)
    )
