"""Read models: an alert's officer calls, and one officer's unconfirmed calls."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, bindparam, exists, func, select

from alerting.deliveries.places import assembly_point
from alerting.ledger.alerts import StoredAlert, stored
from alerting.officer_calls.rules import CallState, call_state
from alerting.officer_calls.tables import OF_THE_CALL, OPEN_CALLS, confirmations, officer_calls
from alerting.policy.escalation import officer_ladder
from alerting.policy.sections import OfficerLadder
from contacts.directory import Officer
from contacts.division import subtree
from contacts.people import Role
from contacts.tables import OFFICER_PHONES, OFFICERS


def confirmed_officers(connection: Connection, alert: int, division: str) -> int:
    """Return the number of officers in a division who have confirmed the call."""
    return connection.execute(
        select(func.count())
        .select_from(confirmations)
        .join(OFFICERS, OFFICERS.c.id == confirmations.c.officer)
        .where(confirmations.c.alert == alert, OFFICERS.c.division.between(*subtree(division)))
    ).scalar_one()


_UNCONFIRMED: Final = (
    OPEN_CALLS.add_columns(officer_calls.c.called_at)
    .where(officer_calls.c.officer == bindparam("called"), ~exists().where(OF_THE_CALL))
    .order_by(officer_calls.c.called_at, officer_calls.c.alert)
)


@dataclass(frozen=True)
class MyCall:
    """An officer call, as the called officer sees it."""

    alert: StoredAlert
    assembly_point: str | None
    """None: each village has its own, or the roster names none."""
    called_at: datetime


def unconfirmed_calls(connection: Connection, officer: Officer) -> list[MyCall]:
    """Return this officer's unconfirmed calls to open alerts, oldest first."""
    rows = connection.execute(_UNCONFIRMED, {"called": officer.id}).all()
    return [_mine(connection, officer, row) for row in rows]


def _mine(connection: Connection, officer: Officer, row: Row[Any]) -> MyCall:
    alert = stored(connection, row.alert)
    point = assembly_point(connection, alert.request, officer.division, alert.divisions)
    return MyCall(alert, point, row.called_at)


@dataclass(frozen=True)
class OfficerCall:
    """An officer called to an alert; `channel` is the channel of the confirmation."""

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
    """When an officer last had this one called again."""
    state: CallState
    phone: str | None
    """The first of the officer's phones, E.164."""


_CALLS: Final = (
    select(
        OFFICERS,
        officer_calls.c.called_at,
        officer_calls.c.steps_done,
        officer_calls.c.told_above_at,
        officer_calls.c.woken_at,
        confirmations.c.given_at.label("confirmed_at"),
        confirmations.c.channel,
        OFFICER_PHONES.c.number,
    )
    .join(officer_calls, officer_calls.c.officer == OFFICERS.c.id)
    .outerjoin(confirmations, OF_THE_CALL)
    .outerjoin(
        OFFICER_PHONES,
        and_(OFFICER_PHONES.c.officer == OFFICERS.c.id, OFFICER_PHONES.c.position == 0),
    )
    .where(
        officer_calls.c.alert == bindparam("of_alert"),
        OFFICERS.c.division.between(bindparam("low"), bindparam("high")),
    )
    .order_by(
        confirmations.c.given_at.is_not(None),
        func.length(OFFICERS.c.division),
        OFFICERS.c.division,
        OFFICERS.c.deputy_of.is_not(None),
        OFFICERS.c.id,
    )
)


def calls_within(
    connection: Connection, alert: int, division: str, rules: OfficerLadder
) -> list[OfficerCall]:
    """Return an alert's officer calls in a division, unconfirmed first.

    Within each group the highest tier comes first; within a division, principals come before
    deputies.
    """
    low, high = subtree(division)
    rows = connection.execute(_CALLS, {"of_alert": alert, "low": low, "high": high})
    steps = len(officer_ladder(rules))
    return [_listed(row, steps) for row in rows]


def _listed(row: Row[Any], steps: int) -> OfficerCall:
    state = call_state(
        confirmed=row.confirmed_at is not None,
        told_above_at=row.told_above_at,
        woken_at=row.woken_at,
        steps_left=max(steps - row.steps_done, 0),
    )
    return OfficerCall(
        officer=row.id,
        name=row.name,
        role=Role(row.role),
        division=row.division,
        deputy_of=row.deputy_of,
        called_at=row.called_at,
        confirmed_at=row.confirmed_at,
        channel=row.channel,
        told_above_at=row.told_above_at,
        woken_at=row.woken_at,
        state=state,
        phone=row.number,
    )
