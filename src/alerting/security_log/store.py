"""Queries of the security log."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, delete, func, or_, select

from alerting.database.bulk import insert_or_add
from alerting.security_log.rules import Fold, Folded, SecurityEvent, SecurityKind
from alerting.security_log.tables import security_events
from contacts.division import subtree

_T: Final = security_events.c

_NEWEST_FIRST: Final = (
    _T.minute.desc(),
    *(_T.kind, _T.division, _T.officer, _T.sender, _T.route, _T.detail),
)


@dataclass(frozen=True, slots=True)
class Counted:
    """A row of the security log: an event, its minute, and how often it occurred."""

    minute: datetime
    event: SecurityEvent
    count: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Filters for rows of the security log. An empty filter or None selects all rows."""

    kinds: Collection[SecurityKind] = ()
    officer: str = ""
    since: datetime | None = None
    until: datetime | None = None


def store(connection: Connection, rows: Mapping[Folded, int]) -> None:
    """Insert these rows into the security log; add the counts to rows that exist already."""
    named = (
        {"minute": minute, **asdict(event), "count": count}
        for (minute, event), count in rows.items()
    )
    # Sorted, so that two processes lock the same rows in the same order and cannot deadlock.
    in_order = sorted(named, key=lambda row: tuple(map(str, row.values())))
    if in_order:
        insert_or_add(connection, list(_T), in_order)


def note(connection: Connection, event: SecurityEvent, now: datetime) -> None:
    """Add one event to the security log, in the transaction of the command that it is about."""
    fold = Fold()
    fold.add(event, now)
    store(connection, fold.take())


def seen_by(
    connection: Connection, home: str, wanted: Wanted, offset: int, limit: int
) -> list[Counted]:
    """Return the rows, newest first, of divisions within `home` and of the service as a whole."""
    theirs = or_(_T.division == "", _T.division.between(*subtree(home)))
    query = select(security_events).where(theirs, *_filters(wanted)).order_by(*_NEWEST_FIRST)
    return [_counted(row) for row in connection.execute(query.offset(offset).limit(limit))]


def next_minute(
    connection: Connection, kinds: Collection[str], after: datetime, before: datetime
) -> list[Counted]:
    """Return the rows of these kinds in the first minute after `after` that has any.

    The minute must lie before `before`.
    """
    within = (_T.kind.in_(sorted(kinds)), _T.minute > after, _T.minute < before)
    first = select(func.min(_T.minute)).where(*within).scalar_subquery()
    query = select(security_events).where(_T.kind.in_(sorted(kinds)), _T.minute == first)
    return [_counted(row) for row in connection.execute(query.order_by(*_NEWEST_FIRST))]


def last_policy(connection: Connection) -> str | None:
    """Return the digest of the last policy in the security log, or None."""
    of_policy = select(_T.detail).where(_T.kind == SecurityKind.POLICY_CHANGED)
    return connection.scalar(of_policy.order_by(_T.minute.desc(), _T.detail).limit(1))


def forget(connection: Connection, before: datetime, most: int) -> int:
    """Delete the rows of the oldest `most` minutes before `before`; return how many minutes."""
    query = select(_T.minute).where(_T.minute < before).distinct().order_by(_T.minute).limit(most)
    old = connection.execute(query).scalars().all()
    if old:
        connection.execute(delete(security_events).where(_T.minute <= old[-1]))
    return len(old)


def _filters(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.kinds:
        yield _T.kind.in_(sorted(wanted.kinds))
    if wanted.officer:
        yield _T.officer == wanted.officer
    if wanted.since:
        yield _T.minute >= wanted.since
    if wanted.until:
        yield _T.minute < wanted.until


def _counted(row: Row[Any]) -> Counted:
    kind = SecurityKind(row.kind)
    event = SecurityEvent(kind, row.division, row.officer, row.sender, row.route, row.detail)
    # `row.count` would be the method of tuple.
    return Counted(row.minute, event, row._mapping["count"])
