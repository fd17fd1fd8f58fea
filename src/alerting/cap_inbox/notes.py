"""Read models: the messages on a division's board, and all incoming documents."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, case, exists, or_, select

from alerting.cap.lifecycle import AlertState
from alerting.cap_inbox.rules.outcomes import Outcome, Reason
from alerting.cap_inbox.rules.summary import Summary
from alerting.cap_inbox.tables import cap_inbox, cap_inbox_areas
from alerting.errors import ForbiddenError, NotFoundError
from alerting.ledger.tables import alerts
from contacts.directory import Officer
from contacts.division import ancestors, subtree
from contacts.people import Role

_COLUMNS: Final = (
    *cap_inbox.c["id", "source", "received_at", "times", "outcome", "reason", "detail"],
    *cap_inbox.c["summary", "alert"],
    alerts.c.state.label("alert_state"),
)

_FOUND: Final = select(*_COLUMNS).join(alerts, alerts.c.id == cap_inbox.c.alert, isouter=True)


@dataclass(frozen=True)
class CameIn:
    """An incoming document, and its outcome."""

    id: int
    source: str
    received_at: datetime
    times: int
    outcome: Outcome
    reason: Reason | None
    detail: str
    summary: Summary | None
    """None if the document could not be read."""
    divisions: tuple[str, ...]
    alert: int | None
    alert_state: AlertState | None


def notes_for(connection: Connection, home: str, now: datetime, limit: int) -> list[CameIn]:
    """Return up to `limit` messages of a division's board: waiting proposals, then newest first."""
    low, high = subtree(home)
    covers_some = exists().where(
        cap_inbox_areas.c.message == cap_inbox.c.id,
        or_(
            cap_inbox_areas.c.division.between(low, high),
            cap_inbox_areas.c.division.in_(ancestors(home)),
        ),
    )
    query = _FOUND.where(cap_inbox.c.shown_until > now, covers_some)
    # Never null, because the databases sort nulls differently.
    is_settled = case((alerts.c.state == AlertState.PROPOSED, 0), else_=1)
    return _listed(connection, query.order_by(is_settled), limit)


def came_in(connection: Connection, caller: Officer, before: int, limit: int) -> list[CameIn]:
    """Return up to `limit` documents with an id below `before`, newest first.

    Raises:
        ForbiddenError: if the caller is not an administrator.
    """
    check_administrator(caller)
    return _listed(connection, _FOUND.where(cap_inbox.c.id < before), limit)


def as_it_came(connection: Connection, caller: Officer, message: int) -> bytes:
    """Return the original bytes of an incoming document.

    Raises:
        ForbiddenError: if the caller is not an administrator.
        NotFoundError: if there is no document with this id.
    """
    check_administrator(caller)
    raw = connection.scalar(select(cap_inbox.c.raw).where(cap_inbox.c.id == message))
    if raw is None:
        raise NotFoundError(f"there is no CAP message {message}")
    return bytes(raw)


def check_administrator(caller: Officer) -> None:
    """Check that the caller may read all incoming documents.

    Raises:
        ForbiddenError: if the caller is not an administrator.
    """
    if caller.role is not Role.ADMINISTRATOR:
        raise ForbiddenError(
            f"only an administrator may read every incoming CAP message; the role {caller.role} "
            "reads the notes on its own board"
        )


def _listed(connection: Connection, query: Select[Any], limit: int) -> list[CameIn]:
    rows = connection.execute(query.order_by(cap_inbox.c.id.desc()).limit(limit)).all()
    divisions = _divisions(connection, [row.id for row in rows])
    return [_message(row, divisions.get(row.id, ())) for row in rows]


def _divisions(connection: Connection, messages: Collection[int]) -> dict[int, tuple[str, ...]]:
    found: dict[int, list[str]] = {}
    rows = connection.execute(
        select(cap_inbox_areas)
        .where(cap_inbox_areas.c.message.in_(messages))
        .order_by(cap_inbox_areas.c.division)
    )
    for row in rows:
        found.setdefault(row.message, []).append(row.division)
    return {message: tuple(codes) for message, codes in found.items()}


def _message(row: Row[Any], divisions: tuple[str, ...]) -> CameIn:
    return CameIn(
        id=row.id,
        source=row.source,
        received_at=row.received_at,
        times=row.times,
        outcome=Outcome(row.outcome),
        reason=Reason(row.reason) if row.reason else None,
        detail=row.detail,
        summary=Summary.model_validate_json(row.summary) if row.summary else None,
        divisions=divisions,
        alert=row.alert,
        alert_state=AlertState(row.alert_state) if row.alert_state else None,
    )
