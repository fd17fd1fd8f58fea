"""Read models of an alert's officer calls, and of one officer's unconfirmed calls."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, bindparam, exists, func, select

from alerting.deliveries.places import assembly_point
from alerting.ledger.alerts import StoredAlert, ended_at, stored
from alerting.ledger.tables import events
from alerting.officer_calls.rules import CallState, call_state
from alerting.officer_calls.tables import (
    OF_THE_CALL,
    OPEN_OFFICER_CALLS,
    confirmations,
    officer_calls,
)
from alerting.policy.escalation import officer_ladder
from alerting.policy.sections import OfficerLadder
from contacts.directory import Officer
from contacts.division import subtree
from contacts.past import officers_at
from contacts.people import Role
from contacts.tables import OFFICER_PHONES


def confirmed_officers(connection: Connection, alert: int, division: str) -> int:
    """Return the number of officers in a division who have confirmed the call.

    An officer counts in the division where they served when they confirmed.
    """
    entry = and_(events.c.alert == confirmations.c.alert, events.c.seq == confirmations.c.seq)
    return connection.execute(
        select(func.count())
        .select_from(confirmations)
        .join(events, entry)
        .where(confirmations.c.alert == alert, events.c.division.between(*subtree(division)))
    ).scalar_one()


_UNCONFIRMED: Final = (
    OPEN_OFFICER_CALLS.add_columns(officer_calls.c.called_at)
    .where(officer_calls.c.officer == bindparam("called"), ~exists().where(OF_THE_CALL))
    .order_by(officer_calls.c.called_at, officer_calls.c.alert)
)


@dataclass(frozen=True)
class MyCall:
    """An officer call, as the called officer sees it."""

    alert: StoredAlert
    assembly_point: str | None
    """Where to go; None if the roster names no point, or a different point in each village."""
    called_at: datetime


def unconfirmed_calls(connection: Connection, officer: Officer) -> list[MyCall]:
    """Return this officer's unconfirmed calls to open alerts, oldest first."""
    rows = connection.execute(_UNCONFIRMED, {"called": officer.id}).all()
    return [_mine(connection, officer, row) for row in rows]


def _mine(connection: Connection, officer: Officer, row: Row[Any]) -> MyCall:
    alert = stored(connection, row.alert)
    point = assembly_point(connection, alert, officer.division)
    return MyCall(alert, point, row.called_at)


@dataclass(frozen=True)
class OfficerCall:
    """An officer called to an alert; `channel` is that of the confirmation."""

    officer: str
    name: str
    role: Role
    division: str
    deputy_of: str | None
    called_at: datetime
    confirmed_at: datetime | None
    channel: str | None
    told_above_at: datetime | None
    woken_at: datetime | None
    """When another officer last asked for a new call to this officer."""
    state: CallState
    phone: str | None
    """The first of the officer's phones, in E.164 format."""


_CALLS: Final = (
    select(
        officer_calls,
        confirmations.c.given_at.label("confirmed_at"),
        confirmations.c.channel,
        OFFICER_PHONES.c.number,
    )
    .outerjoin(confirmations, OF_THE_CALL)
    .outerjoin(
        OFFICER_PHONES,
        and_(OFFICER_PHONES.c.officer == officer_calls.c.officer, OFFICER_PHONES.c.position == 0),
    )
    .where(
        officer_calls.c.alert == bindparam("of_alert"),
        officer_calls.c.division.between(bindparam("low"), bindparam("high")),
    )
)


def calls_within(
    connection: Connection, alert: int, division: str, rules: OfficerLadder
) -> list[OfficerCall]:
    """Return an alert's officer calls in a division, unconfirmed first, then from the highest tier.

    Within a division, principals come before deputies. Division and names are those at the time of
    the call, even if the roster has changed.
    """
    low, high = subtree(division)
    rows = connection.execute(_CALLS, {"of_alert": alert, "low": low, "high": high}).all()
    known = officers_at(connection, {row.officer for row in rows}, ended_at(connection, alert))
    steps = len(officer_ladder(rules))
    calls = [_listed(row, known[row.officer], steps) for row in rows if row.officer in known]
    return sorted(calls, key=_rank)


def _rank(call: OfficerCall) -> tuple[bool, int, str, bool, str]:
    is_confirmed, is_deputy = call.confirmed_at is not None, call.deputy_of is not None
    return is_confirmed, len(call.division), call.division, is_deputy, call.officer


def _listed(row: Row[Any], officer: Officer, steps: int) -> OfficerCall:
    state = call_state(
        confirmed=row.confirmed_at is not None,
        told_above_at=row.told_above_at,
        woken_at=row.woken_at,
        steps_left=max(steps - row.steps_done, 0),
    )
    return OfficerCall(
        officer=officer.id,
        name=officer.name,
        role=officer.role,
        division=row.division,
        deputy_of=officer.deputy_of,
        called_at=row.called_at,
        confirmed_at=row.confirmed_at,
        channel=row.channel,
        told_above_at=row.told_above_at,
        woken_at=row.woken_at,
        state=state,
        phone=row.number,
    )
