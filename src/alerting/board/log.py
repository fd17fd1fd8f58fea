"""An alert's log as people read it: the newest first, page by page."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection, bindparam, or_, select

from alerting.ledger.events.registry import BESIDE_THE_LOG, Event
from alerting.ledger.tables import events
from alerting.roll.tables import roll
from contacts.directory import officers_named
from contacts.division import ancestors, covers, subtree

_EVERYWHERE: Final = ""

_HOMES: Final = select(roll.c.household, roll.c.head, roll.c.address).where(
    roll.c.alert == bindparam("of_alert"),
    roll.c.household.in_(bindparam("households", expanding=True)),
)


def log_before(
    connection: Connection, alert: int, division: str, before: int | None, limit: int
) -> list[Event]:
    """Return up to `limit` entries before a sequence number, or the last ones, newest first.

    What happened in a division, in it or above it, is told; evidence and deliveries are not: as
    on the feed, the households and the progress tell them.
    """
    chosen = select(events).where(
        events.c.alert == alert,
        events.c.kind.not_in(sorted(BESIDE_THE_LOG)),
        or_(
            events.c.division.between(*subtree(division)),
            events.c.division.in_([_EVERYWHERE, *ancestors(division)]),
        ),
    )
    if before is not None:
        chosen = chosen.where(events.c.seq < before)
    rows = connection.execute(chosen.order_by(events.c.seq.desc()).limit(limit))
    return [Event(**row._mapping) for row in rows]


def names_of(
    connection: Connection, alert: int, division: str, log: Iterable[Event]
) -> dict[str, str]:
    """Return what people call those whom entries mention, by officer's id or household's code.

    Households are named to those in whose `division` they lie.
    """
    mentioned = [event.mentioned() for event in log]
    households = {code for one in mentioned for code in one.households}
    homes = sorted(code for code in households if covers(division, code))
    found = connection.execute(_HOMES, {"of_alert": alert, "households": homes}) if homes else ()
    names = {row.household: f"{row.head} {row.address}".strip() for row in found}
    ids = {id_ for one in mentioned for id_ in one.officers}
    officers = officers_named(connection, ids - names.keys())
    return names | {id_: officer.name for id_, officer in officers.items()}
