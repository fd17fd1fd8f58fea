"""Plan deliveries: to sets of households, to officers, and to people who texted the service."""

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Integer, Select, and_, case, cast, func, literal

from alerting.deliveries.outbox import Addressee, OutboxEntry, Plan, owe, owe_selected, selection
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
    priority = _household_priority(hazard)
    chosen = _to_phones(plan, Channel.SMS, TextKind.ALERT, priority, FIRST_PHONE)
    _owe_located(transaction, plan, chosen, roll.c.seq == plan.seq)


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
    chosen = households_by_phone(plan, channel, kind, _household_priority(hazard))
    _owe_located(transaction, plan, chosen, who)


def _owe_located(
    transaction: Transaction, plan: Plan, chosen: Select[Any], who: ColumnElement[bool]
) -> None:
    # The join gives the household's coordinates, which the priority needs.
    located = chosen.join(HOUSEHOLDS, HOUSEHOLDS.c.code == roll.c.household)
    owe_selected(transaction, located.where(roll.c.alert == plan.alert, who))


def households_by_phone(
    plan: Plan,
    channel: Channel,
    kind: TextKind | SpeechKind,
    priority: ColumnElement[int] | Priority,
) -> Select[Any]:
    """Return a SELECT of new deliveries to the best phone of each household on the roll.

    A household without a text of this kind in force is left out. The caller adds a WHERE on the
    roll.
    """
    chosen = _to_phones(plan, channel, kind, priority, BEST_PHONE)
    return chosen.where(_own_text(kind).exists())


def _to_phones(
    plan: Plan,
    channel: Channel,
    kind: TextKind | SpeechKind,
    priority: ColumnElement[int] | Priority,
    phone: ColumnElement[bool],
) -> Select[Any]:
    return (
        selection(
            **vars(plan),
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


def _household_priority(hazard: tuple[float, float] | None) -> ColumnElement[int]:
    steps = literal(FARTHEST_STEP) if hazard is None else _steps_from(*hazard)
    base = case(
        (roll.c.vulnerable != "", Priority.VULNERABLE.value), else_=Priority.HOUSEHOLD.value
    )
    return base + steps


def _steps_from(latitude: float, longitude: float) -> ColumnElement[int]:
    # The Manhattan distance is accurate enough for the order of sending. It needs no square root,
    # which some builds of SQLite lack.
    north = func.abs(HOUSEHOLDS.c.latitude - latitude) * _METRES_PER_DEGREE
    east = func.abs(HOUSEHOLDS.c.longitude - longitude) * (
        _METRES_PER_DEGREE * math.cos(math.radians(latitude))
    )
    # The cast alone would round on PostgreSQL and truncate on SQLite.
    steps = cast(func.round((north + east) / METRES_PER_STEP), Integer)
    return case(
        (HOUSEHOLDS.c.latitude.is_(None), FARTHEST_STEP),
        (steps > FARTHEST_STEP, FARTHEST_STEP),
        else_=steps,
    )
