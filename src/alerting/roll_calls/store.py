"""Queries and updates for roll-calls: when they start and end, and who has not answered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Integer, and_, bindparam, exists, func, select, update

from alerting.cap.lifecycle import AlertState
from alerting.ledger.events.alerts import RollCallCalled, RollCallEnded
from alerting.ledger.tables import alerts, events
from alerting.ledger.writer import Transaction
from alerting.roll.rules.evidence import ACCOUNTING, Report
from alerting.roll.rules.standing import Standing
from alerting.roll.tables import evidence, roll
from alerting.roll_calls.tables import roll_calls

ASKED: Final = and_(
    roll.c.evacuated + roll.c.elsewhere > 0,
    roll.c.unaccounted == 0,
    roll.c.standing != Standing.NEEDS_HELP.value,
)
"""The condition for households with people accounted for, nobody missing and no call for help."""

_ANSWERS: Final = sorted({*ACCOUNTING, Report.STAYING})

# Evidence about named persons is no answer for the whole household.
_ANSWERED: Final = exists().where(
    evidence.c.alert == roll.c.alert,
    evidence.c.household == roll.c.household,
    evidence.c.report.in_(_ANSWERS),
    evidence.c.given_at >= roll_calls.c.called_at,
    evidence.c.persons.is_(None),
)

_MISSED_BY: Final = and_(
    evidence.c.alert == roll_calls.c.alert,
    evidence.c.report == Report.MISSED_ROLL_CALL,
    evidence.c.since == roll_calls.c.called_at,
)

_SILENT: Final = and_(
    roll.c.alert == roll_calls.c.alert,
    ASKED,
    ~_ANSWERED,
    ~exists().where(_MISSED_BY, evidence.c.household == roll.c.household),
)

_RUNS: Final = roll_calls.c.ended_at.is_(None)


@dataclass(frozen=True)
class RollCall:
    """A roll-call; `called_by` is the officer's id, or None if the clock started it."""

    alert: int
    number: int
    called_at: datetime
    called_by: str | None
    ends_at: datetime
    ended_at: datetime | None
    seq: int


@dataclass(frozen=True)
class Counts:
    """The numbers of households that were asked, that answered, and that missed the deadline."""

    asked: int
    answered: int
    missed: int


_DUE: Final = (
    select(alerts.c.id)
    .where(alerts.c.state == AlertState.CLOSED, alerts.c.next_roll_call_at <= bindparam("by_then"))
    .order_by(alerts.c.id)
)

_ENDING: Final = (
    select(roll_calls)
    .where(_RUNS, roll_calls.c.ends_at <= bindparam("by_then"))
    .order_by(roll_calls.c.alert)
)

_SILENT_OF: Final = (
    select(roll.c.household)
    .select_from(roll)
    .join(roll_calls, _SILENT)
    .where(roll_calls.c.alert == bindparam("of_alert"), roll_calls.c.number == bindparam("nth"))
    .order_by(roll.c.danger, roll.c.household)
    .limit(bindparam("most"))
)

_NO_LONGER_WAITED_FOR: Final = (
    select(func.coalesce(func.sum(roll.c.evacuated + roll.c.elsewhere), 0).cast(Integer))
    .select_from(roll)
    .join(roll_calls, _SILENT)
    .where(
        roll_calls.c.alert == bindparam("of_alert"),
        _RUNS,
        roll_calls.c.ends_at <= bindparam("by_then"),
    )
)

_ASKS: Final = (
    select(roll_calls.c.ends_at)
    .select_from(roll)
    .join(roll_calls, _SILENT)
    .where(
        roll_calls.c.alert == bindparam("of_alert"),
        _RUNS,
        roll.c.household == bindparam("of_household"),
    )
)

_COUNTED: Final = (
    select(
        events.c.payload,
        select(func.count()).select_from(roll).where(_SILENT).scalar_subquery(),
        select(func.count()).select_from(evidence).where(_MISSED_BY).scalar_subquery(),
    )
    .select_from(roll_calls)
    .join(events, and_(events.c.alert == roll_calls.c.alert, events.c.seq == roll_calls.c.seq))
    .where(roll_calls.c.alert == bindparam("of_alert"), roll_calls.c.number == bindparam("nth"))
)


def alerts_due(connection: Connection, now: datetime) -> list[int]:
    """Return the ids of the closed alerts whose next roll-call is due."""
    return list(connection.execute(_DUE, {"by_then": now}).scalars())


def ending(connection: Connection, now: datetime) -> list[RollCall]:
    """Return the running roll-calls whose deadline has passed."""
    return [_to_roll_call(row) for row in connection.execute(_ENDING, {"by_then": now})]


def roll_calls_of(connection: Connection, alert: int) -> list[RollCall]:
    """Return an alert's roll-calls, in order."""
    rows = connection.execute(
        select(roll_calls).where(roll_calls.c.alert == alert).order_by(roll_calls.c.number)
    )
    return [_to_roll_call(row) for row in rows]


def is_running(connection: Connection, alert: int) -> bool:
    """Return whether a roll-call of the alert is running."""
    of_alert = select(roll_calls.c.number).where(roll_calls.c.alert == alert, _RUNS)
    return connection.execute(of_alert).first() is not None


def silent(connection: Connection, call: RollCall, limit: int) -> list[str]:
    """Return up to `limit` codes of households that have not answered a roll-call.

    An answer is evidence about the whole household since the roll-call began; 'received' is no
    answer. Households already recorded as having missed the roll-call are left out.
    """
    asked = {"of_alert": call.alert, "nth": call.number, "most": limit}
    return list(connection.execute(_SILENT_OF, asked).scalars())


def answer_wanted_by(connection: Connection, alert: int, household: str) -> datetime | None:
    """Return until when a roll-call waits for a household's answer; None if no roll-call waits."""
    asked = {"of_alert": alert, "of_household": household}
    return connection.execute(_ASKS, asked).scalars().first()


def count(connection: Connection, call: RollCall) -> Counts:
    """Return the numbers of households that were asked, have answered, and missed the deadline."""
    payload, waited_for, missed = connection.execute(
        _COUNTED, {"of_alert": call.alert, "nth": call.number}
    ).one()
    called = RollCallCalled.read_if_whole(payload)
    # If the number of asked households is unreadable, assume that nobody answered.
    asked = called.households if called else waited_for + missed
    return Counts(asked, max(0, asked - waited_for - missed), missed)


def people_no_longer_waited_for(connection: Connection, alert: int, now: datetime) -> int:
    """Return the number of people in households that have missed a roll-call's deadline.

    Once the missed roll-call is recorded as evidence, a household's people are not counted here.
    """
    asked = {"of_alert": alert, "by_then": now}
    return int(connection.execute(_NO_LONGER_WAITED_FOR, asked).scalar_one())


def schedule(connection: Connection, alert: int, at: datetime | None) -> None:
    """Set when the clock starts an alert's next roll-call; None means never."""
    connection.execute(update(alerts).where(alerts.c.id == alert).values(next_roll_call_at=at))


def stop_roll_calls(connection: Connection, alert: int, now: datetime) -> None:
    """Stop the roll-calls of an alert that is over. A running one ends without a result."""
    schedule(connection, alert, None)
    _end(connection, alert, now)


def finish(transaction: Transaction, call: RollCall, now: datetime) -> None:
    """End a roll-call once all its silent households are recorded, and schedule the next one.

    If the alert was reopened, none is scheduled before it is closed again.
    """
    connection = transaction.connection
    _end(connection, call.alert, now)
    counts = count(connection, call)
    ended = RollCallEnded(number=call.number, answered=counts.answered, missed=counts.missed)
    transaction.append(call.alert, ended, now)
    following = max(now, call.called_at + transaction.policy.roll_call.interval)
    connection.execute(
        update(alerts)
        .where(alerts.c.id == call.alert, alerts.c.state == AlertState.CLOSED)
        .values(next_roll_call_at=following)
    )


def _end(connection: Connection, alert: int, now: datetime) -> None:
    connection.execute(
        update(roll_calls).where(roll_calls.c.alert == alert, _RUNS).values(ended_at=now)
    )


def _to_roll_call(row: Any) -> RollCall:
    return RollCall(
        alert=row.alert,
        number=row.number,
        called_at=row.called_at,
        called_by=row.called_by,
        ends_at=row.ends_at,
        ended_at=row.ended_at,
        seq=row.seq,
    )
