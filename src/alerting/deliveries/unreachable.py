"""Escalate lost texts: to the recipient's next phone, to a call, or to the household's door."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    FromClause,
    Table,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    type_coerce,
)

from alerting.cap.lifecycle import OVER
from alerting.deliveries.outbox import COPIED, owe_rows
from alerting.deliveries.rules.delivery import DeliveryState
from alerting.deliveries.rules.forecast import Recipient
from alerting.deliveries.tables import deliveries, texts
from alerting.ledger.events.households import HouseholdsUnreachable, TextsGivenUp
from alerting.ledger.tables import alerts
from alerting.ledger.writer import Transaction
from alerting.messages.text import TextKind
from alerting.policy.sections import Channel
from alerting.roll.escalation import to_the_door, to_the_phone
from alerting.roll.tables import evidence, roll
from contacts.tables import HOUSEHOLD_PHONES, OFFICER_PHONES


def send_to_doors(transaction: Transaction, refused: Collection[int], now: datetime) -> None:
    """Escalate deliveries whose numbers no text can reach: to the next phone, else to the door.

    `refused` holds delivery ids. The door task of a household becomes due at once.
    """
    refused = set(refused) - turn_to_next_phones(transaction, refused, now)
    rules = transaction.policy.household
    for alert, gone in _households_of(transaction.connection, refused).items():
        of_them = roll.c.household.in_(gone)
        if news := to_the_door(transaction.connection, alert, of_them, rules, now):
            transaction.append(alert, HouseholdsUnreachable(households=news), now)


def call_instead(transaction: Transaction, lost: Collection[int], now: datetime) -> None:
    """Escalate lost texts that are not retried: to the next phone, else to a call.

    `lost` holds delivery ids.
    """
    lost = set(lost) - turn_to_next_phones(transaction, lost, now)
    rules = transaction.policy.household
    for alert, silent in _households_of(transaction.connection, lost).items():
        of_them = roll.c.household.in_(silent)
        if news := to_the_phone(transaction.connection, alert, of_them, rules, now):
            transaction.append(alert, TextsGivenUp(households=news), now)


def _households_of(connection: Connection, lost: Collection[int]) -> dict[int, list[str]]:
    """Return the households among the recipients of these SMS, sorted, by alert."""
    found: dict[int, list[str]] = defaultdict(list)
    for row in connection.execute(_RECIPIENTS, {"lost": sorted(lost)}) if lost else ():
        found[row.alert].append(row.recipient)
    return found


_RECIPIENTS: Final = (
    select(deliveries.c.alert, deliveries.c.recipient)
    .where(
        deliveries.c.id.in_(bindparam("lost", expanding=True)),
        deliveries.c.recipient_kind == Recipient.HOUSEHOLD,
        deliveries.c.channel == Channel.SMS,
    )
    .distinct()
    .order_by(deliveries.c.alert, deliveries.c.recipient)
)


_FAILED: Final = (DeliveryState.REFUSED, DeliveryState.FAILED, DeliveryState.UNDELIVERED)

_phone = HOUSEHOLD_PHONES.alias("phone")

_failed = and_(
    deliveries.c.alert == roll.c.alert,
    deliveries.c.recipient == roll.c.household,
    deliveries.c.number == _phone.c.number,
    deliveries.c.state.in_(_FAILED),
)

_here = evidence.alias("here")

_heard_here = and_(
    _here.c.alert == roll.c.alert,
    _here.c.household == roll.c.household,
    _here.c.given_by == _phone.c.number,
)

# Evidence of all alerts counts, so that a phone that answered is remembered in later alerts.
_ever = evidence.alias("ever")

_heard_ever = and_(_ever.c.household == roll.c.household, _ever.c.given_by == _phone.c.number)


def _last(heard: FromClause) -> ColumnElement[int]:
    """Return when a phone last answered, or 0 if never, because databases sort NULL differently."""
    return func.coalesce(func.max(type_coerce(heard.c.given_at, BigInteger)), 0)


# Joins with GROUP BY are used because SQLite cannot order by a subquery that refers to the roll.
_best_position = (
    select(_phone.c.position)
    .select_from(_phone)
    .outerjoin(deliveries, _failed)
    .outerjoin(_here, _heard_here)
    .outerjoin(_ever, _heard_ever)
    .where(_phone.c.household == roll.c.household)
    .group_by(_phone.c.position)
    .order_by(
        _last(_here).desc(),
        func.count(deliveries.c.id.distinct()),
        _last(_ever).desc(),
        _phone.c.position,
    )
    .limit(1)
    .correlate(roll)
    .scalar_subquery()
)

BEST_PHONE: Final[ColumnElement[bool]] = and_(
    HOUSEHOLD_PHONES.c.household == roll.c.household,
    HOUSEHOLD_PHONES.c.position == _best_position,
)
"""Join condition for the phone to try next, for each household on the roll.

Phones are compared in this order: the latest answer in this alert, the fewest failures in this
alert, the latest answer in any alert, and the first place in the roster. So repeated calls begin
with the phone that answered last and go round all phones.
"""


def turn_to_next_phones(transaction: Transaction, lost: Collection[int], now: datetime) -> set[int]:
    """Queue the text of each lost delivery for the recipient's next phone.

    `lost` holds delivery ids. Return the ids of the deliveries whose next phone will get the text.
    The others have no untried phone, have been corrected, or belong to an alert that has ended. The
    next phone must not get an old text after its correction.
    """
    if not lost:
        return set()
    moved: set[int] = set()
    for query in _NEXT:
        rows = transaction.connection.execute(query, {"lost": sorted(lost), "at": now}).all()
        owe_rows(transaction, [_row(row, now) for row in rows])
        moved |= {row.id for row in rows}
    return moved


def text_next_phone(
    transaction: Transaction, alert: int, household: str, number: str, now: datetime
) -> bool:
    """Send the household's last text to its next phone, because `number` has opted out.

    Return whether there was a next phone to text.
    """
    last = transaction.connection.execute(
        _LAST, {"of_alert": alert, "household": household, "number": number}
    ).scalar()
    return last is not None and bool(turn_to_next_phones(transaction, [last], now))


def _row(row: Any, now: datetime) -> dict[str, Any]:
    kept = {name: getattr(row, name) for name in (*COPIED, "text", "expires_at")}
    return {**kept, "number": row.next_number, "due_at": now}


_other = deliveries.alias("other")

_of_the_same = and_(
    _other.c.alert == deliveries.c.alert,
    _other.c.recipient == deliveries.c.recipient,
    _other.c.channel == deliveries.c.channel,
)

_ENDING: Final = (TextKind.CANCELLATION, TextKind.ALL_CLEAR)

_REPLACING: Final = (TextKind.CORRECTION, TextKind.CALL_CORRECTION, *_ENDING)

_replacing = select(texts.c.id).where(texts.c.kind.in_(_REPLACING)).correlate(None)

# A newer text has replaced this text, or a repeated receipt has already sent it to the next phone.
_IS_REPLACED: Final = exists().where(
    _of_the_same,
    _other.c.id > deliveries.c.id,
    or_(_other.c.text == deliveries.c.text, _other.c.text.in_(_replacing)),
)

_IS_OVER: Final = and_(alerts.c.state.in_(sorted(OVER)), texts.c.kind.not_in(_ENDING))


def _next_of(phones: Table, owner: ColumnElement[Any], kind: Recipient) -> Any:
    was_tried = exists().where(
        _of_the_same, _other.c.text == deliveries.c.text, _other.c.number == phones.c.number
    )
    # A number counts as tried only for this recipient, because two households may share a phone.
    untried = (
        select(phones.c.number)
        .where(owner == deliveries.c.recipient, ~was_tried)
        .order_by(phones.c.position)
        .limit(1)
        .correlate(deliveries)
        .scalar_subquery()
    )
    return (
        select(deliveries, untried.label("next_number"))
        .join(texts, texts.c.id == deliveries.c.text)
        .join(alerts, alerts.c.id == deliveries.c.alert)
        .where(
            deliveries.c.id.in_(bindparam("lost", expanding=True)),
            deliveries.c.recipient_kind == kind,
            deliveries.c.number != "",
            deliveries.c.expires_at > bindparam("at", type_=deliveries.c.expires_at.type),
            untried.is_not(None),
            ~_IS_REPLACED,
            ~_IS_OVER,
        )
        .order_by(deliveries.c.id)
    )


_NEXT: Final = (
    _next_of(HOUSEHOLD_PHONES, HOUSEHOLD_PHONES.c.household, Recipient.HOUSEHOLD),
    _next_of(OFFICER_PHONES, OFFICER_PHONES.c.officer, Recipient.OFFICER),
)

_LAST: Final = select(func.max(deliveries.c.id)).where(
    deliveries.c.alert == bindparam("of_alert"),
    deliveries.c.recipient == bindparam("household"),
    deliveries.c.number == bindparam("number"),
    deliveries.c.recipient_kind == Recipient.HOUSEHOLD,
)
