"""Planning of deliveries: to households set-wise, to officers, and to people who wrote to us."""

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
"""The channels by which officers are told."""

FIRST_PHONE: Final = and_(
    HOUSEHOLD_PHONES.c.household == roll.c.household, HOUSEHOLD_PHONES.c.position == 0
)
"""Join condition for the first phone of each household on the roll: none has been tried yet."""


def plan_household_texts(
    transaction: Transaction,
    plan: Plan,
    hazard: tuple[float, float] | None,
) -> None:
    """Owe an SMS to the first phone of every household that joined the roll at `plan.seq`.

    The alert's text must be in force for all of them. `hazard` is (latitude, longitude). A
    household without a phone gets none.
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
    """Owe a text or a call to the best phone of some households of an alert.

    `who` is a condition on the roll. A household for whom no text of this kind is in force is left
    out: it was not counted with the others.
    """
    chosen = households_by_phone(plan, channel, kind, _household_priority(hazard))
    _owe_located(transaction, plan, chosen, who)


def _owe_located(
    transaction: Transaction, plan: Plan, chosen: Select[Any], who: ColumnElement[bool]
) -> None:
    # The join gives the household's coordinates, from which the distance is measured.
    located = chosen.join(HOUSEHOLDS, HOUSEHOLDS.c.code == roll.c.household)
    owe_selected(transaction, located.where(roll.c.alert == plan.alert, who))


def households_by_phone(
    plan: Plan,
    channel: Channel,
    kind: TextKind | SpeechKind,
    priority: ColumnElement[int] | Priority,
) -> Select[Any]:
    """Return a SELECT of deliveries to the best phones of the roll's households.

    Each gets the text of this kind that is in force for it, or nothing if there is none. The caller
    adds a WHERE on the roll.
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
    """Owe a text of this kind to officers by websocket and SMS, frozen in each one's language.

    They are all of one division, whose issuer the text names. `facts_in` returns the facts as a
    language names them.
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
    """Freeze the texts that together tell a list, and owe officers each of them once.

    `parts_in` returns the texts in a language: see `alerting.messages.parts`.
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
    """Owe officers a text by each channel in `by`; an officer without a phone gets only websocket.

    `text_in` returns the id of the frozen text in a language.
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
    """Return the officers by the language of their texts, each in their order."""
    found: dict[str, list[AnyOfficer]] = defaultdict(list)
    for officer in officers:
        found[language_for(officer.language)].append(officer)
    return found


def _reached_by(channel: Channel, officer: Officer) -> Addressee:
    return Addressee.officer(officer, officer.phones[0] if channel is Channel.SMS else "")


def owe_text(transaction: Transaction, plan: Plan, text: int, to: Addressee) -> None:
    """Owe one SMS to the phone that somebody wrote from: a question, or how we read their text."""
    owe(transaction, plan, text, [OutboxEntry(to, Channel.SMS, Priority.ANSWER)])


def owe_call(
    transaction: Transaction, plan: Plan, text: int, to: Addressee, priority: Priority
) -> None:
    """Owe one call to a phone; `text` is the id of a speech of `alerting.messages.speech`."""
    owe(transaction, plan, text, [OutboxEntry(to, Channel.VOICE, priority)])


def _household_priority(hazard: tuple[float, float] | None) -> ColumnElement[int]:
    steps = literal(FARTHEST_STEP) if hazard is None else _steps_from(*hazard)
    base = case(
        (roll.c.vulnerable != "", Priority.VULNERABLE.value), else_=Priority.HOUSEHOLD.value
    )
    return base + steps


def _steps_from(latitude: float, longitude: float) -> ColumnElement[int]:
    # Manhattan distance: accurate enough for the order of sending, and it needs no square root,
    # which not every database has.
    north = func.abs(HOUSEHOLDS.c.latitude - latitude) * _METRES_PER_DEGREE
    east = func.abs(HOUSEHOLDS.c.longitude - longitude) * (
        _METRES_PER_DEGREE * math.cos(math.radians(latitude))
    )
    # ROUND first: a cast alone rounds on PostgreSQL and truncates on SQLite.
    steps = cast(func.round((north + east) / METRES_PER_STEP), Integer)
    return case(
        (HOUSEHOLDS.c.latitude.is_(None), FARTHEST_STEP),
        (steps > FARTHEST_STEP, FARTHEST_STEP),
        else_=steps,
    )
