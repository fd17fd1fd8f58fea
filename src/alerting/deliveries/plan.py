"""Plan deliveries: to sets of households, to officers, and to people who texted the service."""

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Float, Integer, Select, and_, bindparam, case, cast, func

from alerting.deliveries.outbox import (
    OF_PLAN,
    Addressee,
    OutboxEntry,
    Plan,
    inserting,
    owe,
    owe_inserted,
    selection,
    values_of,
)
from alerting.deliveries.rules.forecast import FARTHEST_STEP, METRES_PER_STEP, Priority, Recipient
from alerting.deliveries.texts import insert_text, text_in_force
from alerting.deliveries.unreachable import BEST_PHONE
from alerting.ledger.writer import Transaction
from alerting.messages.speech import SpeechKind
from alerting.messages.text import TextFacts, TextKind, compose, language_for
from alerting.policy.sections import Channel
from alerting.roll.tables import roll
from contacts.directory import AnyOfficer, Officer
from contacts.division import Tier
from contacts.tables import HOUSEHOLD_PHONES, HOUSEHOLDS

_METRES_PER_DEGREE: Final = 111_320

_BY: Final = (Channel.WEBSOCKET, Channel.SMS)
"""The channels by which officers get texts."""

FIRST_PHONE: Final = and_(
    HOUSEHOLD_PHONES.c.household == roll.c.household, HOUSEHOLD_PHONES.c.position == 0
)
"""Join condition for the first phone of each household on the roll, when none is tried yet."""


def plan_household_texts(
    transaction: Transaction,
    plan: Plan,
    hazard: tuple[float, float] | None,
) -> None:
    """Queue an SMS to the first phone of every household that joined the roll at `plan.seq`.

    The alert's text must be in force for all of these households. A household without a phone gets
    no SMS. `hazard` is (latitude, longitude).
    """
    owe_inserted(transaction, _ALERT_TEXTS, values_of(plan) | _from_hazard(hazard))


def plan_household_reminders(
    transaction: Transaction,
    plan: Plan,
    channel: Channel,
    kind: TextKind | SpeechKind,
    hazard: tuple[float, float] | None,
    who: ColumnElement[bool],
) -> None:
    """Queue a text or a call to the best phone of each household that `who` selects from the roll.

    A household without a text of this kind in force is left out. `hazard` is (latitude, longitude).
    """
    chosen = households_by_phone(vars(plan), channel, kind, _PRIORITY)
    located = _located(chosen).where(roll.c.alert == plan.alert, who)
    owe_inserted(transaction, inserting(located), _from_hazard(hazard))


def _located(chosen: Select[Any]) -> Select[Any]:
    # The join gives the household's coordinates, which the priority needs.
    return chosen.join(HOUSEHOLDS, HOUSEHOLDS.c.code == roll.c.household)


def households_by_phone(
    plan: Mapping[str, Any],
    channel: Channel,
    kind: TextKind | SpeechKind,
    priority: ColumnElement[int] | Priority,
) -> Select[Any]:
    """Return a SELECT of new deliveries to the best phone of each household on the roll.

    `plan` are the columns of a `Plan`. A household without a text of this kind in force is left
    out. The caller adds a WHERE on the roll.
    """
    chosen = _to_phones(plan, channel, kind, priority, BEST_PHONE)
    return chosen.where(_own_text(kind).exists())


def _to_phones(
    plan: Mapping[str, Any],
    channel: Channel,
    kind: TextKind | SpeechKind,
    priority: ColumnElement[int] | Priority,
    phone: ColumnElement[bool],
) -> Select[Any]:
    return (
        selection(
            **plan,
            text=_own_text(kind).scalar_subquery(),
            recipient_kind=Recipient.HOUSEHOLD,
            recipient=roll.c.household,
            division=roll.c.division,
            tier=Tier.HOUSEHOLD,
            channel=channel,
            number=HOUSEHOLD_PHONES.c.number,
            priority=priority,
        )
        .select_from(roll)
        .join(HOUSEHOLD_PHONES, phone)
    )


def _own_text(kind: TextKind | SpeechKind) -> Select[tuple[int]]:
    own = text_in_force(roll.c.alert, kind, roll.c.language, roll.c.division)
    return own.correlate(roll)


def notify_officers(
    transaction: Transaction,
    plan: Plan,
    kind: TextKind,
    facts_in: Callable[[str], TextFacts],
    to: Sequence[Officer],
) -> None:
    """Queue a text for officers by websocket and SMS, each in the officer's language.

    All officers must belong to one division, because the text names that division's issuer.
    `facts_in` returns the text's facts in a given language.
    """
    issuer = transaction.policy.issuer.at(to[0].division)

    def text_in(language: str) -> int:
        facts = facts_in(language).model_copy(update={"issuer": issuer})
        body = compose(kind, language, facts)
        return insert_text(transaction.connection, plan.alert, kind, language, body)

    tell_officers(transaction, plan, to, text_in)


def notify_in_parts(
    transaction: Transaction,
    plan: Plan,
    kind: TextKind,
    parts_in: Callable[[str], Sequence[str]],
    to: Sequence[Officer],
) -> None:
    """Queue for each officer several texts with a list that is too long for one text.

    `parts_in` returns these texts in a given language: see `alerting.messages.parts`.
    """
    for language, theirs in by_language(to).items():
        for body in parts_in(language):
            text = insert_text(transaction.connection, plan.alert, kind, language, body)
            owe(transaction, plan, text, _entries(theirs, _BY))


def tell_officers(
    transaction: Transaction,
    plan: Plan,
    officers: Sequence[Officer],
    text_in: Callable[[str], int],
    by: Sequence[Channel] = _BY,
) -> None:
    """Queue a text for officers by each channel in `by`.

    An officer without a phone gets the text only by websocket. `text_in` returns the id of
    the frozen text in a given language.
    """
    for language, theirs in by_language(officers).items():
        owe(transaction, plan, text_in(language), _entries(theirs, by))


def _entries(officers: Sequence[Officer], by: Sequence[Channel]) -> list[OutboxEntry]:
    return [
        OutboxEntry(_reached_by(channel, officer), channel, Priority.OFFICER)
        for officer in officers
        for channel in by
        if officer.phones or channel is Channel.WEBSOCKET
    ]


def by_language(officers: Sequence[AnyOfficer]) -> dict[str, list[AnyOfficer]]:
    """Group the officers by the language of their texts, and keep their order in each group."""
    found: dict[str, list[AnyOfficer]] = defaultdict(list)
    for officer in officers:
        found[language_for(officer.language)].append(officer)
    return found


def _reached_by(channel: Channel, officer: Officer) -> Addressee:
    return Addressee.officer(officer, officer.phones[0] if channel is Channel.SMS else "")


def owe_text(transaction: Transaction, plan: Plan, text: int, to: Addressee) -> None:
    """Queue one SMS that answers a person's text by a question or a confirmation."""
    owe(transaction, plan, text, [OutboxEntry(to, Channel.SMS, Priority.ANSWER)])


def owe_call(
    transaction: Transaction, plan: Plan, text: int, to: Addressee, priority: Priority
) -> None:
    """Queue one call to a phone; `text` is the id of a frozen speech."""
    owe(transaction, plan, text, [OutboxEntry(to, Channel.VOICE, priority)])


def _from_hazard(hazard: tuple[float, float] | None) -> dict[str, float | None]:
    """Return the values of the parameters in `_PRIORITY`; `hazard` is (latitude, longitude)."""
    if hazard is None:
        return dict.fromkeys(("latitude", "longitude", "metres_per_degree_east"))
    latitude, longitude = hazard
    east = _METRES_PER_DEGREE * math.cos(math.radians(latitude))
    return {"latitude": latitude, "longitude": longitude, "metres_per_degree_east": east}


# The Manhattan distance is accurate enough for the order of sending. It needs no square root,
# which some builds of SQLite lack.
_NORTH: Final = (
    func.abs(HOUSEHOLDS.c.latitude - bindparam("latitude", type_=Float)) * _METRES_PER_DEGREE
)

_EAST: Final = func.abs(HOUSEHOLDS.c.longitude - bindparam("longitude", type_=Float)) * bindparam(
    "metres_per_degree_east", type_=Float
)

# The cast alone would round on PostgreSQL and truncate on SQLite.
_STEPS: Final = cast(func.round((_NORTH + _EAST) / METRES_PER_STEP), Integer)

# The distance is NULL without a hazard or without the household's coordinates.
_PRIORITY: Final = case(
    (roll.c.vulnerable != "", Priority.VULNERABLE.value), else_=Priority.HOUSEHOLD.value
) + case((_STEPS <= FARTHEST_STEP, _STEPS), else_=FARTHEST_STEP)

_ALERT_TEXTS: Final = inserting(
    _located(_to_phones(OF_PLAN, Channel.SMS, TextKind.ALERT, _PRIORITY, FIRST_PHONE)).where(
        roll.c.alert == OF_PLAN["alert"], roll.c.seq == OF_PLAN["seq"]
    )
)
