"""What all payloads share: checked when made, and declaring whose ids they hold."""

from enum import Enum, auto
from functools import cache
from typing import Annotated, ClassVar, NamedTuple, Self

from pydantic import BaseModel, ConfigDict

from alerting.ledger.events.kinds import EventKind


class Whose(Enum):
    """Whom the id in a payload's field, or an entry's `subject`, names."""

    NOBODY = auto()
    OFFICER = auto()
    HOUSEHOLD = auto()
    RECIPIENT = auto()
    """An officer or a household, whoever a text came from or goes to."""


OfficerId = Annotated[str, Whose.OFFICER]

OfficerIdOrNone = Annotated[str | None, Whose.OFFICER]


class Payload(BaseModel):
    """What an entry of the log tells beside its time, its place and its subject.

    All fields are written, those without a value too.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        use_attribute_docstrings=True,
        json_schema_serialization_defaults_required=True,
    )

    kind: ClassVar[EventKind]
    subject: ClassVar[Whose] = Whose.NOBODY
    """Whom the entry's `subject` names."""

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
    """Return whom an entry of this payload names; lists are told by their length, not by name."""
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
