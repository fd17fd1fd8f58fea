"""Dead letters: events that a webhook never accepted, which administrators may send again."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, delete, select, update

from alerting.ledger.alerts import events_after
from alerting.ledger.tables import alerts
from alerting.policy.webhooks import Webhook
from alerting.webhooks.rules import is_known
from alerting.webhooks.store import Due, Outcome, due_to, record_told
from alerting.webhooks.tables import dead_letters, webhooks

_AT_ONCE: Final = 8


def dead_letters_of(connection: Connection, name: str, limit: int) -> list[Row[Any]]:
    """Return the rows of a webhook's latest dead letters, newest first."""
    return list(
        connection.execute(
            select(dead_letters)
            .where(dead_letters.c.name == name)
            .order_by(dead_letters.c.at.desc(), dead_letters.c.alert, dead_letters.c.seq)
            .limit(limit)
        )
    )


def ask_again(connection: Connection, name: str, now: datetime) -> None:
    """Mark all dead letters of a webhook to be sent once more."""
    connection.execute(update(dead_letters).where(dead_letters.c.name == name).values(asked_at=now))


def next_due(connection: Connection, webhook: Webhook, now: datetime) -> list[Due]:
    """Return a webhook's next messages: requested dead letters first, or else log events.

    Dead letters do not wait for the webhook's back-off, because an administrator who asks for them
    expects the receiver to work again.
    """
    return [*_letters(connection, webhook.name)] or due_to(connection, webhook, now)


def _letters(connection: Connection, name: str) -> Iterator[Due]:
    asked = (
        select(dead_letters.c.alert, dead_letters.c.seq, alerts.c.identifier)
        .join(alerts, alerts.c.id == dead_letters.c.alert)
        .where(dead_letters.c.name == name, dead_letters.c.asked_at.is_not(None))
        .order_by(dead_letters.c.alert, dead_letters.c.seq)
        .limit(_AT_ONCE)
    )
    seen = set[int]()
    for row in connection.execute(asked).all():
        # Only one event of each alert at a time, so that they arrive in order.
        if row.alert not in seen:
            seen.add(row.alert)
            for event in events_after(connection, row.alert, row.seq - 1, 1):
                if is_known(event):
                    yield Due(row.alert, row.identifier, row.seq, event, is_letter=True)


def record(connection: Connection, name: str, outcomes: Sequence[Outcome], now: datetime) -> None:
    """Store the outcomes of events, including dead letters that were sent again."""
    letters = [each for each in outcomes if each.due.is_letter]
    for each in letters:
        _record_letter(connection, name, each, now)
    if any(not each.problem for each in letters):
        # The receiver works again, so the waiting events are tried at once.
        well = {"failures": 0, "failing_since": None, "problem": "", "next_try_at": now}
        connection.execute(
            update(webhooks).where(webhooks.c.name == name).values(well | {"delivered_at": now})
        )
    if not letters:
        record_told(connection, name, outcomes, now)


def _record_letter(connection: Connection, name: str, told: Outcome, now: datetime) -> None:
    table = dead_letters.c
    mine = and_(table.name == name, table.alert == told.due.alert, table.seq == told.due.seq)
    if told.problem:
        tried = {"asked_at": None, "at": now, "problem": told.problem}
        connection.execute(update(dead_letters).where(mine).values(tried))
    else:
        connection.execute(delete(dead_letters).where(mine))
