"""The base class of payloads. They are immutable and validated, and mark fields that hold ids."""

from contextlib import suppress
from enum import Enum, auto
from functools import cache
from typing import Annotated, ClassVar, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from alerting.ledger.events.kinds import EventKind


class Whose(Enum):
    """What an id in a payload field or in an entry's `subject` identifies."""

    NOBODY = auto()
    OFFICER = auto()
    HOUSEHOLD = auto()
    RECIPIENT = auto()
    """An officer or a household: the sender or the recipient of a text."""


OfficerId = Annotated[str, Whose.OFFICER]

OfficerIdOrNone = Annotated[str | None, Whose.OFFICER]


class Payload(BaseModel):
    """The content of a log entry apart from its time, division and subject.

    Every field is written to the JSON, even if it is null.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        use_attribute_docstrings=True,
        json_schema_serialization_defaults_required=True,
    )

    kind: ClassVar[EventKind]
    subject: ClassVar[Whose] = Whose.NOBODY
    """The kind of thing that the entry's `subject` identifies."""

    words: ClassVar[frozenset[str]] = frozenset()
    """Fields that hold people's own words, or ids without a `Whose` mark."""

    free_text: ClassVar[frozenset[str]] = frozenset()
    """Fields that hold people's own words; a reduction empties them."""

    @classmethod
    def personal(cls) -> frozenset[str]:
        """Return the names of the fields that hold personal data: ids, or people's own words."""
        return _marked(cls) | cls.words

    @classmethod
    def names_nobody(cls) -> bool:
        """Return whether the entry's subject identifies nobody."""
        return cls.subject is Whose.NOBODY

    def written(self) -> str:
        """Return the payload as JSON for storage."""
        return self.__pydantic_serializer__.to_json(self).decode()

    @classmethod
    def read(cls, stored: str) -> Self:
        """Parse a stored payload.

        Ignore unknown fields, because during an upgrade a newer process may have written them.
        """
        return cls.model_validate_json(stored, extra="ignore")

    @classmethod
    def read_if_whole(cls, stored: str) -> Self | None:
        """Parse a stored payload; return None if it is damaged."""
        with suppress(ValidationError):
            return cls.read(stored)
        return None


class Mentioned(NamedTuple):
    """The ids in an entry, split into ids that may be officers' and ids that may be households'."""

    officers: frozenset[str]
    households: frozenset[str]


NOBODY_MENTIONED = Mentioned(frozenset(), frozenset())


def mentioned(subject: str, payload: Payload) -> Mentioned:
    """Return the ids in an entry with this payload, except for ids inside lists."""
    found = {(payload.subject, subject)}
    found |= {(whose, getattr(payload, name)) for name, whose in _ids_in(type(payload))}
    return Mentioned(
        frozenset(i for who, i in found if i and who in {Whose.OFFICER, Whose.RECIPIENT}),
        frozenset(i for who, i in found if i and who in {Whose.HOUSEHOLD, Whose.RECIPIENT}),
    )


@cache
def _marked(payload: type[Payload]) -> frozenset[str]:
    """Return the names of the fields that hold an id or a list of ids."""
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
