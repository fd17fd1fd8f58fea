"""The lines of an exported log: a head, the households of the roll, the entries of the log.

Each line is a JSON object in canonical form: sorted keys, no spaces, non-ASCII unescaped. Each has
a `hash`. An entry's hash is the one in the log's hash chain. The households form a chain of their
own.
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
        """Return the line as text, without the line break."""
        return _canonical(self.model_dump(mode="json"))


class Head(_Line):
    """The first line: the alert, and the lengths and last hashes of its log and roll."""

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
    """Number of entries in the log."""
    chain: _Hash | None
    """Hash of the last entry; null if the log is empty."""
    households: _Number
    """Number of households on the roll."""
    roll: _Hash | None
    """Hash of the last household; null if the roll is empty."""

    @classmethod
    def sealed(cls, **fields: Any) -> Self:
        """Return the head with these fields and their hash."""
        unsealed = cls(hash="0" * 64, **fields)
        return unsealed.model_copy(update={"hash": unsealed.made()})

    def made(self) -> str:
        """Return the hash of the head's other fields."""
        return _hash_of(self.model_dump(mode="json", exclude={"hash"}))


class HouseholdLine(_Line):
    """A household on the roll, without its name and address, because no sum needs them."""

    line: Literal["household"] = "household"
    household: _Text
    division: _Text
    headcount: Annotated[int, Field(ge=1, le=100_000)]
    named: Annotated[int, Field(ge=0, le=100_000)]
    """Number of the household's people whom the roll names."""
    seq: _Number
    """Sequence number of the log entry that put the household on the roll."""

    @classmethod
    def of(cls, household: Enrolled, before: str | None) -> Self:
        """Return the line for a household; `before` is the hash of the line before, or None."""
        return cls(hash=_after(before, household), **asdict(household))

    def made(self, before: str | None) -> str:
        """Return the hash that this line must have if `before` is the hash of the line before."""
        return _after(before, self.enrolled)

    @property
    def enrolled(self) -> Enrolled:
        """The household in the form that `LogFold` takes."""
        return Enrolled(**self.model_dump(exclude={"hash", "line"}))


class EntryLine(_Line):
    """An entry of the log; its payload is the JSON text that the log stores."""

    line: Literal["entry"] = "entry"
    alert: _Number
    seq: _Number
    at: AwareDatetime
    kind: _Text
    division: _Text
    subject: _Text
    payload: str
    salt: Annotated[str, Field(pattern="^([0-9a-f]{32})?$")]
    """Random digits that are hashed with the payload; empty if the entry was reduced."""
    commitment: _Hash | None
    """Hash of the original payload and its salt; null unless the entry was reduced."""

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> Self:
        """Return the line for a row of the log."""
        fields = dict(entry)
        return cls(hash=fields.pop("chain"), **fields)

    def made(self, before: str | None) -> str:
        """Return the hash that this entry must have if `before` is the hash of the entry before."""
        return chained(before, vars(self))

    @property
    def event(self) -> Event:
        """The entry in the form that `LogFold` takes."""
        return Event(**self.model_dump(exclude={"hash", "line", "salt", "commitment"}))


AnyLine = Head | HouseholdLine | EntryLine

_LINES: Final = TypeAdapter[AnyLine](Annotated[AnyLine, Field(discriminator="line")])


def read_line(text: str) -> AnyLine:
    """Parse one line of an exported log.

    Raises:
        ValueError: if the text is not a line of an exported log, or is not in canonical form.
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
