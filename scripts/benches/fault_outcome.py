"""The outcome of a fault run, judged by the ledger's file and the gateway's record alone."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

from scripts.benches.decrypting import opened

_OWED: Final = """
    SELECT deliveries.id, phone(deliveries.number), deliveries.state, deliveries.error_code,
        personal(texts.body)
    FROM deliveries JOIN texts ON texts.id = deliveries.text
    WHERE deliveries.channel = 'sms' AND deliveries.recipient_kind = 'household'
    AND texts.kind = 'alert'
"""
_TRIES: Final = """
    SELECT attempts.delivery, attempts.number, attempts.started_at, attempts.finished_at,
        attempts.outcome, attempts.error_code,
        EXISTS (SELECT 1 FROM receipts WHERE receipts.attempt = attempts.token)
    FROM attempts ORDER BY attempts.delivery, attempts.number, attempts.started_at
"""
_WAITING: Final = f"SELECT count(*) FROM ({_OWED}) WHERE state IN ('queued', 'sending', 'unknown')"
_IN_FLIGHT: Final = f"SELECT id FROM ({_OWED}) WHERE state IN ('sending', 'unknown')"
_UNKNOWN: Final = """
    SELECT coalesce(sum(json_extract(personal(payload), '$.unknown')), 0) FROM events
    WHERE kind = 'deliveries.attempted'
"""
_ENDED_FOR_A_REASON: Final = frozenset({"expired", "cancelled"})
_NEVER_ARRIVED: Final = frozenset({"failed", "undelivered"})


class _Owed(NamedTuple):
    id: int
    number: str
    state: str
    error_code: int | None
    body: str


class _Try(NamedTuple):
    """A row of the attempts; times are microseconds since 1970."""

    delivery: int
    number: int
    started_at: int
    finished_at: int | None
    outcome: str | None
    error_code: int | None
    has_receipt: int


@dataclass(frozen=True)
class FaultOutcome:
    """Phone numbers of households at which a run went wrong, and counts of attempts."""

    lost: frozenset[str]
    claimed_twice: frozenset[str]
    duplicates: Mapping[str, int]
    """Surplus copies that arrived, by phone number."""
    unexplained: frozenset[str]
    """Numbers with duplicates whose delivery was never in doubt."""
    in_flight: int
    """Deliveries awaiting an answer when the service was killed."""
    unknown: int
    """Answers that were lost or inconclusive."""
    tries: int

    @property
    def duplicates_unexplained(self) -> int:
        """Number of copies that no doubt explains, by the larger of two counts.

        One is the copies to numbers whose delivery was never in doubt. The other is the copies
        beyond the number of doubts.
        """
        copies = sum(self.duplicates.values())
        without_doubt = sum(self.duplicates[number] for number in self.unexplained)
        return max(without_doubt, copies - self.in_flight - self.unknown)

    @property
    def is_good(self) -> bool:
        """Whether nothing is lost or claimed twice, and every duplicate is explained."""
        return not (self.lost or self.claimed_twice or self.duplicates_unexplained)


def in_flight(database: Path) -> set[int]:
    """Return the households' deliveries that await an answer."""
    with opened(database) as ledger:
        return {delivery for (delivery,) in ledger.execute(_IN_FLIGHT)}


def texts_waiting(database: Path) -> int:
    """Return the number of the households' texts that are neither accepted nor ended."""
    with opened(database) as ledger:
        (count,) = ledger.execute(_WAITING).fetchone()
        return int(count)


def judge(
    database: Path,
    taken: Sequence[Mapping[str, Any]],
    *,
    households: int,
    crashed_with: Sequence[Collection[int]],
    lease_seconds: float,
) -> FaultOutcome:
    """Compare the ledger with the texts that the gateway has taken.

    `crashed_with` holds, for each kill, the deliveries in flight at that moment. Another process
    may retry a delivery after `lease_seconds`.
    """
    with opened(database) as ledger:
        owed = [_Owed(*row) for row in ledger.execute(_OWED)]
        tries: dict[int, list[_Try]] = defaultdict(list)
        for row in ledger.execute(_TRIES):
            tries[row[0]].append(_Try(*row))
        (unknown,) = ledger.execute(_UNKNOWN).fetchone()
    lease = round(lease_seconds * 1_000_000)
    duplicates = _duplicates(owed, taken)
    crashed = {delivery for deliveries in crashed_with for delivery in deliveries}
    doubtful = crashed | {
        id_ for id_, tried in tries.items() if any(_was_in_doubt(one, lease) for one in tried)
    }
    return FaultOutcome(
        lost=_lost(owed, taken, households),
        claimed_twice=frozenset(one.number for one in owed if _overlaps(tries[one.id], lease))
        | _sent_again(taken),
        duplicates=duplicates,
        unexplained=frozenset(
            one.number for one in owed if one.number in duplicates and one.id not in doubtful
        ),
        in_flight=sum(map(len, crashed_with)),
        unknown=unknown,
        tries=sum(len(tries[one.id]) for one in owed),
    )


def _lost(
    owed: Sequence[_Owed], taken: Sequence[Mapping[str, Any]], households: int
) -> frozenset[str]:
    """Return the households whose text was neither accepted nor ended for a stated reason."""
    has = {(text["to"], text["body"]) for text in taken}
    lost = {
        one.number
        for one in owed
        if (one.number, one.body) not in has
        and one.state not in _ENDED_FOR_A_REASON
        and not (one.state == "refused" and one.error_code)
    }
    nobody = range(len(owed), households)
    return frozenset(lost | {f"household {number} of no delivery" for number in nobody})


def _duplicates(owed: Sequence[_Owed], taken: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Return the surplus copies, by number.

    A text that the gateway reports as not arrived reached nobody, so a second text is no copy.
    """
    bodies = {(one.number, one.body) for one in owed}
    copies = Counter(
        (text["to"], text["body"]) for text in taken if text["status"] not in _NEVER_ARRIVED
    )
    return {number: copies[number, body] - 1 for number, body in bodies if copies[number, body] > 1}


def _sent_again(taken: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """Return the numbers for which one attempt was sent twice."""
    sent = Counter((text["to"], text["status_callback"]) for text in taken)
    return frozenset(number for (number, _), times in sent.items() if times > 1)


def _overlaps(tried: Sequence[_Try], lease: int) -> bool:
    """Whether an attempt began while the previous one was unanswered and within its lease."""
    return any(
        later.number == earlier.number
        or not (
            (earlier.finished_at is not None and earlier.finished_at <= later.started_at)
            or earlier.has_receipt
            or later.started_at >= earlier.started_at + lease
        )
        for earlier, later in pairwise(tried)
    )


def _was_in_doubt(one: _Try, lease: int) -> bool:
    """Whether it was unanswered, late, or refused without an error code, as by a look-up."""
    return (
        one.outcome in {None, "unknown"}
        or (one.outcome == "refused" and one.error_code is None)
        or (one.finished_at is not None and one.finished_at - one.started_at >= lease)
    )
