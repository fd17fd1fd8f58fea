"""Checks that each reduced log entry is covered by a `log.reduced` entry.

A reduced entry is one whose personal data was removed. The hash chain covers its original payload,
not its remaining payload. So each reduction appends a `log.reduced` entry, which lists the reduced
entries and holds a hash over their remaining payloads. It is never reduced itself. A tampered entry
therefore cannot pass as a reduced one.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256

from alerting.ledger.events.alerts import LogReduced
from alerting.ledger.events.kinds import EventKind


def told_of(left: Iterable[tuple[int, str]]) -> LogReduced:
    """Return the `log.reduced` payload for reduced entries, given as pairs of `seq` and payload."""
    hashes = {seq: _hash(payload) for seq, payload in left}
    return LogReduced(entries=tuple(sorted(hashes)), left=_digest(hashes.items()))


@dataclass
class Reductions:
    """Compares the reduced entries of a log, read in order, with its `log.reduced` entries."""

    count: int = 0
    """The number of entries that `log.reduced` entries list."""
    _left: dict[int, str] = field(default_factory=dict)

    def take(self, seq: int, kind: str, payload: str, commitment: str | None) -> str | None:
        """Read the next entry; return the fault of a wrong `log.reduced` entry, otherwise None."""
        if commitment is not None:
            self._left[seq] = _hash(payload)
        if kind != EventKind.LOG_REDUCED:
            return None
        if commitment is not None:
            return "it was reduced itself"
        try:
            told = LogReduced.read(payload)
        except ValueError:
            return "it cannot be read"
        found = [(each, self._left.pop(each, "")) for each in told.entries]
        self.count += len(found)
        if _digest(found) != told.left:
            return "the entries that it says were reduced differ"
        return None

    def untold(self) -> Iterator[int]:
        """Yield the sequence numbers of reduced entries that no `log.reduced` entry lists."""
        yield from sorted(self._left)


def _hash(payload: str) -> str:
    return sha256(payload.encode()).hexdigest()


def _digest(hashes: Iterable[tuple[int, str]]) -> str:
    return _hash(json.dumps(sorted(hashes)))
