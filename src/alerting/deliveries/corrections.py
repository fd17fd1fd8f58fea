"""Corrections: withdraw or reword queued texts, and send a new text to everybody already texted."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    distinct,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)

from alerting.deliveries.outbox import COPIED, Plan, owe_selected, selection
from alerting.deliveries.progress import backlog_of
from alerting.deliveries.rules.delivery import MAY_HAVE_ARRIVED, DeliveryState
from alerting.deliveries.rules.forecast import Backlog, Priority, Recipient
from alerting.deliveries.tables import deliveries, texts
from alerting.deliveries.texts import Kind, freeze_for, readers_on_roll, text_in_force
from alerting.ledger.tables import alerts
from alerting.ledger.writer import Transaction
from alerting.messages.speech import SpeechKind
from alerting.messages.text import HOME_LANGUAGE, TextKind
from alerting.messages.wording import Readers, Wording
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
"""Kinds of text that tell people to leave. Their recipients must get every correction."""

_KINDS: Final = {str(kind): kind for kind in _CALLING}

_CORRECTIONS: Final = {
    Recipient.HOUSEHOLD: TextKind.CORRECTION,
    Recipient.OFFICER: TextKind.CALL_CORRECTION,
    Recipient.GROUP: TextKind.GROUP_CORRECTION,
}

_OWN_DIVISION: Final = case(
    (deliveries.c.recipient_kind == Recipient.HOUSEHOLD, deliveries.c.division), else_=""
)

_BY_TEXT: Final = case(
    (deliveries.c.channel == Channel.VOICE, Channel.SMS.value), else_=deliveries.c.channel
)

WordingFor = Callable[[Collection[Readers]], Wording]
"""A function that returns an alert's wording for these readers."""

_ENDING: Final = (TextKind.CANCELLATION, TextKind.ALL_CLEAR)

_other = deliveries.alias("other")


@dataclass(frozen=True)
class Owed:
    """The size of a correction: its recipients, texts and segments."""

    recipients: int
    texts: int
    segments: int
    finish: datetime
    """When the last of these texts is expected to leave; the earlier backlog goes first."""


def withdraw(connection: Connection, alert: int, now: datetime) -> None:
    """Stop sending for an alert: cancel its queued deliveries, and let all others expire now.

    A delivery under way keeps its state until its outcome is known, and is not retried.
    """
    # One statement locks every row, so that on PostgreSQL a concurrent claim cannot escape it.
    queued = deliveries.c.state == DeliveryState.QUEUED
    connection.execute(
        update(deliveries)
        .where(deliveries.c.alert == alert, deliveries.c.expires_at > now)
        .values(
            state=case((queued, DeliveryState.CANCELLED.value), else_=deliveries.c.state),
            expires_at=now,
        )
    )


def owe_ending(
    transaction: Transaction, plan: Plan, kind: TextKind, wording_for: WordingFor
) -> Owed:
    """Queue a cancellation or all-clear for everybody who may have been told to leave.

    The text is frozen for all readers on the roll, so that it can be repeated later.
    """
    connection = transaction.connection
    backlog = backlog_of(connection, transaction.policy.sending, plan.due_at)
    readers = [*_households(connection, plan.alert), *_officers(connection, plan.alert)]
    wording = wording_for(readers)
    freeze_for(connection, plan.alert, kind, readers, partial(wording.of_kind, kind))
    _owe_told(transaction, plan, dict.fromkeys(Recipient, kind))
    return _owed(connection, plan, backlog)


def owe_update(transaction: Transaction, plan: Plan, wording_for: WordingFor) -> Owed:
    """Queue a correction for everybody who may have got an earlier text; reword the queued texts.

    If an earlier correction is still queued for a phone, it is reworded and no other is queued.
    """
    connection, alert = transaction.connection, plan.alert
    backlog = backlog_of(connection, transaction.policy.sending, plan.due_at)
    households, officers = _households(connection, alert), _officers(connection, alert)
    readers: dict[Kind, set[Readers]] = defaultdict(set, _waiting(connection, alert))
    readers[TextKind.CORRECTION] |= set(households)
    readers[TextKind.CALL_CORRECTION] |= set(officers)
    readers[TextKind.GROUP_CORRECTION].add(Readers(HOME_LANGUAGE))
    wording = wording_for([*households, *officers])
    reached = tally_of(connection, alert, EVERYWHERE)
    households_reached, people = reached.households, reached.people
    link = transaction.policy.household_link
    for kind, theirs in readers.items():
        body = partial(wording.of_kind, kind, households=households_reached, people=people)
        freeze_for(connection, alert, kind, theirs, body, link)
    _owe_told(transaction, plan, _CORRECTIONS)
    _reword(connection, plan)
    return _owed(connection, plan, backlog)


def _households(connection: Connection, alert: int) -> list[Readers]:
    return readers_on_roll(connection, roll.c.alert == alert)


def _officers(connection: Connection, alert: int) -> list[Readers]:
    """Return readers for the languages in which officers and work groups were called."""
    called = select(texts.c.language).where(
        texts.c.alert == alert, texts.c.division == "", texts.c.kind.in_(_CALLING)
    )
    languages = {HOME_LANGUAGE, *connection.execute(called.distinct()).scalars()}
    return [Readers(language) for language in sorted(languages)]


def _waiting(connection: Connection, alert: int) -> dict[Kind, set[Readers]]:
    """Return the readers of the queued texts that tell people to leave, by kind of text."""
    rows = connection.execute(
        select(texts.c.kind, texts.c.language, texts.c.division)
        .join(deliveries, deliveries.c.text == texts.c.id)
        .where(*_waits(alert), texts.c.kind.in_(_CALLING))
        .distinct()
    )
    found: dict[Kind, set[Readers]] = defaultdict(set)
    for row in rows:
        found[_KINDS[row.kind]].add(Readers(row.language, row.division))
    return found


_IS_TOLD_THE_END: Final = exists().where(
    _other.c.alert == deliveries.c.alert,
    _other.c.recipient == deliveries.c.recipient,
    _other.c.number == deliveries.c.number,
    _other.c.text.in_(select(texts.c.id).where(texts.c.kind.in_(_ENDING)).correlate(None)),
)


def owe_late(transaction: Transaction, arrived: Collection[int], now: datetime) -> None:
    """Queue an alert's cancellation or all-clear for recipients of texts that arrived after all.

    `arrived` holds the ids of deliveries that counted as lost until now. A phone that already has
    such a text gets no second text.
    """
    ending = texts.alias("ending")
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
            and_(
                ending.c.in_force,
                ending.c.alert == deliveries.c.alert,
                ending.c.language == called.c.language,
                ending.c.division == _OWN_DIVISION,
            ),
        )
        .join(alerts, alerts.c.id == deliveries.c.alert)
        .where(
            deliveries.c.id.in_(arrived),
            called.c.kind.in_(_CALLING),
            ending.c.kind.in_(_ENDING),
            alerts.c.expires > now,
            ~_IS_TOLD_THE_END,
        )
    )
    owe_selected(transaction, chosen)


def cancellation_to_repeat(
    connection: Connection, alert: int, recipient: str, readers: Readers
) -> int | None:
    """Return the id of the alert's cancellation text, or None if it must not be repeated.

    Somebody who replies to a cancelled alert gets the cancellation once more. It is not repeated
    if it is still queued for the recipient or has been repeated already.
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
        select(texts.c.id).where(
            mine,
            texts.c.in_force,
            texts.c.language == readers.language,
            texts.c.division == readers.division,
        )
    ).scalar_one_or_none()


def _owe_told(transaction: Transaction, plan: Plan, kinds: Mapping[Recipient, TextKind]) -> None:
    """Queue a text for each phone on which people may have been told to leave.

    `kinds` maps kinds of recipients to kinds of text. The new text has the language of the earlier
    one, and a household's text names its own village. Phones that were called get an SMS, because
    calling everybody again would take too long.
    """
    for recipients, kind in kinds.items():
        owe_selected(transaction, _told(plan, recipients, kind))


def _told(plan: Plan, recipients: Recipient, kind: TextKind) -> Select[Any]:
    d = deliveries.c
    whose = (d.recipient_kind, d.recipient, d.division, d.tier, d.number)
    told = (
        select(
            *whose,
            _OWN_DIVISION.label("own_division"),
            func.min(texts.c.language).label("language"),
            func.min(_BY_TEXT).label("channel"),
            func.min(d.priority).label("priority"),
            func.min(d.id).label("first"),
        )
        .join(texts, texts.c.id == d.text)
        .where(d.alert == plan.alert, texts.c.kind.in_(_CALLING), _may_have_arrived())
        .where(d.recipient_kind == recipients, ~_is_corrected(plan.alert))
        .group_by(*whose)
    ).subquery("told")
    own = text_in_force(literal(plan.alert), kind, told.c.language, told.c.own_division)
    own = own.correlate(told)
    return (
        selection(
            **vars(plan),
            **{column.name: told.c[column.name] for column in whose},
            text=own.scalar_subquery(),
            channel=told.c.channel,
            priority=told.c.priority,
        )
        .select_from(told)
        .where(own.exists())
        .order_by(told.c.first)
    )


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
    """Return the condition that a delivery's text may have arrived.

    Either the delivery's state allows it, or the provider accepted an earlier attempt.
    """
    ended = deliveries.c.state.in_([DeliveryState.CANCELLED, DeliveryState.REFUSED])
    return or_(
        deliveries.c.state.in_(MAY_HAVE_ARRIVED),
        and_(ended, deliveries.c.accepted_at.is_not(None)),
    )


def _reword(connection: Connection, plan: Plan) -> None:
    """Point queued deliveries to the text now in force for their readers, and set their expiry."""
    connection.execute(
        update(deliveries)
        .where(*_waits(plan.alert), deliveries.c.seq != plan.seq)
        .values(expires_at=plan.expires_at)
    )
    was, is_now = texts.alias("was"), texts.alias("is_now")
    same_readers = and_(
        is_now.c.in_force,
        is_now.c.alert == was.c.alert,
        is_now.c.kind == was.c.kind,
        is_now.c.language == was.c.language,
        is_now.c.division == was.c.division,
    )
    now_read = (
        select(is_now.c.id)
        .join_from(was, is_now, same_readers)
        .where(was.c.id == deliveries.c.text)
        .correlate(deliveries)
    )
    calling = select(texts.c.id).where(texts.c.alert == plan.alert, texts.c.kind.in_(_CALLING))
    connection.execute(
        update(deliveries)
        .where(*_waits(plan.alert), deliveries.c.text.in_(calling))
        .values(text=now_read.scalar_subquery())
    )


def _waits(alert: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return deliveries.c.alert == alert, deliveries.c.state == DeliveryState.QUEUED


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
