"""The base of all payloads: checked when made, with a mark on each field that holds an id."""

from enum import Enum, auto
from functools import cache
from typing import Annotated, ClassVar, NamedTuple, Self

from pydantic import BaseModel, ConfigDict

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

    def written(self) -> str:
        """Return the JSON that is stored."""
        return self.__pydantic_serializer__.to_json(self).decode()

    @classmethod
    def read(cls, stored: str) -> Self:
        """Return the payload of stored JSON.

        Fields that it does not know are left out: during an upgrade a newer process writes them.
        """
        return cls.model_validate_json(stored, extra="ignore")


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
def _ids_in(payload: type[Payload]) -> tuple[tuple[str, Whose], ...]:
    return tuple(
        (name, mark)
        for name, field in payload.model_fields.items()
        for mark in field.metadata
        if isinstance(mark, Whose)
    )
