"""Reaching an area: its households put on the roll, its texts frozen, its deliveries owed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from alerting.core.text import HOME_LANGUAGE, TextKind
from alerting.core.wording import Wording
from alerting.storage.alerts import insert_areas
from alerting.storage.audience import Expected
from alerting.storage.deliveries import (
    Plan,
    insert_text,
    plan_household_texts,
    plan_officer_texts,
)
from alerting.storage.ledger import Transaction
from alerting.storage.roll import call_roll, languages_on_roll
from alerting.storage.tables import deliveries, roll, texts
from alerting.storage.tallies import count_joined
from contacts.directory import officers_for


@dataclass(frozen=True)
class Reach:
    """Where an alert goes, in one step."""

    alert: int
    expected: Expected
    hazard: tuple[float, float] | None
    """(latitude, longitude), for sending to the nearest first."""
    now: datetime
    expires: datetime


@dataclass(frozen=True)
class Reached:
    """Counted from what was stored: who joined the roll, and what is owed."""

    seq: int
    households: int
    people: int
    texts: int
    segments: int


def reach(transaction: Transaction, step: Reach, kind: str, by: str, wording: Wording) -> Reached:
    """Call the roll of an area, freeze its texts and owe them; log it as `kind`, done by `by`.

    Whoever was reached by this alert before is not reached again.
    """
    connection, alert = transaction.connection, step.alert
    divisions = step.expected.divisions
    seq = transaction.append(alert, kind, step.now, subject=by, payload={"divisions": divisions})
    insert_areas(connection, alert, divisions, seq)
    call_roll(connection, alert, seq, step.expected.condition)
    count_joined(connection, alert, seq)
    households, people = _joined(connection, alert, seq)
    plan = Plan(alert, seq, due_at=step.now, expires_at=step.expires)
    _owe_households(connection, plan, wording, step.hazard)
    call = insert_text(
        connection, alert, TextKind.CALL, HOME_LANGUAGE, wording.to_officers(households, people)
    )
    plan_officer_texts(connection, plan, officers_for(connection, divisions), call)
    transaction.topics |= {("deliveries", division) for division in divisions}
    texts_owed, segments = _owed(connection, alert, seq)
    return Reached(seq, households, people, texts_owed, segments)


def _owe_households(
    connection: Connection, plan: Plan, wording: Wording, hazard: tuple[float, float] | None
) -> None:
    by_language = {
        language: insert_text(
            connection, plan.alert, TextKind.ALERT, language, wording.to_households(language)
        )
        for language in languages_on_roll(connection, plan.alert, plan.seq)
    }
    if by_language:
        plan_household_texts(connection, plan, by_language, hazard)


def _joined(connection: Connection, alert: int, seq: int) -> tuple[int, int]:
    households, people = connection.execute(
        select(func.count(), func.coalesce(func.sum(roll.c.headcount), 0)).where(
            roll.c.alert == alert, roll.c.seq == seq
        )
    ).one()
    return int(households), int(people)


def _owed(connection: Connection, alert: int, seq: int) -> tuple[int, int]:
    count, segments = connection.execute(
        select(func.count(), func.coalesce(func.sum(texts.c.segments), 0))
        .select_from(deliveries)
        .join(texts, texts.c.id == deliveries.c.text)
        .where(deliveries.c.alert == alert, deliveries.c.seq == seq, deliveries.c.number != "")
    ).one()
    return int(count), int(segments)
