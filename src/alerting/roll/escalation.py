"""Reads and changes the positions of households on the ladder of silence."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    case,
    literal,
    or_,
    select,
    update,
)

from alerting.cap.lifecycle import OVER
from alerting.database.bulk import one_of
from alerting.ledger.tables import alerts
from alerting.policy.escalation import Position, call_now, hasten, household_ladder
from alerting.policy.sections import HouseholdLadder
from alerting.roll.entries import RollEntry, to_entry
from alerting.roll.rules.standing import Standing
from alerting.roll.tables import roll
from contacts.tables import HOUSEHOLDS

_DUE: Final = (
    select(roll)
    .join(alerts, alerts.c.id == roll.c.alert)
    .where(roll.c.next_at <= bindparam("now"), alerts.c.state.not_in(sorted(OVER)))
    .order_by(roll.c.next_at, roll.c.danger, roll.c.household)
    .limit(bindparam("most"))
)

_GO_ON: Final = (
    update(roll)
    .where(roll.c.alert == bindparam("of_alert"), roll.c.household == bindparam("of_household"))
    .values(
        silent_since=bindparam("to_silent_since"),
        steps_done=bindparam("to_steps_done"),
        next_at=bindparam("to_next_at"),
    )
)

IS_PURSUED: Final = or_(
    roll.c.unaccounted > 0,
    roll.c.standing == Standing.NEEDS_HELP,
    and_(roll.c.standing == Standing.STAYING, roll.c.settled_by.is_(None)),
)
"""The condition for households that need follow-up: see `alerting.roll.rules.follow_up`."""


_mine = HOUSEHOLDS.alias("mine")

_DUE_BESIDE: Final = (
    select(roll)
    .join(HOUSEHOLDS, HOUSEHOLDS.c.code == roll.c.household)
    .where(
        roll.c.alert == bindparam("of_alert"),
        roll.c.next_at <= bindparam("now"),
        HOUSEHOLDS.c.centre.in_(select(_mine.c.centre).where(one_of(_mine.c.code, "households"))),
        ~one_of(roll.c.household, "households"),
    )
    .order_by(roll.c.household)
)


def due_beside(
    connection: Connection, alert: int, households: Collection[str], now: datetime
) -> list[RollEntry]:
    """Return an alert's other due households that share a centre household with one of these."""
    asked = {"of_alert": alert, "households": list(households), "now": now}
    return [to_entry(row) for row in connection.execute(_DUE_BESIDE, asked).all()]


def households_due(connection: Connection, now: datetime, most: int) -> list[RollEntry]:
    """Return up to `most` households whose next ladder step is due, the most overdue first."""
    return [to_entry(row) for row in connection.execute(_DUE, {"now": now, "most": most})]


def advance_ladders(connection: Connection, ladders: Sequence[tuple[RollEntry, Position]]) -> None:
    """Write the new ladder positions of these households."""
    if ladders:
        connection.execute(
            _GO_ON,
            [
                {
                    "of_alert": entry.alert,
                    "of_household": entry.household,
                    "to_silent_since": to.silent_since,
                    "to_steps_done": to.steps_done,
                    "to_next_at": to.next_at,
                }
                for entry, to in ladders
            ],
        )


def to_the_door(
    connection: Connection,
    alert: int,
    who: ColumnElement[bool],
    rules: HouseholdLadder,
    now: datetime,
) -> int:
    """Mark households as unreachable by text and call; return how many were reachable before.

    `who` is a condition on the roll. An officer is sent to the door at once, unless the household
    is settled or an officer is already on the way.
    """
    _, moved = _moved({v: hasten(household_ladder(rules, vulnerable=v), now) for v in _BOTH})
    reached = update(roll).where(roll.c.alert == alert, roll.c.reachable, who)
    return connection.execute(reached.values(reachable=False, **moved)).rowcount


def back_in_reach(connection: Connection, alert: int, household: str) -> bool:
    """Mark a household as reachable again; return whether it was unreachable.

    An officer who is on the way to its door is not called back.
    """
    gone = (roll.c.alert == alert, roll.c.household == household, roll.c.reachable.is_(False))
    return connection.execute(update(roll).where(*gone).values(reachable=True)).rowcount > 0


def to_the_phone(
    connection: Connection,
    alert: int,
    who: ColumnElement[bool],
    rules: HouseholdLadder,
    now: datetime,
) -> int:
    """Make the phone call due at once for households that texts do not reach; return how many.

    `who` is a condition on the roll. Households that are settled or already called are skipped.
    """
    waits, moved = _moved({v: call_now(household_ladder(rules, vulnerable=v), now) for v in _BOTH})
    silent = update(roll).where(
        *(roll.c.alert == alert, roll.c.reachable, who, waits), roll.c.next_at > now
    )
    return connection.execute(silent.values(moved)).rowcount


def _moved(to: Mapping[bool, Position]) -> tuple[ColumnElement[bool], dict[str, Any]]:
    """Return the condition for the households that move, and the new value of each column.

    `to` holds the new position of vulnerable households (key True) and of others (key False). For
    households that do not meet the condition, the values are the old ones.
    """
    step = to[False].steps_done
    since = case(
        (roll.c.vulnerable != "", literal(to[True].silent_since, _INSTANT)),
        else_=literal(to[False].silent_since, _INSTANT),
    )
    waits = and_(IS_PURSUED, roll.c.steps_done <= step)
    return waits, {
        "silent_since": case((waits, since), else_=roll.c.silent_since),
        "steps_done": case((waits, step), else_=roll.c.steps_done),
        "next_at": case((waits, literal(to[False].next_at, _INSTANT)), else_=roll.c.next_at),
    }


_BOTH: Final = (False, True)

_INSTANT: Final = roll.c.next_at.type


def stand_down(connection: Connection, alert: int) -> None:
    """Stop the ladder of silence for all households of an alert that is over."""
    connection.execute(
        update(roll).where(roll.c.alert == alert, roll.c.next_at.is_not(None)).values(next_at=None)
    )
