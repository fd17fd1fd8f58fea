"""Corrections: waiting deliveries withdrawn or reworded, and new texts to those already told."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    case,
    distinct,
    exists,
    func,
    or_,
    select,
    update,
)

from alerting.deliveries.outbox import COPIED, Plan, owe_selected, selection
from alerting.deliveries.progress import backlog_of
from alerting.deliveries.rules.delivery import MAY_HAVE_ARRIVED, DeliveryState
from alerting.deliveries.rules.forecast import Backlog, Priority, Recipient
from alerting.deliveries.tables import deliveries, texts
from alerting.deliveries.texts import insert_text
from alerting.ledger.tables import alerts
from alerting.ledger.writer import Transaction
from alerting.messages.speech import SpeechKind
from alerting.messages.text import HOME_LANGUAGE, TextKind
from alerting.messages.wording import Wording
from alerting.policy.sections import Channel
from alerting.roll.tables import roll
from alerting.roll.tallies import EVERYWHERE, tally_of

_CORRECTING: Final = (TextKind.CORRECTION, TextKind.CALL_CORRECTION, TextKind.GROUP_CORRECTION)

_CALLING: Final = (
    TextKind.ALERT,
    TextKind.REMINDER,
    TextKind.CALL,
    TextKind.GROUP_ALERT,
    SpeechKind.ALERT,
    SpeechKind.CALL,
    *_CORRECTING,
)
"""Kinds of text that call people out; their recipients are owed every correction."""

_KINDS: Final = {str(kind): kind for kind in _CALLING}

_ENDING: Final = (TextKind.CANCELLATION, TextKind.ALL_CLEAR)

_other = deliveries.alias("other")


@dataclass(frozen=True)
class Owed:
    """Number of recipients who are owed a correction, and of its texts, as stored."""

    recipients: int
    texts: int
    segments: int
    finish: datetime
    """When the last of these texts leaves, after the backlog before it."""


def withdraw(connection: Connection, alert: int, now: datetime) -> None:
    """Stop an alert's sending: cancel queued deliveries, and set the expiry of all others to now.

    A delivery under way keeps its state until its outcome is known; it is not retried.
    """
    # One statement, so that on PostgreSQL it locks every row that a claim may be changing.
    queued = deliveries.c.state == DeliveryState.QUEUED
    connection.execute(
        update(deliveries)
        .where(deliveries.c.alert == alert, deliveries.c.expires_at > now)
        .values(
            state=case((queued, DeliveryState.CANCELLED.value), else_=deliveries.c.state),
            expires_at=now,
        )
    )


def owe_ending(transaction: Transaction, plan: Plan, kind: TextKind, wording: Wording) -> Owed:
    """Owe an alert's ending text to everybody who may have a text that called them out.

    It is frozen in every language on the roll, so that it can be repeated.
    """
    connection = transaction.connection
    backlog = backlog_of(connection, transaction.policy.sending, plan.due_at)
    spoken = _languages(connection, plan.alert)
    by_language = {
        language: insert_text(
            connection, plan.alert, kind, language, wording.of_kind(kind, language)
        )
        for language in spoken
    }
    home = by_language[HOME_LANGUAGE]
    _owe_told(transaction, plan, by_language, {Recipient.OFFICER: home, Recipient.GROUP: home})
    return _owed(connection, plan, backlog)


def owe_update(transaction: Transaction, plan: Plan, wording: Wording) -> Owed:
    """Owe a correction to everybody who may have an earlier text; reword the queued texts.

    A queued correction is reworded, and no second one is owed.
    """
    connection, alert = transaction.connection, plan.alert
    link = transaction.policy.household_link
    backlog = backlog_of(connection, transaction.policy.sending, plan.due_at)
    reached = tally_of(connection, alert, EVERYWHERE)
    frozen: dict[tuple[TextKind | SpeechKind, str], int] = {}

    def text(kind: TextKind | SpeechKind, language: str) -> int:
        if (kind, language) not in frozen:
            body = wording.of_kind(kind, language, reached.households, reached.people)
            frozen[kind, language] = insert_text(connection, alert, kind, language, body, link)
        return frozen[kind, language]

    waiting = connection.execute(
        select(texts.c.id, texts.c.kind, texts.c.language)
        .where(texts.c.alert == alert, texts.c.kind.in_(_CALLING))
        .where(exists().where(*_waits(alert), deliveries.c.text == texts.c.id))
    ).all()
    now_read = {row.id: text(_KINDS[row.kind], row.language) for row in waiting}
    corrected = {row: text(TextKind.CORRECTION, row) for row in _languages(connection, alert)}
    others = {
        Recipient.OFFICER: text(TextKind.CALL_CORRECTION, HOME_LANGUAGE),
        Recipient.GROUP: text(TextKind.GROUP_CORRECTION, HOME_LANGUAGE),
    }
    _owe_told(transaction, plan, corrected, others)
    _reword(connection, plan, now_read)
    return _owed(connection, plan, backlog)


def owe_late(transaction: Transaction, arrived: Collection[int], now: datetime) -> None:
    """Owe an alert's ending text to recipients whose call-out turns out to have arrived.

    `arrived` are deliveries that were taken for lost until now. Nobody is told twice.
    """
    ending = texts.alias("ending")
    told = exists().where(
        _other.c.alert == deliveries.c.alert,
        _other.c.recipient == deliveries.c.recipient,
        _other.c.number == deliveries.c.number,
        _other.c.text.in_(select(texts.c.id).where(texts.c.kind.in_(_ENDING)).correlate(None)),
    )
    called = texts.alias("called")
    chosen = (
        selection(
            **{name: deliveries.c[name] for name in COPIED},
            text=ending.c.id,
            due_at=now,
            expires_at=alerts.c.expires,
        )
        .join(called, called.c.id == deliveries.c.text)
        .join(
            ending,
            and_(ending.c.alert == deliveries.c.alert, ending.c.language == called.c.language),
        )
        .join(alerts, alerts.c.id == deliveries.c.alert)
        .where(
            deliveries.c.id.in_(arrived),
            called.c.kind.in_(_CALLING),
            ending.c.kind.in_(_ENDING),
            alerts.c.expires > now,
            ~told,
        )
    )
    owe_selected(transaction, chosen)


def cancellation_to_repeat(
    connection: Connection, alert: int, recipient: str, language: str
) -> int | None:
    """Return the text id of an alert's cancellation, or None if the recipient need not get it.

    None if it is queued for them, or was already repeated to them: a reply gets it once more,
    not in a loop.
    """
    mine = and_(texts.c.alert == alert, texts.c.kind == TextKind.CANCELLATION)
    due = connection.execute(
        select(deliveries.c.id)
        .join(texts, texts.c.id == deliveries.c.text)
        .where(
            mine,
            deliveries.c.alert == alert,
            deliveries.c.recipient == recipient,
            (deliveries.c.priority == Priority.ANSWER)
            | (deliveries.c.state == DeliveryState.QUEUED),
        )
    ).first()
    if due:
        return None
    return connection.execute(
        select(texts.c.id).where(mine, texts.c.language == language)
    ).scalar_one_or_none()


def _owe_told(
    transaction: Transaction,
    plan: Plan,
    by_language: dict[str, int],
    to_others: dict[Recipient, int],
) -> None:
    """Owe a text to everybody who may have one that called them out, once for each phone.

    Households get that of their language; officers and work groups one each.

    A recipient called by voice is told by SMS, because ringing everybody again takes too long.
    """
    d = deliveries.c
    whose = (d.recipient_kind, d.recipient, d.division, d.tier, d.number)
    text = case(
        *((d.recipient_kind == kind, own) for kind, own in to_others.items()),
        else_=case(by_language, value=func.min(texts.c.language)),
    )
    channel = func.min(case((d.channel == Channel.VOICE, Channel.SMS.value), else_=d.channel))
    told = (
        selection(
            **vars(plan),
            **{column.name: column for column in whose},
            text=text,
            channel=channel,
            priority=func.min(d.priority),
        )
        .join(texts, texts.c.id == d.text)
        .where(d.alert == plan.alert, texts.c.kind.in_(_CALLING), _may_have_arrived())
        .where(~_is_corrected(plan.alert))
        .group_by(*whose)
        .order_by(func.min(d.id))
    )
    owe_selected(transaction, told)


def _is_corrected(alert: int) -> ColumnElement[bool]:
    """Return the condition that a correction to the same phone is still queued."""
    d = deliveries.c
    correcting = select(texts.c.id).where(texts.c.alert == alert, texts.c.kind.in_(_CORRECTING))
    return exists().where(
        _other.c.alert == alert,
        _other.c.recipient == d.recipient,
        _other.c.number == d.number,
        _other.c.state == DeliveryState.QUEUED,
        _other.c.text.in_(correcting.correlate(None)),
    )


def _may_have_arrived() -> ColumnElement[bool]:
    """Return the condition that a recipient may have a text.

    Its state says so, or the provider accepted an earlier attempt.
    """
    ended = deliveries.c.state.in_([DeliveryState.CANCELLED, DeliveryState.REFUSED])
    return or_(
        deliveries.c.state.in_(MAY_HAVE_ARRIVED),
        and_(ended, deliveries.c.accepted_at.is_not(None)),
    )


def _reword(connection: Connection, plan: Plan, now_read: dict[int, int]) -> None:
    """Give queued deliveries their new text and their new expiry."""
    connection.execute(
        update(deliveries)
        .where(*_waits(plan.alert), deliveries.c.seq != plan.seq)
        .values(expires_at=plan.expires_at)
    )
    if now_read:
        connection.execute(
            update(deliveries)
            .where(*_waits(plan.alert), deliveries.c.text.in_(now_read))
            .values(text=case(now_read, value=deliveries.c.text))
        )


def _waits(alert: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return deliveries.c.alert == alert, deliveries.c.state == DeliveryState.QUEUED


def _languages(connection: Connection, alert: int) -> list[str]:
    spoken = connection.execute(
        select(roll.c.language).where(roll.c.alert == alert).distinct()
    ).scalars()
    return sorted({HOME_LANGUAGE, *spoken})


def _owed(connection: Connection, plan: Plan, backlog: Backlog) -> Owed:
    by_text = case((deliveries.c.number != "", 1), else_=0)
    row = connection.execute(
        select(
            func.count(distinct(deliveries.c.recipient)),
            func.coalesce(func.sum(by_text), 0),
            func.coalesce(func.sum(by_text * texts.c.segments), 0),
        )
        .select_from(deliveries)
        .join(texts, texts.c.id == deliveries.c.text)
        .where(deliveries.c.alert == plan.alert, deliveries.c.seq == plan.seq)
        .where(deliveries.c.recipient_kind != Recipient.GROUP)
    ).one()
    recipients, count, segments = (int(number) for number in row)
    return Owed(recipients, count, segments, backlog.finish(plan.due_at, segments))
