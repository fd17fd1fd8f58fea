"""Entries of a log that were reduced, and the entries that record it.

The chain commits to an entry's first payload, so it does not cover what is left once personal data
was taken out. An entry `log.reduced` names the entries that were reduced
with it and has a hash over what is left of them. It is never reduced itself. So nobody can pass an
entry that they changed off as reduced.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256

from alerting.ledger.events.alerts import LogReduced
from alerting.ledger.events.kinds import EventKind


def told_of(left: Iterable[tuple[int, str]]) -> LogReduced:
    """Return the record of reduced entries, given their sequence numbers and new payloads."""
    hashes = {seq: _hash(payload) for seq, payload in left}
    return LogReduced(entries=tuple(sorted(hashes)), left=_digest(hashes.items()))


@dataclass
class Reductions:
    """Compares a log's reduced entries, taken in their order, with those that tell of them."""

    count: int = 0
    """Number of reduced entries that were told of."""
    _left: dict[int, str] = field(default_factory=dict)

    def take(self, seq: int, kind: str, payload: str, commitment: str | None) -> str | None:
        """Take the next entry; return what is wrong with the reduced ones that it tells of."""
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
        """Yield the sequence numbers of entries that are marked as reduced and never told of."""
        yield from sorted(self._left)


def _hash(payload: str) -> str:
    return sha256(payload.encode()).hexdigest()


def _digest(hashes: Iterable[tuple[int, str]]) -> str:
    return _hash(json.dumps(sorted(hashes)))
