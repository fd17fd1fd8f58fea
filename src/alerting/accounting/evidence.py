"""Rows of evidence about households: new evidence, and queries of recorded evidence."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import structlog
from sqlalchemy import Connection, bindparam, func, select

from alerting.database.bulk import one_of
from alerting.ledger.events.households import EvidenceGiven
from alerting.roll.entries import HouseholdKey
from alerting.roll.rules.evidence import Evidence, Report, Rung
from alerting.roll.tables import evidence

log = structlog.get_logger()

_FIELDS: Final = (
    "id",
    "given_at",
    "rung",
    "given_by",
    "report",
    "people",
    "persons",
    "since",
)

_EVIDENCE: Final = (
    select(evidence.c.household, *(evidence.c[name] for name in _FIELDS))
    .where(
        evidence.c.alert == bindparam("of_alert"),
        one_of(evidence.c.household, "households"),
    )
    .order_by(evidence.c.id)
)

_LAST: Final = (
    select(evidence.c.id, evidence.c.source, evidence.c.report, evidence.c.people)
    .where(
        evidence.c.alert == bindparam("of_alert"),
        evidence.c.household == bindparam("of_household"),
        evidence.c.channel == bindparam("by"),
    )
    .order_by(evidence.c.id.desc())
    .limit(1)
)


@dataclass(frozen=True)
class Recorded:
    """A piece of recorded evidence, and its idempotency key `source`."""

    id: int
    source: str
    report: Report
    people: int | None


@dataclass
class NewEvidence:
    """A piece of evidence about a household on an alert's roll, not yet recorded.

    Not frozen: a frozen dataclass of 14 fields is slow to create, and every answer creates one.
    """

    alert: int
    household: str
    given_at: datetime
    recorded_at: datetime
    rung: Rung
    given_by: str
    """The phone number that it came from, or the officer's id."""
    report: Report
    people: int | None
    channel: str
    source: str
    """Idempotency key, made from the id of the message or request."""
    note: str = ""
    persons: frozenset[int] | None = None
    """Indexes into the household's list of names; None if no person is named."""
    since: datetime | None = None
    """When the roll-call that the household missed was called; None for other reports."""
    early: bool = False
    """True if it came before the alert's first text or call to the giver."""

    @property
    def key(self) -> HouseholdKey:
        """Key of the household that the evidence is about."""
        return self.alert, self.household

    @property
    def row(self) -> dict[str, Any]:
        """The values of the evidence table's columns, except `id` and `seq`."""
        persons = None if self.persons is None else ";".join(map(str, sorted(self.persons)))
        return vars(self) | {"rung": int(self.rung), "persons": persons}

    @property
    def evidence(self) -> Evidence:
        """The evidence for the rules; the id is not yet assigned, so `source` replaces it."""
        return Evidence(
            id=self.source,
            given_at=self.given_at,
            rung=self.rung,
            by=self.given_by,
            report=self.report,
            count=self.people,
            persons=self.persons,
            since=self.since,
        )


def evidence_of(
    connection: Connection, keys: Iterable[HouseholdKey]
) -> dict[HouseholdKey, list[Evidence]]:
    """Return all evidence about each of these households, in the order of recording."""
    households: dict[int, list[str]] = defaultdict(list)
    for alert, household in keys:
        households[alert].append(household)
    said: dict[HouseholdKey, list[Evidence]] = defaultdict(list)
    # One query per alert: with (alert, household) pairs, SQLite would scan the alert's evidence.
    for alert, codes in households.items():
        rows = connection.execute(_EVIDENCE, {"of_alert": alert, "households": codes}).all()
        for row, each in readable(rows):
            said[alert, row.household].append(each)
    return said


def readable(rows: Iterable[Any]) -> Iterator[tuple[Any, Evidence]]:
    """Yield each row of the evidence table with its `Evidence`; skip and log damaged rows.

    A damaged row accounts for nobody and must not block later evidence. The audit reports it too
    (`alerting.accounting.audit.verify`).
    """
    for row in rows:
        try:
            yield row, to_evidence(row)
        except ValueError as damage:
            log.critical("damaged evidence left out", evidence=row.id, damage=str(damage))


def to_evidence(row: Any, prefix: str = "") -> Evidence:
    """Return a row of the evidence table as `Evidence`; column labels start with `prefix`.

    Raises:
        ValueError: if the row is damaged.
    """
    said = {name: getattr(row, f"{prefix}{name}") for name in _FIELDS}
    return Evidence(
        id=said["id"],
        given_at=said["given_at"],
        rung=Rung(said["rung"]),
        by=said["given_by"],
        report=Report(said["report"]),
        count=said["people"],
        persons=_indexes(said["persons"]),
        since=said["since"],
    )


def payload_of(row: Mapping[Any, Any]) -> EvidenceGiven:
    """Return the payload of the log entry that belongs to a row of evidence.

    Raises:
        ValueError: if the row is damaged.
    """
    persons = _indexes(row["persons"])
    return EvidenceGiven(
        report=row["report"],
        people=row["people"],
        channel=row["channel"],
        given_at=row["given_at"],
        rung=row["rung"],
        by=row["given_by"],
        persons=None if persons is None else tuple(sorted(persons)),
        since=row["since"],
        early=row["early"],
    )


def _indexes(text: str | None) -> frozenset[int] | None:
    return None if text is None else frozenset(map(int, text.split(";")))


def last_by(connection: Connection, key: HouseholdKey, channel: str) -> Recorded | None:
    """Return the latest recorded evidence about a household by a channel, or None."""
    alert, household = key
    asked = {"of_alert": alert, "of_household": household, "by": channel}
    row = connection.execute(_LAST, asked).one_or_none()
    return row and Recorded(row.id, row.source, Report(row.report), row.people)


def number_since(connection: Connection, key: HouseholdKey, channel: str, since: datetime) -> int:
    """Return the number of pieces of evidence about a household by a channel after `since`."""
    alert, household = key
    counted = select(func.count()).where(
        evidence.c.alert == alert,
        evidence.c.household == household,
        evidence.c.channel == channel,
        evidence.c.recorded_at > since,
    )
    return connection.execute(counted).scalar_one()


def household_of(connection: Connection, source: str) -> str | None:
    """Return the household code of the evidence with this `source`, or None if there is none."""
    found = select(evidence.c.household).where(evidence.c.source == source)
    return connection.execute(found).scalar_one_or_none()
