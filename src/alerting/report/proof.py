"""Verification of an exported log without a database: checks its hashes, computes its sums."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO, Final

from pydantic import ValidationError

from alerting.accounting.audit import Anchor
from alerting.ledger.reductions import Reductions
from alerting.report.lines import EntryLine, Head, HouseholdLine, read_line
from alerting.report.rules.account import Account
from alerting.report.rules.fold import Enrolled, LogFold

_MOST_BYTES: Final = 4 * 1024 * 1024
"""The maximum length of a line. The longest entries hold a drawn area and an alert's texts."""

_MOST_HOUSEHOLDS: Final = 5_000_000

_MOST_ENTRIES: Final = 50_000_000

_REMEDY: Final = "verify its alert in the database, with 'alerting ledger verify'"

_MOST_FAULTS: Final = 20


@dataclass(frozen=True)
class Fault:
    """A line that differs from what was exported; `line` is its number, from 1."""

    line: int
    what: str


@dataclass(frozen=True)
class Proof:
    """The sums of an exported log, and its faults. If it has none, the file is unchanged."""

    head: Head
    accounts: Mapping[str, Account]
    """The sums by village or grid."""
    reached: Mapping[int, datetime | None]
    """When each percentage of the people was accounted for; None if it never was."""
    reduced: int
    """Number of entries whose personal content was removed before the export."""
    faults: tuple[Fault, ...]


class ExportError(ValueError):
    """The file is not an exported log, or cannot be read."""


def prove(file: BinaryIO, anchors: Iterable[Anchor] = ()) -> Proof:
    """Check the hashes of an exported log, name the lines that differ, and compute its sums.

    Somebody who forges a whole file can compute all hashes anew, but cannot change those in
    `anchors`. Anchors of other alerts are ignored.

    Raises:
        ExportError: if the file is not an exported log, or is too large.
    """
    head = _head_of(file)
    anchored = {each.seq: each.chain for each in anchors if each.alert == head.alert}
    checked = _Checked(head, anchored)
    checked.take(_lines(file))
    return checked.proof()


@dataclass
class _Checked:
    head: Head
    anchored: dict[int, str]
    faults: list[Fault] = field(default_factory=list)
    households: dict[str, Enrolled] = field(default_factory=dict)
    entries: int = 0
    line: int = 1
    roll: str | None = None
    chain: str | None = None
    is_broken: bool = False
    """True after an unreadable line, because the next line's hash cannot be checked then."""
    fold: LogFold = field(default_factory=lambda: LogFold(()))
    reductions: Reductions = field(default_factory=Reductions)

    def take(self, lines: Iterable[tuple[int, bytes]]) -> None:
        if self.head.hash != self.head.made():
            self._fault("the head was changed")
        for self.line, raw in lines:
            if len(self.faults) >= _MOST_FAULTS:
                return
            try:
                line = read_line(raw.decode())
            except ValueError as wrong:
                self._fault(f"not as it was exported: {_reason(wrong)}")
                self.is_broken = True
            else:
                self._take(line)
        self.line += 1
        self._check_end()

    def _take(self, line: Head | HouseholdLine | EntryLine) -> None:
        if isinstance(line, HouseholdLine) and not self.entries:
            self._enrol(line)
        elif isinstance(line, EntryLine):
            self._enter(line)
        else:
            self._fault(f"a line of kind {line.line} does not belong here")
            self.is_broken = True

    def _enrol(self, line: HouseholdLine) -> None:
        if line.hash != line.made(self.roll) and not self.is_broken:
            self._fault(f"household {line.household}: it or the line before was changed or removed")
        self.roll = line.hash
        self.is_broken = False
        self.households[line.household] = line.enrolled
        if len(self.households) > _MOST_HOUSEHOLDS:
            raise ExportError(f"the file has more than {_MOST_HOUSEHOLDS:,} households; {_REMEDY}")

    def _enter(self, line: EntryLine) -> None:
        if not self.entries:
            self.fold = LogFold(self.households.values())
        self.entries += 1
        if self.entries > _MOST_ENTRIES:
            raise ExportError(f"the file has more than {_MOST_ENTRIES:,} entries; {_REMEDY}")
        if line.hash != line.made(self.chain) and not self.is_broken:
            self._fault(f"entry {line.seq}: it or the line before was changed or removed")
        self.chain = line.hash
        self.is_broken = False
        if self.anchored.pop(line.seq, line.hash) != line.hash:
            self._fault(f"entry {line.seq}: it is not the one that was anchored")
        wrong_told = self.reductions.take(line.seq, line.kind, line.payload, line.commitment)
        if wrong_told:
            self._fault(f"entry {line.seq}: {wrong_told}")
        try:
            self.fold.take(line.event)
        except ValueError as wrong:
            self._fault(f"entry {line.seq}: {_reason(wrong)}")

    def _check_end(self) -> None:
        """Check the counts and last hashes against the head, and that no entry is missing."""
        if not self.entries:
            self.fold = LogFold(self.households.values())
        found = (len(self.households), self.roll, self.entries, self.chain)
        head = self.head
        if found != (head.households, head.roll, head.entries, head.chain):
            self._fault(
                f"the file ends after {len(self.households)} households and {self.entries} "
                f"entries; its head says {head.households} and {head.entries}, or other hashes"
            )
        if people := self.fold.never_joined():
            self._fault(f"{people} people are on the roll by an entry that is missing")
        for seq in self.reductions.unlisted():
            self._fault(f"entry {seq} is marked as reduced, and no entry tells of it")
        for seq in sorted(self.anchored):
            self._fault(f"entry {seq} is anchored and missing")

    def _fault(self, what: str) -> None:
        self.faults.append(Fault(self.line, what))

    def proof(self) -> Proof:
        faults = tuple(self.faults[:_MOST_FAULTS])
        accounts, reached = self.fold.accounts(), self.fold.reached()
        return Proof(self.head, accounts, reached, self.reductions.count, faults)


def _head_of(file: BinaryIO) -> Head:
    raw = next(_lines(file, first=1), (1, b""))[1]
    try:
        head = read_line(raw.decode())
    except ValueError as wrong:
        raise ExportError(
            f"line 1: this is no log that 'alerting ledger export' wrote ({_reason(wrong)})"
        ) from wrong
    if not isinstance(head, Head):
        raise ExportError("line 1: the head is missing; export the log anew")
    return head


def _lines(file: BinaryIO, first: int = 2) -> Iterator[tuple[int, bytes]]:
    number = first
    while raw := file.readline(_MOST_BYTES + 1):
        if len(raw) > _MOST_BYTES:
            raise ExportError(f"line {number}: it is longer than {_MOST_BYTES} bytes")
        yield number, raw.removesuffix(b"\n")
        number += 1


def _reason(wrong: ValueError) -> str:
    if isinstance(wrong, ValidationError):
        first = wrong.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        return f"{place}: {first['msg']}" if place else first["msg"]
    return str(wrong)
