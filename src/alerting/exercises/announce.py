"""A step of the escalation loop: text officers about a planned exercise a day ahead."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, RowMapping, or_, select, update

from alerting.areas.audience import officers_called
from alerting.cap.alert import Status
from alerting.deliveries.places import places_of
from alerting.deliveries.plan import by_language
from alerting.exercises.raise_planned import request_of
from alerting.exercises.store import beside_actual
from alerting.exercises.tables import exercise_plans
from alerting.ledger.writer import Transaction
from alerting.messages.languages import LANGUAGES
from alerting.messages.text import TextFacts, TextKind, compose, words_in
from alerting.runtime import wall_clock
from contacts.directory import Officer, administrators_of, officers_named
from contacts.notices import Notice, queue_notice, withdraw_notices

AHEAD: Final = timedelta(days=1)
"""How long before an exercise its officers are texted; at once if the notice is shorter."""

_LASTS: Final = timedelta(hours=6)
"""Validity of a text about an exercise: a text still queued after this time is not sent."""


def announce_planned(transaction: Transaction, now: datetime) -> int:
    """Queue the texts about one planned exercise; return 1, or 0 if none is due to be announced.

    The texts go to the officers whom the exercise will call, and to the administrators of the
    division or of the nearest division above it that has any. While an actual alert
    is under way there, no text is queued, because a text about an exercise would play the danger
    down. If an actual alert begins, texts that are still queued are withdrawn.
    """
    connection = transaction.connection
    _withdraw_beside_actual(connection, now)
    plan = _to_announce(connection, now)
    if plan is None:
        return 0
    expires_at = wall_clock() + min(_LASTS, plan["due"] - now)
    for language, officers in by_language(_told(connection, plan)).items():
        queue_notice(connection, officers, _notice(transaction, plan, language, expires_at))
    announced = update(exercise_plans).where(exercise_plans.c.id == plan["id"])
    connection.execute(announced.values(announced=plan["due"]))
    return 1


def about(plan: int) -> str:
    """Return the key that marks the notices about a plan, so that they can be withdrawn."""
    return f"exercise plan {plan}"


def _withdraw_beside_actual(connection: Connection, now: datetime) -> None:
    plans = exercise_plans.c
    announced = select(plans.id).where(
        plans.due > now, plans.announced == plans.due, beside_actual(plans.division)
    )
    for plan in connection.execute(announced).scalars().all():
        withdraw_notices(connection, about(plan))


def _to_announce(connection: Connection, now: datetime) -> RowMapping | None:
    plans = exercise_plans.c
    query = select(exercise_plans).where(
        plans.due > now,
        plans.due <= now + AHEAD,
        or_(plans.announced.is_(None), plans.announced != plans.due),
        ~beside_actual(plans.division),
    )
    first = query.order_by(plans.due, plans.id).limit(1).with_for_update(skip_locked=True)
    return connection.execute(first).mappings().first()


def _told(connection: Connection, plan: RowMapping) -> Sequence[Officer]:
    exercise, place = request_of(plan).exercise, plan["division"]
    called = [each.id for each in officers_called(connection, (place,), exercise, plan["due"])]
    told = officers_named(connection, called)
    return [*(told | {each.id: each for each in administrators_of(connection, place)}).values()]


def _notice(
    transaction: Transaction, plan: RowMapping, language: str, expires_at: datetime
) -> Notice:
    policy, place = transaction.policy, plan["division"]
    due = plan["due"].astimezone(policy.alert.zone)
    facts = TextFacts(
        # The text announces an exercise but is not part of one.
        status=Status.ACTUAL,
        issuer=policy.issuer.at(place),
        hazard=LANGUAGES[language].hazards[plan["hazard"]].name,
        place=places_of(transaction.connection, [place]).own(place, language),
        day=f"{due:%Y-%m-%d}",
        time=f"{due:%H:%M}",
        listed=words_in(language).texts[f"exercise_{plan['size']}"],
    )
    kind = TextKind.EXERCISE_PLANNED
    text = compose(kind, language, facts)
    return Notice(kind, language, text, text.facts, expires_at, about(plan["id"]))
