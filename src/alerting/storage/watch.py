"""The watchdog's round: whose turn it is, and who has been forgotten."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, bindparam, exists, literal_column, or_, select, update

from alerting.core.escalation import hasten, household_ladder
from alerting.core.lifecycle import OVER
from alerting.core.standing import Standing
from alerting.core.task import PENDING
from alerting.storage.ladder import IS_PURSUED, go_on
from alerting.storage.ledger import Transaction
from alerting.storage.roll import Entry, danger_of, to_entry
from alerting.storage.tables import alerts, roll, tasks

FORGOTTEN: Final = "watchdog.forgotten"
_SOMEBODY_GOES: Final = exists().where(
    tasks.c.alert == roll.c.alert,
    tasks.c.household == roll.c.household,
    tasks.c.state.in_(sorted(PENDING)),
)
_SAFE: Final = danger_of(Standing.ELSEWHERE, "vulnerable")
"""Where those begin of whom everybody is accounted for, in a list by danger."""
_NEGLECTED: Final = (
    select(roll)
    .where(
        roll.c.alert == bindparam("of_alert"),
        IS_PURSUED,
        # These two in the words of the index that has only the few that are left. The sum hides
        # the danger from another index, which SQLite would choose: all who are not safe.
        roll.c.next_at.is_(None),
        roll.c.danger + literal_column("0") < literal_column(str(_SAFE)),
        ~_SOMEBODY_GOES,
    )
    .order_by(roll.c.household)
    .limit(bindparam("most"))
)


@dataclass(frozen=True)
class Unwatched:
    """An alert, and when it was last looked after; None: never yet."""

    alert: int
    since: datetime | None


def next_to_watch(connection: Connection, now: datetime, every: timedelta) -> Unwatched | None:
    """Return the alert that has gone unwatched longest, and long enough; None: none has."""
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
    """Record that the watchdog looks at it now."""
    connection.execute(update(alerts).where(alerts.c.id == alert).values(watched_at=now))


def recall_forgotten(transaction: Transaction, alert: int, now: datetime, most: int) -> list[Entry]:
    """Return the households of an alert that nobody is after, and send somebody to each.

    "An open alert with someone unaccounted and nothing scheduled for them is an error that is
    shown and logged."
    """
    connection, rules = transaction.connection, transaction.policy.household
    asked = {"of_alert": alert, "most": most}
    found = [to_entry(row) for row in connection.execute(_NEGLECTED, asked)]
    for entry in found:
        place, household = entry.division, entry.household
        transaction.append(alert, FORGOTTEN, now, division=place, subject=household)
    ladders = {v: household_ladder(rules, vulnerable=v) for v in (False, True)}
    go_on(connection, [(e, hasten(ladders[bool(e.vulnerable)], now)) for e in found])
    return found
