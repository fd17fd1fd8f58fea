"""Queries and updates of alerts, their areas and their logs."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    exists,
    insert,
    or_,
    select,
    update,
)

from alerting.cap.alert import AlertRequest, Status
from alerting.cap.lifecycle import OVER, AlertState
from alerting.database.bulk import insert_missing
from alerting.ledger.events.kinds import EventKind
from alerting.ledger.events.registry import Event
from alerting.ledger.tables import alerts, areas, events
from contacts.division import ancestors, subtree

FIRST_NUMBER: Final = 10

LAST_NUMBER: Final = 99


@dataclass(frozen=True)
class StoredAlert:
    """An accepted alert and the divisions in its area."""

    id: int
    identifier: str
    number: int
    state: AlertState
    origin: str
    sent: datetime
    expires: datetime
    raised_by: str
    request: AlertRequest
    request_hash: str
    last_seq: int
    divisions: tuple[str, ...]
    ended_at: datetime | None = None
    """When the alert ended for good; None if it has not."""

    @property
    def status(self) -> Status:
        """CAP's status: Actual, Exercise or Test."""
        return self.request.status

    def is_sending(self, now: datetime) -> bool:
        """Return whether the alert still sends: it is open and has not expired."""
        return self.state is AlertState.OPEN and self.expires > now

    def may_extend(self, now: datetime) -> bool:
        """Return whether areas may join: the alert is open or proposed, and has not expired."""
        return self.expires > now and self.state in {AlertState.OPEN, AlertState.PROPOSED}


def insert_alert(connection: Connection, values: dict[str, Any]) -> StoredAlert:
    """Insert an alert's row and return the alert, which has no area yet."""
    return _alert(connection.execute(_INSERT, values).one(), ())


_INSERT: Final = insert(alerts).returning(alerts)


def insert_areas(connection: Connection, alert: int, divisions: Sequence[str], seq: int) -> None:
    """Add divisions to an alert's area, and skip those already in it."""
    if divisions:
        rows = [{"alert": alert, "division": each, "seq": seq} for each in divisions]
        insert_missing(connection, areas, rows)


def free_number(connection: Connection) -> int:
    """Return the next two-digit alert code that no unfinished alert uses.

    If all 90 codes are in use, return the code of the oldest unfinished alert. A reply with that
    code then fits two alerts, and the household is asked which of the two it means.
    """
    used = connection.execute(_USED).scalars().all()
    start = (connection.execute(_LATEST).scalar_one_or_none() or FIRST_NUMBER - 1) + 1
    span = LAST_NUMBER - FIRST_NUMBER + 1
    for step in range(span):
        number = FIRST_NUMBER + (start - FIRST_NUMBER + step) % span
        if number not in used:
            return number
    return int(used[0])


_USED: Final = (
    select(alerts.c.number).where(alerts.c.state.not_in(sorted(OVER))).order_by(alerts.c.id)
)

_LATEST: Final = select(alerts.c.number).order_by(alerts.c.id.desc()).limit(1)


def set_state(connection: Connection, alert: int, state: AlertState, now: datetime) -> None:
    """Record the alert's new state; a final state also sets the time at which it ended."""
    ended_at = now if state in OVER else None
    connection.execute(
        update(alerts).where(alerts.c.id == alert).values(state=state, ended_at=ended_at)
    )


def ended_at(connection: Connection, alert: int) -> datetime | None:
    """Return when an alert ended for good; None if it has not, or does not exist."""
    ended: datetime | None = connection.scalars(
        select(alerts.c.ended_at).where(alerts.c.id == alert)
    ).one_or_none()
    return ended


def raise_proposed(
    connection: Connection, alert: int, raised_by: str, origin: str, now: datetime
) -> None:
    """Open a proposed alert, raised by an officer of the division `origin`."""
    connection.execute(
        update(alerts)
        .where(alerts.c.id == alert)
        .values(state=AlertState.OPEN, raised_by=raised_by, origin=origin, sent=now)
    )


def amend_alert(
    connection: Connection, alert: int, request: AlertRequest, expires: datetime
) -> None:
    """Record the alert's new fields and expiry."""
    connection.execute(
        update(alerts)
        .where(alerts.c.id == alert)
        .values(request=request.model_dump_json(), expires=expires)
    )


def find_alert(connection: Connection, alert: int, scope: str) -> StoredAlert | None:
    """Return the alert if its area lies in, or contains, the division `scope`; otherwise None."""
    low, high = subtree(scope)
    asked = {"id": alert, "low": low, "high": high, "above": ancestors(scope)}
    found = _read(connection, _OF_SCOPE, asked)
    return found[0] if found else None


def stored(connection: Connection, alert: int) -> StoredAlert:
    """Return an alert by its id; it must exist."""
    return _read(connection, _BY_ID, {"id": alert})[0]


def find_by_key(connection: Connection, raised_by: str, key: str) -> StoredAlert | None:
    """Return the alert that this caller raised with this idempotency key, or None."""
    condition = and_(alerts.c.raised_by == raised_by, alerts.c.idempotency_key == key)
    found = _stored(connection, condition, 1)
    return found[0] if found else None


def list_alerts(connection: Connection, scope: str, limit: int) -> list[StoredAlert]:
    """Return up to `limit` alerts that concern the division `scope`, newest first."""
    return _stored(connection, concerns(scope), limit)


def any_followed(connection: Connection) -> bool:
    """Return whether any alert is unfinished."""
    followed = select(alerts.c.id).where(alerts.c.state.not_in(sorted(OVER))).limit(1)
    return connection.execute(followed).first() is not None


def is_followed_in(connection: Connection, scope: str) -> bool:
    """Return whether any unfinished alert concerns the division `scope`."""
    followed = select(alerts.c.id).where(alerts.c.state.not_in(sorted(OVER)), concerns(scope))
    return connection.execute(followed.limit(1)).first() is not None


def open_alerts(connection: Connection, scope: str) -> list[StoredAlert]:
    """Return every open alert that concerns the division `scope`, newest first."""
    return _stored(connection, and_(alerts.c.state == AlertState.OPEN, concerns(scope)), None)


def recent_alerts(connection: Connection, scope: str, since: datetime) -> list[StoredAlert]:
    """Return the alerts of the division `scope` that were sent or cancelled after `since`."""
    cancelled = exists().where(
        events.c.alert == alerts.c.id,
        events.c.kind == EventKind.ALERT_CANCELLED,
        events.c.at > since,
    )
    recent = or_(alerts.c.sent > since, and_(alerts.c.state == AlertState.CANCELLED, cancelled))
    return _stored(connection, and_(recent, concerns(scope)), None)


ENTRY: Final = [events.c[field.name] for field in fields(Event)]
"""The columns of an `Event`."""


def events_after(connection: Connection, alert: int, seq: int, limit: int) -> list[Event]:
    """Return up to `limit` log entries after the cursor `seq`, in log order."""
    rows = connection.execute(
        select(*ENTRY)
        .where(events.c.alert == alert, events.c.seq > seq)
        .order_by(events.c.seq)
        .limit(limit)
    )
    return [Event(**row._mapping) for row in rows]


def areas_of(connection: Connection, alert_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Return, for each alert id, the sorted codes of the divisions in its area."""
    divisions: dict[int, list[str]] = {alert: [] for alert in alert_ids}
    for alert, division in connection.execute(_AREAS, {"ids": sorted(alert_ids)}):
        divisions[alert].append(division)
    return {alert: tuple(found) for alert, found in divisions.items()}


_AREAS: Final = (
    select(areas.c.alert, areas.c.division)
    .where(areas.c.alert.in_(bindparam("ids", expanding=True)))
    .order_by(areas.c.division)
)


def proposed_to(connection: Connection, alert_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Return, for each alert id, the divisions for which it was proposed; empty if it was not.

    A proposed alert has no area until an officer raises it.
    """
    # A proposed alert's log begins with its proposal.
    first = and_(events.c.alert.in_(sorted(alert_ids)), events.c.seq == 1)
    proposals = select(events.c.alert, events.c.payload).where(
        first, events.c.kind == EventKind.ALERT_PROPOSED
    )
    found = {
        alert: json.loads(said).get("divisions", ())
        for alert, said in connection.execute(proposals)
    }
    return {alert: tuple(found.get(alert, ())) for alert in alert_ids}


def last_seq(connection: Connection, alert: int) -> int:
    """Return the sequence number of the alert's last log entry."""
    return int(
        connection.execute(select(alerts.c.last_seq).where(alerts.c.id == alert)).scalar_one()
    )


def concerns(scope: str) -> ColumnElement[bool]:
    """Return the SQL condition that an alert's area lies in the division `scope` or contains it."""
    low, high = subtree(scope)
    return exists().where(
        areas.c.alert == alerts.c.id,
        or_(areas.c.division.between(low, high), areas.c.division.in_(ancestors(scope))),
    )


def _stored(
    connection: Connection, condition: ColumnElement[bool], limit: int | None
) -> list[StoredAlert]:
    chosen = select(alerts).where(condition).order_by(alerts.c.id.desc()).limit(limit)
    return _read(connection, chosen, {})


_BY_ID: Final = select(alerts).where(alerts.c.id == bindparam("id"))

_OF_SCOPE: Final = _BY_ID.where(
    exists().where(
        areas.c.alert == alerts.c.id,
        or_(
            areas.c.division.between(bindparam("low"), bindparam("high")),
            areas.c.division.in_(bindparam("above", expanding=True)),
        ),
    )
)
"""Selects an alert by its id if it concerns a division; see `concerns`."""


def _read(
    connection: Connection, chosen: Select[Any], asked: Mapping[str, Any]
) -> list[StoredAlert]:
    rows = connection.execute(chosen, asked).all()
    divisions = areas_of(connection, [row.id for row in rows])
    return [_alert(row, divisions[row.id]) for row in rows]


def _alert(row: Row[Any], divisions: tuple[str, ...]) -> StoredAlert:
    return StoredAlert(
        id=row.id,
        identifier=row.identifier,
        number=row.number,
        state=AlertState(row.state),
        origin=row.origin,
        sent=row.sent,
        expires=row.expires,
        raised_by=row.raised_by,
        request=AlertRequest.model_validate_json(row.request),
        request_hash=row.request_hash,
        last_seq=row.last_seq,
        divisions=divisions,
        ended_at=row.ended_at,
    )


@dataclass(frozen=True)
class Unwatched:
    """An alert that the watchdog must check; `since` is its last check, None if it had none."""

    alert: int
    since: datetime | None


def next_to_watch(connection: Connection, now: datetime, every: timedelta) -> Unwatched | None:
    """Return the unfinished alert checked longest ago; None if each was checked within `every`."""
    row = connection.execute(
        select(alerts.c.id, alerts.c.watched_at)
        .where(
            alerts.c.state.not_in(sorted(OVER)),
            or_(alerts.c.watched_at.is_(None), alerts.c.watched_at <= now - every),
        )
        .order_by(alerts.c.watched_at, alerts.c.id)
        .limit(1)
    ).one_or_none()
    return Unwatched(row.id, row.watched_at) if row else None


def mark_watched(connection: Connection, alert: int, now: datetime) -> None:
    """Record `now` as the time of the alert's last check by the watchdog."""
    connection.execute(update(alerts).where(alerts.c.id == alert).values(watched_at=now))
