"""Queues posts to work groups: posts about new alerts, and posts that other packages compose."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select

from alerting.cap.exercise import ExerciseSize
from alerting.deliveries.outbox import Addressee, OutboxEntry, Plan, owe
from alerting.deliveries.rules.forecast import Priority, Recipient
from alerting.deliveries.texts import freeze_text
from alerting.ledger.events.sending import GroupsTold
from alerting.ledger.tables import alerts
from alerting.ledger.writer import Transaction
from alerting.messages.parts import Limit, Rest
from alerting.messages.text import HOME_LANGUAGE, TextKind
from alerting.messages.wording import Readers, Wording
from alerting.policy.sections import Channel
from alerting.work_groups.rules import WorkGroup, groups_of_area
from alerting.work_groups.store import follow_groups, groups, not_alerted
from contacts.division import tier_of

POSTS: Final = Limit(3, Rest.ON_BOARD)
"""A list is split into at most three posts, because a group allows only a few posts a minute."""


@dataclass(frozen=True)
class Post:
    """A post to groups: its kind, its text, and when it expires."""

    alert: int
    kind: TextKind
    body: str
    at: datetime
    expires: datetime
    priority: Priority = Priority.OFFICER


def tell_groups(transaction: Transaction, post: Post, to: Sequence[WorkGroup]) -> None:
    """Store a post's text, insert a delivery to each of these groups, and append a log event.

    The event differs from those for texts, because posts to groups reach nobody in particular.
    """
    if not (to and _take_part(transaction.connection, post.alert)):
        return
    told = GroupsTold(text=post.kind, groups=tuple(group.name for group in to))
    seq = transaction.append(post.alert, told, post.at)
    plan = Plan(post.alert, seq, due_at=post.at, expires_at=post.expires)
    readers = Readers(HOME_LANGUAGE)
    text = freeze_text(transaction.connection, post.alert, post.kind, readers, post.body)
    owe(transaction, plan, text, [OutboxEntry(_group(g), Channel.GROUP, post.priority) for g in to])


def _take_part(connection: Connection, alert: int) -> bool:
    """Return whether an alert is posted to groups: an actual alert or an exercise for everybody."""
    size = connection.execute(select(alerts.c.exercise_size).where(alerts.c.id == alert))
    return size.scalar_one() in {None, ExerciseSize.EVERYBODY}


def _group(group: WorkGroup) -> Addressee:
    # No number, because a delivery with a number would be counted, paced and paid for as a text.
    division = group.division
    return Addressee(Recipient.GROUP, group.name, division, tier_of(division), number="")


def tell_of_alert(
    transaction: Transaction,
    plan: Plan,
    divisions: Sequence[str],
    wording: Wording,
    households: int,
    people: int,
) -> None:
    """Post an alert to the groups of these divisions and above, once to each group.

    `households` and `people` say how many households and people have to leave.
    """
    connection, now = transaction.connection, plan.due_at
    of_area = groups_of_area(groups(connection), divisions)
    new = not_alerted(connection, plan.alert, of_area) if of_area else []
    if not new:
        return
    body = wording.of_kind(TextKind.GROUP_ALERT, Readers(HOME_LANGUAGE), households, people)
    tell_groups(
        transaction, Post(plan.alert, TextKind.GROUP_ALERT, body, now, plan.expires_at), new
    )
    look_at = now + transaction.policy.work_group.progress
    follow_groups(connection, plan.alert, new, look_at)
