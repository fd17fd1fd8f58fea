"""Audit of the ledger: compares evidence rows with the log, and derived state with the evidence."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Connection, and_, bindparam, select

from alerting.accounting.evidence import payload_of, to_evidence
from alerting.help_cases.rules import help_case
from alerting.help_cases.store import cases_in
from alerting.ledger.chain import chained
from alerting.ledger.events.households import EvidenceGiven
from alerting.ledger.reductions import Reductions
from alerting.ledger.tables import alerts, events
from alerting.roll.entries import to_entry
from alerting.roll.rules.persons import fold_persons
from alerting.roll.rules.tally import Tally
from alerting.roll.tables import evidence, roll, tallies
from alerting.roll.tallies import EVERYWHERE, NAMES

_ROWS_AT_ONCE: Final = 5_000

_ENDS: Final = select(alerts.c.id, alerts.c.last_seq, alerts.c.chain).order_by(alerts.c.id)


@dataclass(frozen=True)
class Anchor:
    """The chain hash of one entry of an alert's log, to be kept outside the database."""

    alert: int
    seq: int
    chain: str


@dataclass(frozen=True)
class Difference:
    """A stored value that differs from the value rebuilt from the log."""

    alert: int
    what: str
    kept: str
    rebuilt: str


@dataclass(frozen=True)
class Audit:
    """The numbers of audited rows, and the differences found."""

    alerts: int
    reduced: int
    """Number of log entries whose personal data was erased, as a later entry states."""
    households: int
    evidence: int
    differences: tuple[Difference, ...]


def verify(connection: Connection) -> Audit:
    """Audit all alerts: compare logs, evidence, standings, tallies and help cases."""
    counted: Counter[str] = Counter()
    differences: list[Difference] = []
    for alert, *end in connection.execute(_ENDS).all():
        counted["alerts"] += 1
        differences += _log(connection, alert, counted, *end)
        differences += _standings(connection, alert, counted)
        differences += evidence_differences(connection, alert)
    return Audit(
        counted["alerts"],
        counted["reduced"],
        counted["households"],
        counted["evidence"],
        tuple(differences),
    )


def _log(
    connection: Connection, alert: int, counted: Counter[str], last_seq: int, end: str | None
) -> Iterator[Difference]:
    """Yield the differences in an alert's log: entries missing, added or changed."""
    count, chain, is_whole, reductions = 0, None, True, Reductions()
    entries = (
        select(events)
        .where(events.c.alert == alert)
        .order_by(events.c.seq)
        .execution_options(yield_per=_ROWS_AT_ONCE)
    )
    for entry in connection.execute(entries):
        count += 1
        made = chained(chain, entry._mapping)
        if is_whole and (entry.seq, entry.chain) != (count, made):
            is_whole = False
            yield Difference(alert, f"log entry {entry.seq}", entry.chain, made)
        if fault := reductions.take(entry.seq, entry.kind, entry.payload, entry.commitment):
            yield Difference(alert, f"log entry {entry.seq}", "a reduction", fault)
        chain = entry.chain
    counted["reduced"] += reductions.count
    for seq in reductions.unlisted():
        yield Difference(alert, f"log entry {seq}", "reduced", "no entry tells of it")
    if (count, chain) != (last_seq, end):
        yield Difference(alert, "log", f"{last_seq} entries to {end}", f"{count} to {chain}")


def _standings(connection: Connection, alert: int, counted: Counter[str]) -> Iterator[Difference]:
    rebuilt: dict[str, Tally] = {}
    cases = {kept.household: kept.case for kept in cases_in(connection, alert, EVERYWHERE)}
    for household, rows in groupby(_roll_with_evidence(connection, alert), _household):
        lines = list(rows)
        counted["households"] += 1
        counted["evidence"] += sum(line.e_id is not None for line in lines)
        try:
            entry = to_entry(lines[0])
            said = [to_evidence(line, "e_") for line in lines if line.e_id is not None]
        except ValueError as damage:
            cases.pop(household, None)
            yield Difference(alert, f"household {household}", "a damaged row", str(damage))
            continue
        standing = fold_persons(said, entry.headcount, entry.named)
        rebuilt[entry.division] = rebuilt.get(entry.division, Tally()) + Tally.of(standing)
        if standing != entry.standing:
            yield Difference(alert, f"household {household}", repr(entry.standing), repr(standing))
        made, case = help_case(said, entry.headcount, entry.named), cases.pop(household, None)
        if made != case:
            yield Difference(alert, f"help case {household}", repr(case), repr(made))
    for household, case in cases.items():
        yield Difference(alert, f"help case {household}", repr(case), repr(None))
    yield from _tallies(connection, alert, rebuilt)


def _tallies(
    connection: Connection, alert: int, rebuilt: Mapping[str, Tally]
) -> Iterator[Difference]:
    kept = {
        row.division: Tally(*(getattr(row, name) for name in NAMES))
        for row in connection.execute(select(tallies).where(tallies.c.alert == alert))
    }
    for division in sorted(kept.keys() | rebuilt.keys()):
        if kept.get(division) != rebuilt.get(division):
            yield Difference(
                alert, f"tally of {division}", repr(kept.get(division)), repr(rebuilt.get(division))
            )


def _roll_with_evidence(connection: Connection, alert: int) -> Iterator[Any]:
    said = [column.label(f"e_{column.name}") for column in evidence.c]
    statement = (
        select(roll, *said)
        .join(
            evidence,
            and_(evidence.c.alert == roll.c.alert, evidence.c.household == roll.c.household),
            isouter=True,
        )
        .where(roll.c.alert == alert)
        .order_by(roll.c.household, evidence.c.id)
        .execution_options(yield_per=_ROWS_AT_ONCE)
    )
    yield from connection.execute(statement)


def anchors(connection: Connection) -> list[Anchor]:
    """Return an anchor of the last entry of each alert's log, to be kept outside the database."""
    return [Anchor(*row) for row in connection.execute(_ENDS) if row.chain is not None]


def check_anchors(connection: Connection, kept: Iterable[Anchor]) -> Iterator[Difference]:
    """Yield a difference for each anchor that its log no longer matches: that log was rewritten."""
    for anchor in kept:
        found = connection.execute(_ANCHORED, {"of": anchor.alert, "at": anchor.seq}).scalar()
        if found != anchor.chain:
            what = f"anchored log entry {anchor.seq}"
            yield Difference(anchor.alert, what, str(found), anchor.chain)


_ANCHORED: Final = select(events.c.chain).where(
    events.c.alert == bindparam("of"), events.c.seq == bindparam("at")
)


def _household(row: Any) -> str:
    return str(row.household)


_SAME: Final = and_(events.c.alert == evidence.c.alert, events.c.seq == evidence.c.seq)

_ROWS: Final = (
    select(evidence, events.c.kind, events.c.at, events.c.subject, events.c.payload)
    .join(events, _SAME, isouter=True)
    .where(evidence.c.alert == bindparam("of"))
    .order_by(evidence.c.id)
    .execution_options(yield_per=_ROWS_AT_ONCE)
)

# A set difference: evidence has no index on `seq`, so a join would take quadratic time.
_ENTRIES_ALONE: Final = (
    select(events.c.seq)
    .where(events.c.alert == bindparam("of"), events.c.kind == EvidenceGiven.kind)
    .except_(select(evidence.c.seq).where(evidence.c.alert == bindparam("of")))
    .order_by(events.c.seq)
)


def evidence_differences(connection: Connection, alert: int) -> Iterator[Difference]:
    """Yield the evidence rows that differ from the log, and the log entries that have no row."""
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
"""The household, the time of recording, and the log entry's payload."""


def _kept(row: Any) -> _Told:
    return row.household, row.recorded_at, payload_of(row._mapping)


def _logged(row: Any) -> _Told | None:
    if row.kind != EvidenceGiven.kind:
        return None
    return row.subject, row.at, EvidenceGiven.read(row.payload)
