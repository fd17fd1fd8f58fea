"""The calls (叫应) that one officer has still to confirm."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, exists, select

from alerting.core.lifecycle import AlertState
from alerting.storage.alerts import StoredAlert, stored
from alerting.storage.tables import alerts, confirmations, officer_calls

_UNCONFIRMED: Final = (
    select(officer_calls.c.alert, officer_calls.c.called_at)
    .join(alerts, alerts.c.id == officer_calls.c.alert)
    .where(
        officer_calls.c.officer == bindparam("called"),
        alerts.c.state == AlertState.OPEN,
        ~exists().where(
            confirmations.c.alert == officer_calls.c.alert,
            confirmations.c.officer == officer_calls.c.officer,
        ),
    )
    .order_by(officer_calls.c.called_at, officer_calls.c.alert)
)


@dataclass(frozen=True)
class MyCall:
    """An alert to which an officer was called."""

    alert: StoredAlert
    called_at: datetime


def unconfirmed_calls(connection: Connection, officer: str) -> list[MyCall]:
    """Return the calls to open alerts that this officer has not confirmed, the oldest first."""
    rows = connection.execute(_UNCONFIRMED, {"called": officer}).all()
    return [MyCall(stored(connection, row.alert), row.called_at) for row in rows]
