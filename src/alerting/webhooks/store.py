"""Queries and updates for webhooks: their next events, and the outcomes of posting them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, bindparam, func, insert, literal, select, update

from alerting.database.bulk import insert_missing
from alerting.ledger.alerts import areas_of, events_after, proposed_to
from alerting.ledger.events.registry import Event
from alerting.ledger.tables import alerts
from alerting.policy.webhooks import Webhook
from alerting.webhooks.rules import GIVE_UP_AFTER, is_known, is_wanted, wait_after
from alerting.webhooks.tables import dead_letters, webhook_positions, webhooks

_ALERTS_AT_ONCE: Final = 8

_ENTRIES_AT_ONCE: Final = 100


@dataclass(frozen=True)
class Due:
    """The next event of an alert for a webhook, or only unwanted entries up to `seq`."""

    alert: int
    identifier: str
    seq: int
    event: Event | None
    is_letter: bool = False
    """True for a dead letter that an administrator asked to send again."""


@dataclass(frozen=True)
class Outcome:
    """The outcome of posting an event, or of skipping unwanted entries.

    `problem` is empty on success.
    """

    due: Due
    problem: str = ""


def enlist_webhooks(connection: Connection, names: Collection[str], now: datetime) -> None:
    """Insert rows for new webhooks, which start after the last entry of each existing log."""
    known = set(connection.execute(select(webhooks.c.name)).scalars())
    for name in sorted(set(names) - known):
        insert_missing(connection, webhooks, [_new(name, now)])
        past = select(literal(name), alerts.c.id, alerts.c.last_seq)
        connection.execute(insert(webhook_positions).from_select(["name", "alert", "seq"], past))


def _new(name: str, now: datetime) -> dict[str, Any]:
    return {
        "name": name,
        "failures": 0,
        "failing_since": None,
        "problem": "",
        "next_try_at": now,
        "delivered_at": None,
    }


_SEQ: Final = func.coalesce(webhook_positions.c.seq, 0)

_BEHIND: Final = (
    select(alerts.c.id, alerts.c.identifier, _SEQ.label("seq"))
    .outerjoin(
        webhook_positions,
        and_(
            webhook_positions.c.alert == alerts.c.id,
            webhook_positions.c.name == bindparam("who"),
        ),
    )
    .where(alerts.c.last_seq > _SEQ)
    .order_by(alerts.c.id)
    .limit(_ALERTS_AT_ONCE)
)


def due_to(connection: Connection, webhook: Webhook, now: datetime) -> list[Due]:
    """Return a webhook's next events, at most one of each alert, and unwanted entries to skip.

    After a failure nothing is due until the back-off has passed. Then only one event is due, but
    any number of unwanted entries may be skipped.
    """
    row = state_of(connection, webhook.name)
    if row is None or row.next_try_at > now:
        return []
    behind = connection.execute(_BEHIND, {"who": webhook.name}).all()
    ids = [each.id for each in behind]
    areas, proposed = areas_of(connection, ids), proposed_to(connection, ids)
    found = (
        _next(connection, webhook, each, areas[each.id] + proposed[each.id]) for each in behind
    )
    due = [each for each in found if each is not None]
    if not row.failures:
        return due
    passed_over = [each for each in due if each.event is None]
    return passed_over + [each for each in due if each.event is not None][:1]


def _next(
    connection: Connection, webhook: Webhook, behind: Any, divisions: Sequence[str]
) -> Due | None:
    seq = behind.seq
    for event in events_after(connection, behind.id, seq, _ENTRIES_AT_ONCE):
        if not is_known(event):
            break  # A newer process knows the kind and will post the event.
        if is_wanted(webhook, event, divisions):
            return Due(behind.id, behind.identifier, event.seq, event)
        seq = event.seq
    return Due(behind.id, behind.identifier, seq, None) if seq > behind.seq else None


def record_told(
    connection: Connection, name: str, outcomes: Sequence[Outcome], now: datetime
) -> None:
    """Store outcomes: advance positions, set the back-off, and make old failures dead letters.

    Skipped entries only advance the position. Only a message that the receiver accepted ends a
    series of failures.
    """
    row = state_of(connection, name)
    if row is None:
        return
    failed = [each for each in outcomes if each.problem]
    since = (row.failing_since or now) if failed else None
    given_up = [each for each in failed if _is_too_old(each, since, now)]
    for each in given_up:
        connection.execute(insert(dead_letters).values(_dead(name, each, now)))
    for each in outcomes:
        if not each.problem or each in given_up:
            _advance(connection, name, each.due)
    answered = [each for each in outcomes if each.due.event]
    if not answered:
        return
    failures = row.failures + 1 if failed else 0
    is_told = len(answered) > len(failed)
    values = {
        "failures": failures,
        "failing_since": since,
        "problem": failed[0].problem if failed else "",
        # After an event was given up, the events behind it are tried at once.
        "next_try_at": now + wait_after(failures) if len(failed) > len(given_up) else now,
        "delivered_at": now if is_told else row.delivered_at,
    }
    connection.execute(update(webhooks).where(webhooks.c.name == name).values(values))


def _is_too_old(outcome: Outcome, since: datetime | None, now: datetime) -> bool:
    event = outcome.due.event
    return since is not None and event is not None and now - max(event.at, since) > GIVE_UP_AFTER


def _dead(name: str, outcome: Outcome, now: datetime) -> dict[str, Any]:
    due = outcome.due
    return {
        "name": name,
        "alert": due.alert,
        "seq": due.seq,
        "at": now,
        "problem": outcome.problem,
    }


_MOVE: Final = (
    update(webhook_positions)
    .where(
        webhook_positions.c.name == bindparam("who"), webhook_positions.c.alert == bindparam("of")
    )
    .values(seq=bindparam("to"))
)


def _advance(connection: Connection, name: str, due: Due) -> None:
    moved = connection.execute(_MOVE, {"who": name, "of": due.alert, "to": due.seq})
    if not moved.rowcount:
        row = {"name": name, "alert": due.alert, "seq": due.seq}
        insert_missing(connection, webhook_positions, [row])


def state_of(connection: Connection, name: str) -> Row[Any] | None:
    """Return a webhook's row, or None if it is unknown."""
    return connection.execute(select(webhooks).where(webhooks.c.name == name)).one_or_none()


def count_behind(connection: Connection, name: str) -> tuple[int, int]:
    """Return the numbers of a webhook's unprocessed log entries and of its dead letters."""
    waiting = connection.execute(
        select(func.coalesce(func.sum(alerts.c.last_seq - _SEQ), 0))
        .select_from(alerts)
        .outerjoin(
            webhook_positions,
            and_(webhook_positions.c.alert == alerts.c.id, webhook_positions.c.name == name),
        )
    ).scalar_one()
    dead = select(func.count()).where(dead_letters.c.name == name)
    return int(waiting), connection.execute(dead).scalar_one()
