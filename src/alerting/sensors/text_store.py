"""Queries for texts about sensors' news: they are claimed under a lease, settled and expired."""

import json
import secrets
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, and_, bindparam, or_, select, update

from alerting.cap.alert import Status
from alerting.deliveries.channel import Content, Message
from alerting.deliveries.rules.delivery import DeliveryState
from alerting.deliveries.tables import deliveries
from alerting.ledger.tables import alerts
from alerting.messages.text import segments
from alerting.policy.sections import Channel
from alerting.sensors.tables import sensor_texts
from alerting.sensors.tries import MOST_TRIES, Progress
from contacts.tables import OFFICERS

_TOKEN_BYTES: Final = 18

# Literals instead of parameters, because the database can use the partial index only then.
_IS_OWED: Final = sensor_texts.c.state.in_(
    bindparam(
        "owed", (DeliveryState.QUEUED, DeliveryState.SENDING), expanding=True, literal_execute=True
    )
)

_ANY_OWED: Final = select(sensor_texts.c.id).where(_IS_OWED).limit(1)

_LIVE_TEXT: Final = (
    select(deliveries.c.id)
    .join(alerts, alerts.c.id == deliveries.c.alert)
    .where(
        deliveries.c.state == DeliveryState.QUEUED,
        deliveries.c.channel == Channel.SMS,
        deliveries.c.due_at <= bindparam("now", type_=deliveries.c.due_at.type),
        deliveries.c.expires_at > bindparam("now", type_=deliveries.c.expires_at.type),
        alerts.c.status == Status.ACTUAL,
    )
    .limit(1)
)


@dataclass(frozen=True)
class OwedText:
    """A text that this process may send until its lease expires."""

    id: int
    officer: str
    message: Message
    """The message to the first of the phones."""
    phones: tuple[str, ...]
    tries: int
    """The number of attempts, including this one."""
    doubts: int
    segments: int


@dataclass(frozen=True)
class TextTold:
    """A text to an officer about an item of news, and what became of it."""

    officer: str
    name: str
    state: DeliveryState
    at: datetime | None
    """When a provider accepted the text; None if none did."""


def any_owed(connection: Connection) -> bool:
    """Return whether any text is queued or being sent."""
    return connection.execute(_ANY_OWED).first() is not None


def live_text_waits(connection: Connection, now: datetime) -> bool:
    """Return whether a due text of an actual alert waits; sensors' texts then have to wait."""
    return connection.execute(_LIVE_TEXT, {"now": now}).first() is not None


def expire_texts(connection: Connection, now: datetime, wall: datetime) -> list[str]:
    """Mark texts that are no longer of use as expired; return the ids of their officers."""
    is_idle = or_(sensor_texts.c.state == DeliveryState.QUEUED, sensor_texts.c.lease_until < wall)
    ended = (
        update(sensor_texts)
        .where(_IS_OWED, is_idle, sensor_texts.c.expires_at <= now)
        .values(state=DeliveryState.EXPIRED)
        .returning(sensor_texts.c.officer)
    )
    return sorted(connection.execute(ended).scalars())


def take_texts(
    connection: Connection, most: int, now: datetime, wall: datetime, lease_until: datetime
) -> list[OwedText]:
    """Claim up to `most` texts, oldest first, that are due or whose lease has expired."""
    is_due = and_(sensor_texts.c.state == DeliveryState.QUEUED, sensor_texts.c.due_at <= now)
    is_left = and_(sensor_texts.c.state == DeliveryState.SENDING, sensor_texts.c.lease_until < wall)
    ready = select(sensor_texts).where(
        _IS_OWED,
        or_(is_due, is_left),
        sensor_texts.c.expires_at > now,
        sensor_texts.c.tries < MOST_TRIES,
    )
    ordered = ready.order_by(sensor_texts.c.id).limit(most).with_for_update(skip_locked=True)
    taken = [_owed(row, now) for row in connection.execute(ordered)]
    for each in taken:
        claimed = {
            "state": DeliveryState.SENDING,
            "lease_until": lease_until,
            "token": each.message.token,
            "tries": each.tries,
        }
        mine = sensor_texts.c.id == each.id
        connection.execute(update(sensor_texts).where(mine).values(claimed))
    return taken


def _owed(row: Any, now: datetime) -> OwedText:
    phones, left = tuple(row.phones.split()), (row.expires_at - now).total_seconds()
    content = Content(row.kind, row.language, json.loads(row.facts))
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    message = Message(phones[0], row.body, token, max(1, int(left)), content)
    count = segments(row.body).count
    return OwedText(row.id, row.officer, message, phones, row.tries + 1, row.doubts, count)


def settle_text(connection: Connection, text: OwedText, progress: Progress, now: datetime) -> None:
    """Record the outcome of an attempt, unless another process has taken the text over."""
    values: dict[str, Any] = {
        "state": progress.state,
        "phones": " ".join(progress.phones),
        "doubts": progress.doubts,
        "lease_until": None,
        "accepted_at": now if progress.state is DeliveryState.ACCEPTED else None,
    }
    if progress.due_at:
        values["due_at"] = progress.due_at
    mine = (sensor_texts.c.id == text.id, sensor_texts.c.token == text.message.token)
    connection.execute(update(sensor_texts).where(*mine).values(values))


def texts_told(connection: Connection, notes: Collection[int]) -> dict[int, list[TextTold]]:
    """Return the texts about these items of news, by the note's id."""
    found: dict[int, list[TextTold]] = defaultdict(list)
    query = (
        select(sensor_texts, OFFICERS.c.name)
        .outerjoin(OFFICERS, OFFICERS.c.id == sensor_texts.c.officer)
        .where(sensor_texts.c.note.in_(sorted(notes)))
        .order_by(sensor_texts.c.id)
    )
    for row in connection.execute(query):
        name = row.name or row.officer
        told = TextTold(row.officer, name, DeliveryState(row.state), row.accepted_at)
        found[row.note].append(told)
    return found
