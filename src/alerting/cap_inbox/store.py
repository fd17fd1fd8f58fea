"""Queries and updates of the incoming messages."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, delete, func, insert, or_, select, update

from alerting.cap_inbox.rules.message import Identity, MessageStatus, MessageType
from alerting.cap_inbox.rules.outcomes import Outcome, Reason
from alerting.cap_inbox.rules.summary import Summary
from alerting.cap_inbox.tables import cap_inbox, cap_inbox_areas, cap_inbox_references
from alerting.cap_messages.tables import cap_messages
from alerting.errors import TooManyError
from alerting.policy.cap_sources import CapSource

_MINUTE: Final = timedelta(minutes=1)

_OF_A_MESSAGE: Final = (
    (cap_inbox_areas, cap_inbox_areas.c.message),
    (cap_inbox_references, cap_inbox_references.c.message),
    (cap_inbox, cap_inbox.c.id),
)

_KEPT: Final = tuple(cap_inbox.c["id", "outcome", "reason", "detail", "alert"])


@dataclass(frozen=True)
class Kept:
    """A stored document; `is_repeat` tells whether the same bytes were processed before."""

    id: int
    outcome: Outcome
    reason: Reason | None
    detail: str
    alert: int | None
    is_repeat: bool


def keep(
    connection: Connection, source: CapSource, raw: bytes, charset: str | None, now: datetime
) -> Kept:
    """Store a document unchanged, before it is read; only count repeated bytes.

    Raises:
        TooManyError: if the source exceeds the policy's rate limit.
    """
    digest = hashlib.sha256(raw).hexdigest()
    same = and_(cap_inbox.c.source == source.name, cap_inbox.c.digest == digest)
    before = connection.execute(select(*_KEPT).where(same)).one_or_none()
    if before is not None:
        again = {"times": cap_inbox.c.times + 1, "last_received_at": now}
        connection.execute(update(cap_inbox).where(same).values(again))
        reason = Reason(before.reason) if before.reason else None
        outcome = Outcome(before.outcome)
        is_repeat = outcome is not Outcome.UNREAD
        return Kept(before.id, outcome, reason, before.detail, before.alert, is_repeat)
    if _count_since(connection, source.name, now - _MINUTE) >= source.per_minute:
        raise TooManyError(
            f"{source.name} sent {source.per_minute} messages within a minute: send it again later"
        )
    arrival = {"received_at": now, "last_received_at": now, "times": 1}
    row = {"source": source.name, "raw": raw, "digest": digest, "charset": charset}
    unread = {"outcome": Outcome.UNREAD, "detail": "", "summary": ""}
    made = insert(cap_inbox).values(row | arrival | unread).returning(cap_inbox.c.id)
    return Kept(connection.execute(made).scalar_one(), Outcome.UNREAD, None, "", None, False)


def forget_messages(connection: Connection, before: datetime, now: datetime, most: int) -> int:
    """Delete up to `most` documents that last came before `before`; return how many.

    Documents are kept if they belong to an alert, are not read yet, or are still shown on boards.
    """
    shown_until = cap_inbox.c.shown_until
    old = select(cap_inbox.c.id).where(
        cap_inbox.c.last_received_at < before,
        cap_inbox.c.alert.is_(None),
        cap_inbox.c.outcome != Outcome.UNREAD,
        or_(shown_until.is_(None), shown_until <= now),
    )
    ids = connection.execute(old.order_by(cap_inbox.c.id).limit(most)).scalars().all()
    for table, column in _OF_A_MESSAGE:
        connection.execute(delete(table).where(column.in_(ids)))
    return len(ids)


def is_unread(connection: Connection, message: int) -> bool:
    """Lock a document; return whether it has no outcome yet."""
    mine = select(cap_inbox.c.outcome).where(cap_inbox.c.id == message).with_for_update()
    return Outcome(connection.execute(mine).scalar_one()) is Outcome.UNREAD


def _count_since(connection: Connection, source: str, since: datetime) -> int:
    recent = and_(cap_inbox.c.source == source, cap_inbox.c.received_at > since)
    return connection.execute(select(func.count()).where(recent)).scalar_one()


@dataclass(frozen=True)
class Earlier:
    """A message that was processed before."""

    id: int
    source: str
    outcome: Outcome
    msg_type: MessageType
    status: MessageStatus
    content: str
    alert: int | None


def alert_of_own(connection: Connection, identity: Identity) -> int | None:
    """Return the id of the alert for which this service issued a message; None if it did not."""
    own = and_(
        cap_messages.c.identifier == identity.identifier, cap_messages.c.sender == identity.sender
    )
    return connection.scalar(select(cap_messages.c.alert).where(own))


def taken_before(connection: Connection, identity: Identity) -> list[Earlier]:
    """Return the earlier messages of any source with this identity, oldest first."""
    return _earlier(connection, _has(identity))


def referred_to(
    connection: Connection, source: str, references: Sequence[Identity], status: MessageStatus
) -> list[Earlier]:
    """Return a source's messages with these identities and this status, oldest first."""
    found = [
        each
        for one in references
        for each in _earlier(connection, and_(cap_inbox.c.source == source, _has(one)))
        if each.status is status
    ]
    return sorted(found, key=lambda each: each.id)


def referring(
    connection: Connection, source: str, identity: Identity, status: MessageStatus
) -> list[Earlier]:
    """Return a source's Updates and Cancels with this status that refer to a message.

    The oldest comes first.
    """
    refers = select(cap_inbox_references.c.message).where(
        cap_inbox_references.c.sender == identity.sender,
        cap_inbox_references.c.identifier == identity.identifier,
        cap_inbox_references.c.sent == identity.sent,
    )
    condition = and_(cap_inbox.c.source == source, cap_inbox.c.id.in_(refers))
    return [each for each in _earlier(connection, condition) if each.status is status]


def _has(identity: Identity) -> Any:
    return and_(
        cap_inbox.c.identifier == identity.identifier,
        cap_inbox.c.sender == identity.sender,
        cap_inbox.c.sent == identity.sent,
    )


def _earlier(connection: Connection, condition: Any) -> list[Earlier]:
    rows = connection.execute(select(cap_inbox).where(condition).order_by(cap_inbox.c.id))
    return [_message(row) for row in rows]


def _message(row: Row[Any]) -> Earlier:
    summary = Summary.model_validate_json(row.summary)
    outcome = Outcome(row.outcome)
    return Earlier(
        *(row.id, row.source, outcome, summary.msg_type, summary.status, row.content, row.alert)
    )


def end_notes(connection: Connection, messages: Iterable[Earlier]) -> bool:
    """Remove messages from the boards; return whether any was shown."""
    ids = [each.id for each in messages]
    shown = and_(cap_inbox.c.id.in_(ids), cap_inbox.c.shown_until.is_not(None))
    return connection.execute(update(cap_inbox).where(shown).values(shown_until=None)).rowcount > 0


def record(connection: Connection, message: int, **values: Any) -> None:
    """Record the outcome of a message."""
    connection.execute(update(cap_inbox).where(cap_inbox.c.id == message).values(values))


def record_references(connection: Connection, message: int, references: Sequence[Identity]) -> None:
    """Record the messages to which a message refers."""
    rows = [{"message": message, **each._asdict()} for each in references]
    if rows:
        connection.execute(insert(cap_inbox_references), rows)


def record_areas(connection: Connection, message: int, divisions: Sequence[str]) -> None:
    """Record the divisions whose boards show a message."""
    rows = [{"message": message, "division": each} for each in divisions]
    if rows:
        connection.execute(insert(cap_inbox_areas), rows)
