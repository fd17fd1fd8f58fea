"""The start of a roll-call: households get a text, or their officers are asked to check on them."""

from collections import Counter
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, and_, case, exists, func, insert, select

from alerting.access.command import Command, carry_out
from alerting.access.rules import Act
from alerting.cap.lifecycle import CALLABLE, OVER
from alerting.deliveries.outbox import Plan, owe_selected
from alerting.deliveries.plan import FIRST_PHONE, households_by_phone, notify_officers
from alerting.deliveries.rules.forecast import Priority
from alerting.deliveries.texts import freeze_for, readers_on_roll, wording_of
from alerting.errors import ConflictError
from alerting.ledger.alerts import StoredAlert
from alerting.ledger.events.alerts import RollCallCalled
from alerting.ledger.tables import alerts
from alerting.ledger.writer import Transaction
from alerting.messages.text import TextFacts, TextKind, compose
from alerting.messages.wording import Readers, homes_of
from alerting.policy.sections import Channel
from alerting.roll.rules.standing import StandingReason
from alerting.roll.tables import roll
from alerting.roll_calls.store import ASKED, RollCall, is_running, roll_calls_of, schedule
from alerting.roll_calls.tables import roll_calls
from alerting.runtime import Runtime
from contacts.directory import Officer, called_first, nearest
from contacts.duty.officers import officers_on_duty


async def call_roll(runtime: Runtime, caller: Officer, alert_id: int) -> RollCall:
    """Start a roll-call of an alert; return it once it is committed.

    A role that may close an alert may start a roll-call, even while people are still missing.

    Raises:
        NotFoundError: if there is no such alert within the caller's divisions.
        ForbiddenError: if the caller may not start a roll-call there.
        ConflictError: if a roll-call is running, or the alert is over or has expired.
    """
    return await carry_out(runtime, caller, alert_id, _call_roll, on_whole_area=Act.CLOSE)


def _call_roll(command: Command) -> RollCall:
    alert = command.alert
    if alert.state not in CALLABLE:
        raise ConflictError(
            f"alert {alert.id} is {alert.state}: nobody is called any more",
            chinese=f"预警{alert.id}不在进行中：不能再点名",
        )
    if is_running(command.connection, alert.id):
        raise ConflictError(
            f"a roll-call of alert {alert.id} is running: wait for its end",
            chinese=f"预警{alert.id}正在点名：请等结束",
        )
    return begin_roll_call(command.transaction, alert, command.now, command.caller.id)


_BY_PHONE: Final = and_(
    roll.c.reachable,
    # People in a shelter are counted there; their phones may be anywhere.
    roll.c.reason != StandingReason.SHELTER_CHECK_IN.value,
    exists().where(FIRST_PHONE).correlate(roll),
)

_other = roll.alias("other")


def begin_roll_call(
    transaction: Transaction, alert: StoredAlert, now: datetime, by: str | None
) -> RollCall:
    """Start a roll-call among the households that `ASKED` selects; return it.

    `by` is the id of the officer who starts it, or None for the clock. Households without a phone
    and households in a shelter get no text; officers of their village or grid are asked instead.
    """
    connection = transaction.connection
    number = len(roll_calls_of(connection, alert.id)) + 1
    ends_at = now + transaction.policy.roll_call.answer_within
    called = _counted(connection, alert.id, number)
    seq = transaction.append(alert.id, called, now, subject=by or "")
    call = RollCall(alert.id, number, now, by, ends_at, None, seq)
    connection.execute(insert(roll_calls).values(vars(call)))
    schedule(connection, alert.id, None)
    plan = Plan(alert.id, seq, due_at=now, expires_at=ends_at)
    asked = readers_on_roll(connection, and_(roll.c.alert == alert.id, ASKED, _BY_PHONE))
    facts_for = _facts_for(transaction, alert, ends_at, homes_of(asked))
    _owe_households(transaction, plan, asked, facts_for)
    _tell_officers(transaction, plan, facts_for)
    return call


def _counted(connection: Connection, alert: int, number: int) -> RollCallCalled:
    households, people, by_phone = connection.execute(
        select(
            func.count(),
            func.coalesce(func.sum(roll.c.evacuated + roll.c.elsewhere), 0),
            func.coalesce(func.sum(case((_BY_PHONE, 1), else_=0)), 0),
        ).where(roll.c.alert == alert, ASKED)
    ).one()
    return RollCallCalled(number=number, households=households, people=people, by_phone=by_phone)


FactsFor = Callable[[Readers], TextFacts]


def _facts_for(
    transaction: Transaction, alert: StoredAlert, ends_at: datetime, homes: Collection[str]
) -> FactsFor:
    local = ends_at.astimezone(transaction.policy.alert.zone)
    several = _is_one_of_several(transaction.connection, alert.id)
    told = {"time": f"{local:%H:%M}", "code": alert.number if several else None}
    wording = wording_of(transaction.connection, transaction.policy, alert, homes)
    return lambda readers: wording.facts(readers).model_copy(update=told)


def _is_one_of_several(connection: Connection, alert: int) -> bool:
    """Return whether a household on the alert's roll is also on another alert that is not over."""
    followed_elsewhere = (
        select(_other.c.household)
        .join(roll, roll.c.household == _other.c.household)
        .join(alerts, alerts.c.id == _other.c.alert)
        .where(roll.c.alert == alert, _other.c.alert != alert)
        .where(alerts.c.state.not_in(sorted(OVER)))
        .limit(1)
    )
    return connection.execute(followed_elsewhere).first() is not None


def _owe_households(
    transaction: Transaction, plan: Plan, asked: Collection[Readers], facts_for: FactsFor
) -> None:
    kind, link = TextKind.ROLL_CALL, transaction.policy.household_link

    def body(readers: Readers) -> str:
        return compose(kind, readers.language, facts_for(readers))

    freeze_for(transaction.connection, plan.alert, kind, asked, body, link)
    # The priority is below that of every call to leave, because these people are probably safe.
    chosen = households_by_phone(vars(plan), Channel.SMS, kind, Priority.ANSWER)
    in_danger_first = (roll.c.danger, roll.c.household)
    who = and_(roll.c.alert == plan.alert, ASKED, _BY_PHONE)
    owe_selected(transaction, chosen.where(who).order_by(*in_danger_first))


def _tell_officers(transaction: Transaction, plan: Plan, facts_for: FactsFor) -> None:
    connection = transaction.connection
    counted = connection.execute(
        select(roll.c.division, func.count())
        .where(roll.c.alert == plan.alert, ASKED, ~_BY_PHONE)
        .group_by(roll.c.division)
    ).all()
    places = [division for division, _ in counted]
    officers = officers_on_duty(connection, places, plan.due_at)
    doors: Counter[str] = Counter()
    for division, households in counted:
        doors.update(
            {officer.id: households for officer in called_first(nearest(division, officers))}
        )
    for households in sorted(set(doors.values())):

        def facts_in(language: str, count: int = households) -> TextFacts:
            return facts_for(Readers(language)).model_copy(update={"count": count})

        told = [officer for officer in officers if doors[officer.id] == households]
        notify_officers(transaction, plan, TextKind.ROLL_CALL_DOORS, facts_in, told)
