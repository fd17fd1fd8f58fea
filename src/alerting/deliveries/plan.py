"""Deliveries owed, set-wise: to households, to officers, to whoever wrote."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Insert,
    Integer,
    and_,
    case,
    cast,
    func,
    insert,
    literal,
    select,
)

from alerting.deliveries.rules.delivery import DeliveryState
from alerting.deliveries.rules.forecast import FARTHEST_STEP, METRES_PER_STEP, Priority, Recipient
from alerting.deliveries.tables import deliveries
from alerting.policy.sections import Channel
from alerting.roll.tables import roll
from contacts.directory import Officer
from contacts.division import Tier
from contacts.tables import HOUSEHOLD_PHONES, HOUSEHOLDS

_METRES_PER_DEGREE: Final = 111_320

PLANNED: Final = (
    "alert",
    "text",
    "recipient_kind",
    "recipient",
    "division",
    "tier",
    "channel",
    "number",
    "priority",
    "state",
    "due_at",
    "expires_at",
    "attempts",
    "seq",
)


@dataclass(frozen=True)
class Plan:
    """What every delivery of one planning step has in common."""

    alert: int
    seq: int
    due_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Addressee:
    """Somebody to be answered, at the phone they wrote from."""

    kind: Recipient
    code: str
    division: str
    tier: Tier
    number: str


def plan_household_texts(
    connection: Connection,
    plan: Plan,
    text_by_language: dict[str, int],
    hazard: tuple[float, float] | None,
) -> None:
    """Owe an SMS to the first phone of every household that joined the roll at `plan.seq`.

    `text_by_language` must hold every language on the roll; `hazard` is (latitude, longitude).
    A household without a phone gets none.
    """
    joined = roll.c.seq == plan.seq
    _plan_households(connection, plan, Channel.SMS, text_by_language, hazard, joined)


def plan_household_reminders(
    connection: Connection,
    plan: Plan,
    channel: Channel,
    text_by_language: dict[str, int],
    hazard: tuple[float, float] | None,
    who: ColumnElement[bool],
) -> None:
    """Owe a text or a call to the first phone of the households of an alert that are meant.

    `who` is a condition on the roll; `text_by_language` must hold each of their languages.
    """
    _plan_households(connection, plan, channel, text_by_language, hazard, who)


def _plan_households(
    connection: Connection,
    plan: Plan,
    channel: Channel,
    text_by_language: dict[str, int],
    hazard: tuple[float, float] | None,
    who: ColumnElement[bool],
) -> None:
    language = roll.c.language
    statement = insert(deliveries).from_select(
        PLANNED,
        select(
            literal(plan.alert),
            case(text_by_language, value=language),
            literal(Recipient.HOUSEHOLD),
            roll.c.household,
            roll.c.division,
            literal(Tier.HOUSEHOLD),
            literal(channel),
            HOUSEHOLD_PHONES.c.number,
            _household_priority(hazard),
            literal(DeliveryState.QUEUED),
            literal(plan.due_at, deliveries.c.due_at.type),
            literal(plan.expires_at, deliveries.c.expires_at.type),
            literal(0),
            literal(plan.seq),
        )
        .select_from(roll)
        .join(
            HOUSEHOLD_PHONES,
            and_(
                HOUSEHOLD_PHONES.c.household == roll.c.household, HOUSEHOLD_PHONES.c.position == 0
            ),
        )
        .join(HOUSEHOLDS, HOUSEHOLDS.c.code == roll.c.household)
        .where(roll.c.alert == plan.alert, who),
    )
    connection.execute(statement)


def tell_officers(
    connection: Connection,
    plan: Plan,
    officers: Sequence[Officer],
    text: int,
    by: Sequence[Channel] = (Channel.WEBSOCKET, Channel.SMS),
) -> None:
    """Owe officers a text, each by websocket and, where there is a phone, by SMS."""
    rows = [
        _officer_delivery(plan, officer, channel, text)
        for officer in officers
        for channel in by
        if officer.phones or channel is Channel.WEBSOCKET
    ]
    if rows:
        connection.execute(insert(deliveries), rows)


def owe_text(
    connection: Connection,
    plan: Plan,
    text: int,
    to: Addressee,
) -> None:
    """Owe one SMS to the phone that somebody wrote from: a question, or what we understood."""
    connection.execute(_owed(plan, text, to, Channel.SMS, Priority.ANSWER))


def owe_call(
    connection: Connection, plan: Plan, text: int, to: Addressee, priority: Priority
) -> None:
    """Owe one call to a phone; `text` is a speech of `alerting.messages.speech`."""
    connection.execute(_owed(plan, text, to, Channel.VOICE, priority))


def _owed(plan: Plan, text: int, to: Addressee, channel: Channel, priority: Priority) -> Insert:
    return insert(deliveries).values(
        alert=plan.alert,
        text=text,
        recipient_kind=to.kind,
        recipient=to.code,
        division=to.division,
        tier=to.tier,
        channel=channel,
        number=to.number,
        priority=priority,
        state=DeliveryState.QUEUED,
        due_at=plan.due_at,
        expires_at=plan.expires_at,
        attempts=0,
        seq=plan.seq,
    )


def _officer_delivery(plan: Plan, officer: Officer, channel: Channel, text: int) -> dict[str, Any]:
    return {
        "alert": plan.alert,
        "text": text,
        "recipient_kind": Recipient.OFFICER,
        "recipient": officer.id,
        "division": officer.division,
        "tier": officer.tier,
        "channel": channel,
        "number": officer.phones[0] if channel is Channel.SMS else "",
        "priority": Priority.OFFICER,
        "state": DeliveryState.QUEUED,
        "due_at": plan.due_at,
        "expires_at": plan.expires_at,
        "attempts": 0,
        "seq": plan.seq,
    }


def _household_priority(hazard: tuple[float, float] | None) -> ColumnElement[int]:
    steps = literal(FARTHEST_STEP) if hazard is None else _steps_from(*hazard)
    base = case(
        (roll.c.vulnerable != "", Priority.VULNERABLE.value), else_=Priority.HOUSEHOLD.value
    )
    return base + steps


def _steps_from(latitude: float, longitude: float) -> ColumnElement[int]:
    # North-south and east-west distances are added: good enough for an order of sending, and
    # the same arithmetic on every database, where not each has a square root.
    north = func.abs(HOUSEHOLDS.c.latitude - latitude) * _METRES_PER_DEGREE
    east = func.abs(HOUSEHOLDS.c.longitude - longitude) * (
        _METRES_PER_DEGREE * math.cos(math.radians(latitude))
    )
    # A cast alone rounds on PostgreSQL and cuts on SQLite.
    steps = cast(func.round((north + east) / METRES_PER_STEP), Integer)
    return case(
        (HOUSEHOLDS.c.latitude.is_(None), FARTHEST_STEP),
        (steps > FARTHEST_STEP, FARTHEST_STEP),
        else_=steps,
    )
