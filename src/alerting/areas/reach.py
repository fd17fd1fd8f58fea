"""Reach an area: enrol its households, freeze the texts, insert the deliveries."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, exists, func, select

from alerting.areas.audience import Expected
from alerting.cap.lifecycle import AlertState
from alerting.cap_messages.issue import NewArea, issue_reach
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
from alerting.work_groups.tell import tell_of_alert
from contacts.directory import called_first, officers_for
from contacts.tables import HOUSEHOLDS


@dataclass(frozen=True)
class Reach:
    """Parameters of one step that extends an alert to an area."""

    alert: int
    expected: Expected
    hazard: tuple[float, float] | None
    """(latitude, longitude) in degrees; the nearest households are sent to first."""
    now: datetime
    expires: datetime


@dataclass(frozen=True)
class Reached:
    """Counts of stored rows: households that joined the roll, and texts owed."""

    seq: int
    households: int
    people: int
    texts: int
    segments: int
    finish: datetime
    """Forecast time at which the last of these texts is sent, behind the earlier backlog."""


def reach(
    transaction: Transaction, step: Reach, event: type[AreaReached], by: str, wording: Wording
) -> Reached:
    """Enrol an area's households, freeze and owe their texts; log it as `event`, done by `by`.

    Households and officers that this alert reached before are not reached again.
    """
    connection, alert = transaction.connection, step.alert
    divisions = step.expected.divisions
    seq = transaction.append(alert, event(divisions=divisions), step.now, subject=by)
    insert_areas(connection, alert, divisions, seq)
    rules, sending = transaction.policy.household, transaction.policy.sending
    # Read the backlog before these texts join it.
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
    tell_of_alert(transaction, plan, divisions, wording, households, people)
    area = NewArea(divisions, step.expected.drawn)
    issue_reach(transaction, alert, seq, area, step.now, step.expires)
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
    connection, link = transaction.connection, transaction.policy.household_link
    code = _number(connection, plan.alert) if shows_code(connection, expected, plan.alert) else None
    bodies = {
        language: wording.to_households(language, code)
        for language in languages_on_roll(connection, plan.alert, plan.seq)
    }
    by_language = {
        language: insert_text(connection, plan.alert, TextKind.ALERT, language, body, link)
        for language, body in bodies.items()
    }
    if by_language:
        plan_household_texts(transaction, plan, by_language, hazard)


def shows_code(connection: Connection, expected: Expected, alert: int | None = None) -> bool:
    """Return True if a household of this area is on the roll of another open alert.

    "Shown in the text only where several alerts are open": then the text to every household that
    joins shows the alert's code. `alert` is the alert they join; None before it exists.
    """
    others = connection.execute(select(alerts.c.id).where(alerts.c.state == AlertState.OPEN))
    elsewhere = set(others.scalars()) - {alert}
    shared = exists().where(
        roll.c.alert.in_(elsewhere), roll.c.household == HOUSEHOLDS.c.code, expected.condition
    )
    # Query only if another alert is open: a city's roll is slow to scan.
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
