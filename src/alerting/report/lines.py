"""The lines of an exported log: a head, the households of the roll, the entries of the log.

Each line is a JSON object in canonical form (keys sorted, no spaces, other alphabets unescaped)
with a `hash`. That of an entry is the hash of the log's chain; those of households chain alike.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from hashlib import sha256
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter

from alerting.ledger.chain import chained
from alerting.ledger.events.registry import Event
from alerting.report.rules.fold import Enrolled

_Text = Annotated[str, Field(max_length=1_000)]

_Hash = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]

_Number = Annotated[int, Field(ge=0, lt=2**63)]


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    hash: _Hash

    def written(self) -> str:
        """Return the line as it stands in the file, without its end."""
        return _canonical(self.model_dump(mode="json"))


class Head(_Line):
    """The first line: whose log it is, and how it ends."""

    line: Literal["head"] = "head"
    format: Literal[1] = 1
    alert: _Number
    identifier: _Text
    number: _Number
    status: _Text
    event: _Text
    sent: AwareDatetime
    divisions: tuple[_Text, ...]
    home: _Text
    """The division of the officer who raised the alert."""
    issuer: _Text
    exported_at: AwareDatetime
    entries: _Number
    """Number of entries of the log."""
    chain: _Hash | None
    """Hash of the last entry; null: the log is empty."""
    households: _Number
    """Number of households on the roll."""
    roll: _Hash | None
    """Hash of the last household; null: the roll is empty."""

    @classmethod
    def sealed(cls, **fields: Any) -> Self:
        """Return the head with these fields and the hash over them."""
        unsealed = cls(hash="0" * 64, **fields)
        return unsealed.model_copy(update={"hash": unsealed.made()})

    def made(self) -> str:
        """Return the hash over the head's other fields."""
        return _hash_of(self.model_dump(mode="json", exclude={"hash"}))


class HouseholdLine(_Line):
    """A household of the roll; without a name or an address, which no sum needs."""

    line: Literal["household"] = "household"
    household: _Text
    division: _Text
    headcount: Annotated[int, Field(ge=1, le=100_000)]
    named: Annotated[int, Field(ge=0, le=100_000)]
    """Number of its people whom the roll names."""
    seq: _Number
    """Sequence number of the log entry that put it on the roll."""

    @classmethod
    def of(cls, household: Enrolled, before: str | None) -> Self:
        """Return the line of a household that follows the one with the hash `before`."""
        return cls(hash=_after(before, household), **asdict(household))

    def made(self, before: str | None) -> str:
        """Return the hash that it has after the household with the hash `before`."""
        return _after(before, self.enrolled)

    @property
    def enrolled(self) -> Enrolled:
        """The household, as the fold takes it."""
        return Enrolled(**self.model_dump(exclude={"hash", "line"}))


class EntryLine(_Line):
    """An entry of the log; its payload is the text that is stored."""

    line: Literal["entry"] = "entry"
    alert: _Number
    seq: _Number
    at: AwareDatetime
    kind: _Text
    division: _Text
    subject: _Text
    payload: str
    salt: Annotated[str, Field(pattern="^([0-9a-f]{32})?$")]
    """Hashed with the payload; empty if the entry is reduced."""
    commitment: _Hash | None
    """Hash over the first payload and its salt, if the entry is reduced; null: it is not."""

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> Self:
        """Return the line of a row of the log."""
        fields = dict(entry)
        return cls(hash=fields.pop("chain"), **fields)

    def made(self, before: str | None) -> str:
        """Return the hash that it has after the entry with the hash `before`."""
        return chained(before, vars(self))

    @property
    def event(self) -> Event:
        """The entry, as the fold takes it."""
        return Event(**self.model_dump(exclude={"hash", "line", "salt", "commitment"}))


AnyLine = Head | HouseholdLine | EntryLine

_LINES: Final = TypeAdapter[AnyLine](Annotated[AnyLine, Field(discriminator="line")])


def read_line(text: str) -> AnyLine:
    """Return the line of a text.

    Raises:
        ValueError: if it is no line of such a file, or not in canonical form.
    """
    line = _LINES.validate_json(text, strict=True)
    if line.written() != text:
        raise ValueError("the JSON is not in canonical form")
    return line


def _canonical(fields: Mapping[str, Any]) -> str:
    return json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _after(before: str | None, household: Enrolled) -> str:
    return _hash_of({"before": before, **asdict(household)})


def _hash_of(fields: Mapping[str, Any]) -> str:
    return sha256(_canonical(fields).encode()).hexdigest()
