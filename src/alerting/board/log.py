"""An alert's log for people: newest first, in pages."""

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
    """Return the statement for the entries that a division's log shows: see `log_before`."""
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
    """Return up to `limit` entries before a sequence number, or the last ones, newest first.

    Includes events in the division, below it and above it. Leaves out evidence and deliveries:
    households and progress show them, as on the feed. `kinds` are those wanted; empty: all.
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

    They are those of the alert's time: see `contacts.past`.
    A household is named only if it lies in `division`.
    """
    mentioned = [event.mentioned() for event in log]
    households = {code for one in mentioned for code in one.households}
    homes = sorted(code for code in households if covers(division, code))
    found = connection.execute(_HOMES, {"of_alert": alert, "households": homes}) if homes else ()
    names = {row.household: f"{row.head} {row.address}".strip() for row in found}
    ids = {id_ for one in mentioned for id_ in one.officers}
    return names | names_at(connection, ids - names.keys(), ended_at(connection, alert))
