"""Export of an alert's log and roll as hash-chained lines: see `alerting.report.lines`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, select

from alerting.ledger.alerts import StoredAlert
from alerting.ledger.tables import alerts, events
from alerting.messages.text import HOME_LANGUAGE, issuer_name
from alerting.policy.issuer import IssuerRules
from alerting.report.lines import EntryLine, Head, HouseholdLine
from alerting.report.rules.fold import Enrolled
from alerting.roll.tables import roll
from contacts.directory import names_in

_ROWS_AT_ONCE: Final = 5_000

_ROLL: Final = (
    select(roll.c.household, roll.c.division, roll.c.headcount, roll.c.persons, roll.c.seq)
    .where(roll.c.alert == bindparam("of_alert"))
    .order_by(roll.c.household)
    .execution_options(yield_per=_ROWS_AT_ONCE)
)

_LOG: Final = (
    select(events)
    .where(events.c.alert == bindparam("of_alert"))
    .order_by(events.c.seq)
    .execution_options(yield_per=_ROWS_AT_ONCE)
)

_END: Final = select(alerts.c.last_seq, alerts.c.chain).where(alerts.c.id == bindparam("of_alert"))


@dataclass(frozen=True)
class End:
    """The numbers of lines of a log and of a roll, and the hashes of their last lines."""

    entries: int
    chain: str | None
    households: int
    roll: str | None


def end_of(connection: Connection, alert: int) -> End:
    """Return the lengths and last hashes of an alert's log and roll."""
    entries, chain = connection.execute(_END, {"of_alert": alert}).one()
    households, last = 0, None
    for line in _households(connection, alert):
        households, last = households + 1, line.hash
    return End(entries, chain, households, last)


def write_export(
    connection: Connection,
    alert: StoredAlert,
    issuers: IssuerRules,
    now: datetime,
    write: Callable[[str], object],
) -> End:
    """Write an alert's log and roll, one line at a time; return their lengths and last hashes.

    Everything is read in the caller's transaction, so that the lines agree with the head.
    """
    end = end_of(connection, alert.id)
    head = Head.sealed(
        alert=alert.id,
        identifier=alert.identifier,
        number=alert.number,
        status=alert.status.value,
        event=alert.request.event,
        sent=alert.sent,
        divisions=alert.divisions,
        home=alert.origin,
        issuer=issuer_name(issuers.at(alert.origin), HOME_LANGUAGE),
        exported_at=now,
        **vars(end),
    )
    write(head.written() + "\n")
    for household in _households(connection, alert.id):
        write(household.written() + "\n")
    for entry in connection.execute(_LOG, {"of_alert": alert.id}).mappings():
        write(EntryLine.of(dict(entry)).written() + "\n")
    return end


def _households(connection: Connection, alert: int) -> Iterator[HouseholdLine]:
    before = None
    for row in connection.execute(_ROLL, {"of_alert": alert}):
        named = len(names_in(row.persons))
        enrolled = Enrolled(row.household, row.division, row.headcount, named, row.seq)
        line = HouseholdLine.of(enrolled, before)
        before = line.hash
        yield line
