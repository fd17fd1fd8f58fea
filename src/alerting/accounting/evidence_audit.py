"""Audit of evidence: each row says what its entry in the log says, and each entry has its row."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, and_, bindparam, select

from alerting.ledger.events.households import EvidenceGiven
from alerting.ledger.tables import events
from alerting.roll.tables import evidence

_ROWS_AT_ONCE: Final = 5_000

_SAME: Final = and_(events.c.alert == evidence.c.alert, events.c.seq == evidence.c.seq)

_ROWS: Final = (
    select(evidence, events.c.kind, events.c.at, events.c.subject, events.c.payload)
    .join(events, _SAME, isouter=True)
    .where(evidence.c.alert == bindparam("of"))
    .order_by(evidence.c.id)
    .execution_options(yield_per=_ROWS_AT_ONCE)
)

# A difference of two sets: no index finds evidence by its entry, so that a join would be quadratic.
_ENTRIES_ALONE: Final = (
    select(events.c.seq)
    .where(events.c.alert == bindparam("of"), events.c.kind == EvidenceGiven.kind)
    .except_(select(evidence.c.seq).where(evidence.c.alert == bindparam("of")))
    .order_by(events.c.seq)
)


@dataclass(frozen=True)
class Difference:
    """A stored value that differs from the value rebuilt from the log."""

    alert: int
    what: str
    kept: str
    rebuilt: str


def evidence_differences(connection: Connection, alert: int) -> Iterator[Difference]:
    """Yield the rows of evidence that differ from the log, and entries whose row is gone."""
    for row in connection.execute(_ROWS, {"of": alert}):
        try:
            kept, logged = _kept(row), _logged(row)
        except ValueError as damage:
            yield Difference(alert, f"evidence {row.id}", "a damaged row or entry", str(damage))
            continue
        if kept != logged:
            yield Difference(alert, f"evidence {row.id}", repr(kept), repr(logged))
    for seq in connection.execute(_ENTRIES_ALONE, {"of": alert}).scalars():
        yield Difference(alert, f"evidence of log entry {seq}", "no row", "a row")


_Told = tuple[str, Any, EvidenceGiven]
"""The household, when it was recorded, and what was said."""


def _kept(row: Any) -> _Told:
    persons = None if row.persons is None else tuple(map(int, row.persons.split(";")))
    said = EvidenceGiven(
        report=row.report,
        people=row.people,
        channel=row.channel,
        given_at=row.given_at,
        rung=row.rung,
        by=row.given_by,
        persons=persons,
        since=row.since,
        early=row.early,
    )
    return row.household, row.recorded_at, said


def _logged(row: Any) -> _Told | None:
    if row.kind != EvidenceGiven.kind:
        return None
    return row.subject, row.at, EvidenceGiven.read(row.payload)
