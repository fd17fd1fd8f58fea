"""Posts progress to work groups, each time another tenth of the people is accounted for."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select, update

from alerting.deliveries.places import place_name
from alerting.deliveries.rules.delivery import DeliveryState
from alerting.deliveries.rules.forecast import Priority, Recipient
from alerting.deliveries.tables import deliveries, texts
from alerting.ledger.alerts import StoredAlert, stored
from alerting.ledger.writer import Transaction
from alerting.messages.text import HOME_LANGUAGE, TextFacts, TextKind, compose
from alerting.roll.rules.tally import Tally
from alerting.roll.tallies import tally_of
from alerting.work_groups.rules import ProgressReason, WorkGroup, progress_reason, tenths_of
from alerting.work_groups.store import groups_due, record_looked
from alerting.work_groups.tell import Post, tell_groups
from contacts.division import covers

_AT_ONCE: Final = 300


def post_progress(transaction: Transaction, now: datetime) -> int:
    """Check the progress for groups that are due, and post news; return how many were checked."""
    due = groups_due(transaction, now, _AT_ONCE)
    by_place: dict[tuple[int, str], list[Any]] = defaultdict(list)
    for row in due:
        by_place[row.alert, row.division].append(row)
    told: dict[tuple[int, str], int] = {}
    for (id_, division), rows in sorted(by_place.items()):
        alert = stored(transaction.connection, id_)
        tally = tally_of(transaction.connection, id_, division)
        news = [row for row in rows if alert.is_sending(now) and _is_news(row, tally)]
        told |= {(id_, row.name): row.tenth for row in rows}
        told |= {(id_, row.name): tenths_of(tally) for row in news}
        _post(transaction, alert, [WorkGroup(row.name, division) for row in news], tally, now)
    record_looked(transaction.connection, told, now, transaction.policy.work_group.progress)
    return len(due)


def _is_news(row: Any, tally: Tally) -> bool:
    return progress_reason(row.tenth, tenths_of(tally)) is not ProgressReason.NO_NEWS


def _post(
    transaction: Transaction,
    alert: StoredAlert,
    to: Sequence[WorkGroup],
    tally: Tally,
    now: datetime,
) -> None:
    if not to:
        return
    _withdraw_older(transaction, alert.id, to)
    division = to[0].division
    within = tuple(code for code in alert.divisions if covers(division, code))
    facts = TextFacts(
        status=alert.status,
        issuer=transaction.policy.issuer.at(division),
        place=place_name(transaction.connection, within or (division,), HOME_LANGUAGE),
        time=f"{now.astimezone(transaction.policy.alert.zone):%H:%M}",
        people=tally.people,
        count=tally.people - tally.people_unaccounted,
        missing=tally.people_unaccounted,
    )
    body = compose(TextKind.GROUP_PROGRESS, HOME_LANGUAGE, facts)
    kind = TextKind.GROUP_PROGRESS
    post = Post(alert.id, kind, body, now, alert.expires, Priority.ANSWER)
    tell_groups(transaction, post, to)


def _withdraw_older(transaction: Transaction, alert: int, to: Sequence[WorkGroup]) -> None:
    """Cancel queued progress posts to these groups, because they are out of date."""
    progress = select(texts.c.id).where(
        texts.c.alert == alert, texts.c.kind == TextKind.GROUP_PROGRESS
    )
    transaction.connection.execute(
        update(deliveries)
        .where(
            deliveries.c.alert == alert,
            deliveries.c.recipient.in_([group.name for group in to]),
            deliveries.c.recipient_kind == Recipient.GROUP,
            deliveries.c.state == DeliveryState.QUEUED,
            deliveries.c.text.in_(progress),
        )
        .values(state=DeliveryState.CANCELLED)
    )
