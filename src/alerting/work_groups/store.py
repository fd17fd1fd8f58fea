"""Queries and updates for the known work groups, and for the alerts posted to them."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from alerting.cap.lifecycle import AlertState
from alerting.database.bulk import insert_missing
from alerting.ledger.tables import alerts
from alerting.ledger.writer import Transaction
from alerting.work_groups.rules import WorkGroup
from alerting.work_groups.tables import alerted_groups, work_groups
from contacts.tables import DIVISIONS, OFFICERS

_KNOWN: Final = (
    select(work_groups.c.name, work_groups.c.owner, DIVISIONS.c.code, OFFICERS.c.division)
    .outerjoin(DIVISIONS, DIVISIONS.c.code == work_groups.c.owner)
    .outerjoin(OFFICERS, OFFICERS.c.id == work_groups.c.owner)
    .order_by(work_groups.c.name)
)


def enlist_groups(connection: Connection, owners: Mapping[str, str]) -> list[str]:
    """Replace the known groups by these; return the owners that are not in the roster.

    `owners` maps a group's name to a division's code or an officer's id.
    """
    connection.execute(delete(work_groups).where(work_groups.c.name.not_in(list(owners))))
    if owners:
        rows = [{"name": name, "owner": owner} for name, owner in sorted(owners.items())]
        insert_missing(connection, work_groups, rows)
    known = connection.execute(_KNOWN)
    return sorted({row.owner for row in known if not (row.code or row.division)})


def groups(connection: Connection) -> list[WorkGroup]:
    """Return the known groups whose owner is in the roster, sorted by name."""
    return [
        WorkGroup(row.name, row.code or row.division)
        for row in connection.execute(_KNOWN)
        if row.code or row.division
    ]


def not_alerted(
    connection: Connection, alert: int, among: Collection[WorkGroup]
) -> list[WorkGroup]:
    """Return those of the groups `among` to which an alert was not posted yet."""
    known = connection.execute(select(alerted_groups.c.name).where(alerted_groups.c.alert == alert))
    names = set(known.scalars())
    return [group for group in among if group.name not in names]


def follow_groups(
    connection: Connection, alert: int, alerted: Collection[WorkGroup], look_at: datetime
) -> None:
    """Record that an alert was posted to these groups; first check its progress at `look_at`."""
    rows = [
        {"alert": alert, "name": g.name, "division": g.division, "tenth": 0, "look_at": look_at}
        for g in alerted
    ]
    if rows:
        connection.execute(insert(alerted_groups), rows)


_ALERTS_DUE: Final = (
    select(alerted_groups.c.alert)
    .join(alerts, alerts.c.id == alerted_groups.c.alert)
    .where(
        alerts.c.state == AlertState.OPEN,
        alerted_groups.c.look_at <= bindparam("now", type_=alerted_groups.c.look_at.type),
    )
    .distinct()
)

_DUE: Final = (
    select(alerted_groups)
    .where(
        alerted_groups.c.alert.in_(bindparam("locked", expanding=True)),
        alerted_groups.c.look_at <= bindparam("now", type_=alerted_groups.c.look_at.type),
    )
    .order_by(alerted_groups.c.look_at, alerted_groups.c.alert, alerted_groups.c.name)
    .limit(bindparam("most"))
)

_LOOKED: Final = (
    update(alerted_groups)
    .where(
        alerted_groups.c.alert == bindparam("of_alert"),
        alerted_groups.c.name == bindparam("group"),
    )
    .values(tenth=bindparam("told"), look_at=bindparam("again_at"))
)


def groups_due(transaction: Transaction, now: datetime, most: int) -> list[Any]:
    """Return up to `most` rows of `alerted_groups` of open alerts whose progress check is due.

    Their alerts stay locked until the commit, so that no other process checks them too.
    """
    locked = list(transaction.connection.execute(_ALERTS_DUE, {"now": now}).scalars())
    if not locked:
        return []
    transaction.lock(locked)
    asked = {"locked": locked, "now": now, "most": most}
    return list(transaction.connection.execute(_DUE, asked).all())


def record_looked(
    connection: Connection, told: Mapping[tuple[int, str], int], now: datetime, every: timedelta
) -> None:
    """Record the last posted tenths by (alert, group's name); the next check is after `every`."""
    rows = [
        {"of_alert": alert, "group": name, "told": tenth, "again_at": now + every}
        for (alert, name), tenth in told.items()
    ]
    if rows:
        connection.execute(_LOOKED, rows)
