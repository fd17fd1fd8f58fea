"""Beginning a roll-call: those already safe asked by text, the others by their officers."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import (
    Connection,
    and_,
    case,
    exists,
    func,
    insert,
    literal,
    select,
)

from alerting.core.delivery import DeliveryState
from alerting.core.lifecycle import OVER
from alerting.core.plan import Channel, Priority, Recipient
from alerting.core.standing import Reason
from alerting.core.text import HOME_LANGUAGE, TextFacts, TextKind, compose
from alerting.storage.alerts import StoredAlert
from alerting.storage.audience import place_name
from alerting.storage.deliveries import PLANNED, Plan, insert_text, tell_officers
from alerting.storage.ledger import Transaction
from alerting.storage.roll_calls import ASKED, RollCall, roll_calls_of, schedule
from alerting.storage.tables import alerts, deliveries, roll, roll_calls
from contacts.directory import Officer, officers_for
from contacts.division import Tier, ancestors
from contacts.tables import HOUSEHOLD_PHONES

CALLED: Final = "roll_call.called"
_FIRST_PHONE: Final = and_(
    HOUSEHOLD_PHONES.c.household == roll.c.household, HOUSEHOLD_PHONES.c.position == 0
)
_BY_PHONE: Final = and_(
    roll.c.reachable,
    # In a shelter people are counted where they are; a phone may be anywhere.
    roll.c.reason != Reason.SHELTER_CHECK_IN.value,
    exists().where(_FIRST_PHONE).correlate(roll),
)
_other = roll.alias("other")


def begin_roll_call(
    transaction: Transaction, alert: StoredAlert, now: datetime, by: str | None
) -> RollCall:
    """Ask every household with somebody accounted for, and return the roll-call.

    `by` is the officer who calls it, None where the clock does. Households without a phone, or
    in a shelter, are asked by the officers of their village or grid.
    """
    connection = transaction.connection
    number = len(roll_calls_of(connection, alert.id)) + 1
    ends_at = now + transaction.policy.roll_call.answer_within
    seq = transaction.append(
        alert.id,
        CALLED,
        now,
        subject=by or "",
        payload={"number": number, **_count_asked(connection, alert.id)},
    )
    call = RollCall(alert.id, number, now, by, ends_at, None, seq)
    connection.execute(insert(roll_calls).values(vars(call)))
    schedule(connection, alert.id, None)
    plan = Plan(alert.id, seq, due_at=now, expires_at=ends_at)
    facts = _facts(transaction, alert, ends_at)
    _owe_households(transaction, plan, facts)
    _tell_officers(connection, plan, facts)
    transaction.topics |= {("deliveries", division) for division in alert.divisions}
    return call


def _count_asked(connection: Connection, alert: int) -> dict[str, int]:
    households, people, by_phone = connection.execute(
        select(
            func.count(),
            func.coalesce(func.sum(roll.c.evacuated + roll.c.elsewhere), 0),
            func.coalesce(func.sum(case((_BY_PHONE, 1), else_=0)), 0),
        ).where(roll.c.alert == alert, ASKED)
    ).one()
    return {"households": households, "people": int(people), "by_phone": int(by_phone)}


def _facts(transaction: Transaction, alert: StoredAlert, ends_at: datetime) -> TextFacts:
    local = ends_at.astimezone(transaction.policy.alert.zone)
    return TextFacts(
        status=alert.status,
        place=place_name(transaction.connection, alert.divisions),
        hazard=alert.request.event,
        time=f"{local:%H:%M}",
        code=alert.number if _is_one_of_several(transaction.connection, alert.id) else None,
    )


def _is_one_of_several(connection: Connection, alert: int) -> bool:
    """Whether a household on its roll is followed for another alert too."""
    followed_elsewhere = (
        select(_other.c.household)
        .join(roll, roll.c.household == _other.c.household)
        .join(alerts, alerts.c.id == _other.c.alert)
        .where(roll.c.alert == alert, _other.c.alert != alert)
        .where(alerts.c.state.not_in(sorted(OVER)))
        .limit(1)
    )
    return connection.execute(followed_elsewhere).first() is not None


def _owe_households(transaction: Transaction, plan: Plan, facts: TextFacts) -> None:
    connection, page = transaction.connection, transaction.policy.household_page
    asked = and_(roll.c.alert == plan.alert, ASKED, _BY_PHONE)
    spoken = connection.execute(select(roll.c.language).where(asked).distinct()).scalars().all()
    if not spoken:
        return
    kind = TextKind.ROLL_CALL
    by_language = {
        language: insert_text(
            connection, plan.alert, kind, language, compose(kind, language, facts), page
        )
        for language in spoken
    }
    chosen = (
        select(
            literal(plan.alert),
            case(by_language, value=roll.c.language),
            literal(Recipient.HOUSEHOLD),
            roll.c.household,
            roll.c.division,
            literal(Tier.HOUSEHOLD),
            literal(Channel.SMS),
            HOUSEHOLD_PHONES.c.number,
            # Behind every call to leave: those asked are safe, as far as is known.
            literal(Priority.ANSWER.value),
            literal(DeliveryState.QUEUED),
            literal(plan.due_at, deliveries.c.due_at.type),
            literal(plan.expires_at, deliveries.c.expires_at.type),
            literal(0),
            literal(plan.seq),
        )
        .select_from(roll)
        .join(HOUSEHOLD_PHONES, _FIRST_PHONE)
        .where(asked)
        .order_by(roll.c.danger, roll.c.household)
    )
    connection.execute(insert(deliveries).from_select(PLANNED, chosen))


def _tell_officers(connection: Connection, plan: Plan, facts: TextFacts) -> None:
    counted = connection.execute(
        select(roll.c.division, func.count())
        .where(roll.c.alert == plan.alert, ASKED, ~_BY_PHONE)
        .group_by(roll.c.division)
    ).all()
    officers = officers_for(connection, [division for division, _ in counted])
    doors: Counter[str] = Counter()
    for division, households in counted:
        doors.update({officer.id: households for officer in _nearest(division, officers)})
    kind = TextKind.ROLL_CALL_DOORS
    for households in sorted(set(doors.values())):
        body = compose(kind, HOME_LANGUAGE, facts.model_copy(update={"count": households}))
        text = insert_text(connection, plan.alert, kind, HOME_LANGUAGE, body)
        told = [officer for officer in officers if doors[officer.id] == households]
        tell_officers(connection, plan, told, text)


def _nearest(place: str, officers: Sequence[Officer]) -> list[Officer]:
    """Return the principals of a village or grid, or of the nearest division above with any."""
    for division in (place, *ancestors(place)):
        there = [o for o in officers if o.division == division and o.deputy_of is None]
        if there:
            return there
    return []
