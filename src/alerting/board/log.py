"""The log of an alert for readers: newest entries first, in pages."""

from collections.abc import Collection, Iterable
from typing import Any, Final

from sqlalchemy import Connection, Select, bindparam, or_, select

from alerting.ledger.alerts import ENTRY, ended_at
from alerting.ledger.events.registry import OMITTED_FROM_LOG, Event
from alerting.ledger.tables import events
from alerting.roll.tables import roll
from contacts.division import ancestors, covers, subtree
from contacts.past import names_at

_EVERYWHERE: Final = ""

_HOMES: Final = select(roll.c.household, roll.c.head, roll.c.address).where(
    roll.c.alert == bindparam("of_alert"),
    roll.c.household.in_(bindparam("households", expanding=True)),
)


def log_of(alert: int, division: str) -> Select[Any]:
    """Return the SQL query for the log entries that a division may read; see `log_before`."""
    return select(*ENTRY).where(
        events.c.alert == alert,
        events.c.kind.not_in(sorted(OMITTED_FROM_LOG)),
        or_(
            events.c.division.between(*subtree(division)),
            events.c.division.in_([_EVERYWHERE, *ancestors(division)]),
        ),
    )


def log_before(
    connection: Connection,
    alert: int,
    division: str,
    before: int | None,
    limit: int,
    kinds: Collection[str] = (),
) -> list[Event]:
    """Return up to `limit` log entries, newest first.

    If `before` is given, all have a lower sequence number. Entries of the division, and of
    divisions below and above it, are included. Evidence and deliveries are omitted, because
    household records and delivery counts show them. `kinds` are the event kinds to return; empty:
    all.
    """
    chosen = log_of(alert, division)
    if kinds:
        chosen = chosen.where(events.c.kind.in_(sorted(kinds)))
    if before is not None:
        chosen = chosen.where(events.c.seq < before)
    rows = connection.execute(chosen.order_by(events.c.seq.desc()).limit(limit))
    return [Event(**row._mapping) for row in rows]


def names_of(
    connection: Connection, alert: int, division: str, log: Iterable[Event]
) -> dict[str, str]:
    """Return the names of the officers and households that entries mention, by id or code.

    The names are those at the time of the alert (see `contacts.past`). Only households of
    `division` are included.
    """
    mentioned = [event.mentioned() for event in log]
    households = {code for one in mentioned for code in one.households}
    homes = sorted(code for code in households if covers(division, code))
    found = connection.execute(_HOMES, {"of_alert": alert, "households": homes}) if homes else ()
    names = {row.household: f"{row.head} {row.address}".strip() for row in found}
    ids = {id_ for one in mentioned for id_ in one.officers}
    return names | names_at(connection, ids - names.keys(), ended_at(connection, alert))
