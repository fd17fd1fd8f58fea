"""Read models: the messages on a division's board, and all that came in, also as it came."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, exists, or_, select

from alerting.access.rules import Ruling
from alerting.approvals.rules import may_decide
from alerting.approvals.store import Approval, waiting_of
from alerting.areas.audience import count, resolve
from alerting.cap.lifecycle import AlertState
from alerting.cap_inbox.rules.outcomes import Outcome, Reason
from alerting.cap_inbox.rules.summary import Summary
from alerting.cap_inbox.tables import cap_inbox, cap_inbox_areas
from alerting.deliveries.rules.forecast import Audience
from alerting.errors import ForbiddenError, InvalidError, NotFoundError
from alerting.ledger.alerts import stored
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
    """A document that came in, and what became of it."""

    id: int
    source: str
    received_at: datetime
    times: int
    outcome: Outcome
    reason: Reason | None
    detail: str
    summary: Summary | None
    """None if it could not be read."""
    divisions: tuple[str, ...]
    alert: int | None
    alert_state: AlertState | None


@dataclass(frozen=True)
class Note:
    """A message on a board, and the approval of its proposal that waits for a decision."""

    message: CameIn
    approval: Approval | None
    may_decide: bool
    """Whether the caller may decide on it."""
    audience: Audience | None
    """Whom the proposal would reach; None if it is none, or its area holds nobody any more."""


def notes_for(connection: Connection, caller: Officer, now: datetime, limit: int) -> list[Note]:
    """Return up to `limit` messages on the caller's board, newest first."""
    low, high = subtree(caller.division)
    covers_some = exists().where(
        cap_inbox_areas.c.message == cap_inbox.c.id,
        or_(
            cap_inbox_areas.c.division.between(low, high),
            cap_inbox_areas.c.division.in_(ancestors(caller.division)),
        ),
    )
    query = _FOUND.where(cap_inbox.c.shown_until > now, covers_some)
    return [_note(connection, each, caller) for each in _listed(connection, query, limit)]


def _note(connection: Connection, message: CameIn, caller: Officer) -> Note:
    is_proposed = message.alert is not None and message.alert_state is AlertState.PROPOSED
    waiting = waiting_of(connection, message.alert) if is_proposed and message.alert else ()
    approval = next(iter(waiting), None)
    decides = approval is not None and (
        may_decide(caller.role, caller.division, approval.divisions) is Ruling.ALLOWED
    )
    audience = _audience(connection, approval.alert) if approval else None
    return Note(message, approval, decides, audience)


def _audience(connection: Connection, alert: int) -> Audience | None:
    try:
        return count(connection, resolve(connection, stored(connection, alert).request.area))
    except InvalidError:
        return None


def came_in(connection: Connection, caller: Officer, before: int, limit: int) -> list[CameIn]:
    """Return up to `limit` documents with an id below `before`, newest first.

    Raises:
        ForbiddenError: if the caller is no administrator.
    """
    check_administrator(caller)
    return _listed(connection, _FOUND.where(cap_inbox.c.id < before), limit)


def as_it_came(connection: Connection, caller: Officer, message: int) -> bytes:
    """Return a document as it came.

    Raises:
        ForbiddenError: if the caller is no administrator.
        NotFoundError: if there is none with this id.
    """
    check_administrator(caller)
    raw = connection.scalar(select(cap_inbox.c.raw).where(cap_inbox.c.id == message))
    if raw is None:
        raise NotFoundError(f"there is no CAP message {message}")
    return bytes(raw)


def check_administrator(caller: Officer) -> None:
    """Check that the caller may read all that came in.

    Raises:
        ForbiddenError: if they may not.
    """
    if caller.role is not Role.ADMINISTRATOR:
        raise ForbiddenError(
            f"somebody with the role {caller.role} does not read all that came in, but the notes "
            "on the own board"
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
