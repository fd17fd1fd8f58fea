"""Open alerts whose validity has ended."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, select

from alerting.core.lifecycle import AlertState
from alerting.storage.tables import alerts

_EXPIRED: Final = (
    select(alerts.c.id)
    .where(alerts.c.state == AlertState.OPEN, alerts.c.expires <= bindparam("by_then"))
    .order_by(alerts.c.id)
    .limit(bindparam("most"))
)


def open_beyond_validity(connection: Connection, now: datetime, limit: int) -> list[int]:
    """Return up to `limit` alerts that are open though they expired by now."""
    return list(connection.execute(_EXPIRED, {"by_then": now, "most": limit}).scalars())
