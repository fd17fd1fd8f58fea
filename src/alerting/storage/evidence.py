"""Evidence taken in: appended, folded into standings, and the tallies moved with it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select

from alerting.core.persons import fold_persons
from alerting.core.standing import Evidence, HouseholdStanding, Report, Rung
from alerting.core.tally import Tally
from alerting.storage.bulk import ROWS, insert_given, one_of
from alerting.storage.consequences import follow_up
from alerting.storage.help_cases import follow_cases
from alerting.storage.ledger import Transaction
from alerting.storage.roll import Entry, entries, move
from alerting.storage.tables import evidence
from alerting.storage.tallies import shift

GIVEN: Final = "evidence.given"
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
_RECORD: Final = insert_given(each for each in evidence.c if each is not evidence.c.id)
_RECORDED: Final = select(evidence.c.source).where(one_of(evidence.c.source, "sources"))
_SAID: Final = (
    select(evidence)
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
Key = tuple[int, str]
"""An alert's id and a household's code."""


@dataclass(frozen=True)
class Recorded:
    """What was said before, and by what source."""

    id: int
    source: str
    report: Report
    people: int | None


@dataclass(frozen=True)
class NewEvidence:
    """Something said of a household on an alert's roll, about to be recorded."""

    alert: int
    household: str
    given_at: datetime
    recorded_at: datetime
    rung: Rung
    given_by: str
    """The phone it came from, or the officer's id."""
    report: Report
    people: int | None
    channel: str
    source: str
    """What makes it the same when it comes twice: a message's or a request's id."""
    note: str = ""
    persons: frozenset[int] | None = None
    """The places, in the household's list of names, of those it names; None: nobody by name."""
    since: datetime | None = None
    """When the roll-call was called that was missed."""

    @property
    def key(self) -> Key:
        """The household on the roll that it is about."""
        return self.alert, self.household

    @property
    def said(self) -> Evidence:
        """What the rules know of it; until it has a number, its source stands for that."""
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


def record_evidence(
    transaction: Transaction, items: Sequence[NewEvidence]
) -> list[HouseholdStanding | None]:
    """Append evidence and return how each household stands then; None: not on that roll.

    What was recorded before under the same source is not recorded again. Standings and tallies
    change in the same transaction, and each piece is an entry of its alert's log.
    """
    transaction.lock(sorted({item.alert for item in items}))
    known = entries(transaction.connection, {item.key for item in items})
    said = evidence_of(transaction.connection, known)
    new = _unrecorded(transaction.connection, [item for item in items if item.key in known])
    if new:
        rows = [_log(transaction, item, known) for item in new]
        transaction.connection.execute(_RECORD, {ROWS: rows})
    for item in new:
        said[item.key].append(item.said)
    standings = {
        key: fold_persons(said[key], entry.headcount, entry.places) for key, entry in known.items()
    }
    now = max(item.recorded_at for item in items)
    _move(transaction, known, standings, now)
    follow_cases(transaction, known, said, now)
    return [standings.get(item.key) for item in items]


def evidence_of(connection: Connection, keys: Iterable[Key]) -> dict[Key, list[Evidence]]:
    """Return all that was said of these households, in the order it was recorded."""
    households: dict[int, list[str]] = defaultdict(list)
    for alert, household in keys:
        households[alert].append(household)
    said: dict[Key, list[Evidence]] = defaultdict(list)
    # One alert at a time: for pairs SQLite would look through everything said on the alert.
    for alert, codes in households.items():
        for row in connection.execute(_SAID, {"of_alert": alert, "households": codes}).all():
            said[alert, row.household].append(to_evidence(row))
    return said


def to_evidence(row: Any, prefix: str = "") -> Evidence:
    """Return a row of the evidence table as the rules know it; `prefix` is of its labels."""
    said = {name: getattr(row, f"{prefix}{name}") for name in _FIELDS}
    return Evidence(
        id=said["id"],
        given_at=said["given_at"],
        rung=Rung(said["rung"]),
        by=said["given_by"],
        report=Report(said["report"]),
        count=said["people"],
        persons=_places(said["persons"]),
        since=said["since"],
    )


def _places(text: str | None) -> frozenset[int] | None:
    return None if text is None else frozenset(map(int, text.split(";")))


def last_by(connection: Connection, key: Key, channel: str) -> Recorded | None:
    """Return what was last recorded of a household by a channel."""
    alert, household = key
    asked = {"of_alert": alert, "of_household": household, "by": channel}
    row = connection.execute(_LAST, asked).one_or_none()
    return row and Recorded(row.id, row.source, Report(row.report), row.people)


def household_of(connection: Connection, source: str) -> str | None:
    """Return the household of which this source said something before, if it did."""
    found = select(evidence.c.household).where(evidence.c.source == source)
    return connection.execute(found).scalar_one_or_none()


def _unrecorded(connection: Connection, items: Sequence[NewEvidence]) -> list[NewEvidence]:
    sources = {item.source: item for item in items}
    recorded = set(connection.execute(_RECORDED, {"sources": list(sources)}).scalars())
    return [item for source, item in sources.items() if source not in recorded]


def _log(transaction: Transaction, item: NewEvidence, known: dict[Key, Entry]) -> dict[str, Any]:
    seq = transaction.append(
        item.alert,
        GIVEN,
        item.recorded_at,
        division=known[item.key].division,
        subject=item.household,
        payload={"report": item.report, "people": item.people, "channel": item.channel},
    )
    return {
        "alert": item.alert,
        "household": item.household,
        "seq": seq,
        "given_at": item.given_at,
        "recorded_at": item.recorded_at,
        "rung": int(item.rung),
        "given_by": item.given_by,
        "report": item.report,
        "people": item.people,
        "persons": None if item.persons is None else ";".join(map(str, sorted(item.persons))),
        "since": item.since,
        "channel": item.channel,
        "source": item.source,
        "note": item.note,
    }


def _move(
    transaction: Transaction,
    known: dict[Key, Entry],
    standings: dict[Key, HouseholdStanding],
    now: datetime,
) -> None:
    moved = [(known[key], s) for key, s in standings.items() if s != known[key].standing]
    changes: dict[Key, Tally] = {}
    for entry, standing in moved:
        place, change = (entry.alert, entry.division), Tally.change(entry.standing, standing)
        changes[place] = changes[place] + change if place in changes else change
    move(transaction.connection, follow_up(transaction, moved, now))
    shift(transaction.connection, changes)
