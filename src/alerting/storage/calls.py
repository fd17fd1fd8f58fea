"""The calls that were made, found again by the tokens of their attempts."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from alerting.core.cap import Status
from alerting.core.lifecycle import AlertState
from alerting.core.plan import Channel, Recipient
from alerting.storage.tables import alerts, attempts, deliveries, texts


@dataclass(frozen=True)
class Called:
    """A call: to whom, for which alert, and what is said."""

    token: str
    alert: int
    status: Status
    state: AlertState
    expires_at: datetime
    kind: Recipient
    recipient: str
    division: str
    number: str
    language: str
    speech: str


def find_called(connection: Connection, token: str) -> Called | None:
    """Return the call of an attempt; None where no call has this token."""
    row = connection.execute(
        select(
            attempts.c.token,
            deliveries.c.alert,
            alerts.c.status,
            alerts.c.state,
            deliveries.c.expires_at,
            deliveries.c.recipient_kind,
            deliveries.c.recipient,
            deliveries.c.division,
            deliveries.c.number,
            texts.c.language,
            texts.c.body,
        )
        .join(deliveries, deliveries.c.id == attempts.c.delivery)
        .join(alerts, alerts.c.id == deliveries.c.alert)
        .join(texts, texts.c.id == deliveries.c.text)
        .where(attempts.c.token == token, deliveries.c.channel == Channel.VOICE)
    ).one_or_none()
    return row and Called(
        token=row.token,
        alert=row.alert,
        status=Status(row.status),
        state=AlertState(row.state),
        expires_at=row.expires_at,
        kind=Recipient(row.recipient_kind),
        recipient=row.recipient,
        division=row.division,
        number=row.number,
        language=row.language,
        speech=row.body,
    )
