"""Reaching an area: its households put on the roll, its texts frozen, its deliveries owed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, exists, func, select

from alerting.areas.audience import Expected
from alerting.cap.lifecycle import AlertState
from alerting.deliveries.outbox import Plan
from alerting.deliveries.plan import plan_household_texts
from alerting.deliveries.progress import backlog_of
from alerting.deliveries.tables import deliveries, texts
from alerting.deliveries.texts import insert_text
from alerting.ledger.alerts import insert_areas
from alerting.ledger.events.alerts import AreaReached
from alerting.ledger.tables import alerts
from alerting.ledger.writer import Transaction
from alerting.messages.text import HOME_LANGUAGE, TextKind
from alerting.messages.wording import Wording
from alerting.officer_calls.calls import call, not_called
from alerting.roll.enrol import enrol, languages_on_roll
from alerting.roll.tables import roll
from alerting.roll.tallies import count_joined
from contacts.directory import called_first, officers_for
from contacts.tables import HOUSEHOLDS


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
    finish: datetime
    """When the last of these texts leaves, behind all that waited before."""


def reach(
    transaction: Transaction, step: Reach, event: type[AreaReached], by: str, wording: Wording
) -> Reached:
    """Call the roll of an area, freeze its texts and owe them; log it as `event`, done by `by`.

    Whoever was reached by this alert before is not reached again.
    """
    connection, alert = transaction.connection, step.alert
    divisions = step.expected.divisions
    seq = transaction.append(alert, event(divisions=divisions), step.now, subject=by)
    insert_areas(connection, alert, divisions, seq)
    rules, sending = transaction.policy.household, transaction.policy.sending
    # Before this alert's own texts join it.
    backlog = backlog_of(connection, sending, step.now)
    enrol(connection, alert, seq, step.expected.condition, rules, step.now)
    count_joined(connection, alert, seq)
    households, people = _joined(connection, alert, seq)
    plan = Plan(alert, seq, due_at=step.now, expires_at=step.expires)
    _owe_households(transaction, plan, wording, step.expected, step.hazard)
    text = insert_text(
        connection, alert, TextKind.CALL, HOME_LANGUAGE, wording.to_officers(households, people)
    )
    officers = called_first(officers_for(connection, divisions))
    call(transaction, plan, not_called(connection, alert, officers), text)
    texts_owed, segments = _owed(connection, alert, seq)
    finish = backlog.finish(step.now, segments)
    return Reached(seq, households, people, texts_owed, segments, finish)


def _owe_households(
    transaction: Transaction,
    plan: Plan,
    wording: Wording,
    expected: Expected,
    hazard: tuple[float, float] | None,
) -> None:
    connection, page = transaction.connection, transaction.policy.household_page
    code = _number(connection, plan.alert) if shows_code(connection, expected, plan.alert) else None
    bodies = {
        language: wording.to_households(language, code)
        for language in languages_on_roll(connection, plan.alert, plan.seq)
    }
    by_language = {
        language: insert_text(connection, plan.alert, TextKind.ALERT, language, body, page)
        for language, body in bodies.items()
    }
    if by_language:
        plan_household_texts(transaction, plan, by_language, hazard)


def shows_code(connection: Connection, expected: Expected, alert: int | None = None) -> bool:
    """Whether households are told an alert's code: one there is on the roll of another open one.

    "Shown in the text only where several alerts are open": then all who join read it. `alert` is
    the one that they join, if there is one yet.
    """
    others = connection.execute(select(alerts.c.id).where(alerts.c.state == AlertState.OPEN))
    elsewhere = set(others.scalars()) - {alert}
    shared = exists().where(
        roll.c.alert.in_(elsewhere), roll.c.household == HOUSEHOLDS.c.code, expected.condition
    )
    # A whole city's roll is looked through only where there is something to find.
    return bool(elsewhere) and bool(connection.execute(select(shared)).scalar_one())


def _number(connection: Connection, alert: int) -> int:
    number = connection.execute(select(alerts.c.number).where(alerts.c.id == alert))
    return int(number.scalar_one())


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
