"""An alert's log as people read it: the newest first, page by page."""

from typing import Final

from sqlalchemy import Connection, or_, select

from alerting.storage.alerts import Event
from alerting.storage.evidence import GIVEN
from alerting.storage.tables import events
from contacts.division import ancestors, subtree

_DELIVERIES: Final = "deliveries."
_EVERYWHERE: Final = ""


def log_before(
    connection: Connection, alert: int, division: str, before: int | None, limit: int
) -> list[Event]:
    """Return up to `limit` entries before a sequence number, or the last ones, newest first.

    What happened in a division, in it or above it, is told; evidence and deliveries are not: as
    on the feed, the households and the progress tell them.
    """
    chosen = select(events).where(
        events.c.alert == alert,
        events.c.kind != GIVEN,
        ~events.c.kind.startswith(_DELIVERIES, autoescape=True),
        or_(
            events.c.division.between(*subtree(division)),
            events.c.division.in_([_EVERYWHERE, *ancestors(division)]),
        ),
    )
    if before is not None:
        chosen = chosen.where(events.c.seq < before)
    rows = connection.execute(chosen.order_by(events.c.seq.desc()).limit(limit))
    return [Event(**row._mapping) for row in rows]
