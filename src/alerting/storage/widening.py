"""An area reached as far as the caller's word goes: the rest waits, and what is next to it too."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, and_, exists, select

from alerting.core.approval import (
    ASKING,
    ApprovalCause,
    ApprovalState,
    LapseReason,
    Parts,
    part,
    propose_adjacent,
)
from alerting.core.wording import Wording
from alerting.storage.alerts import StoredAlert, stored
from alerting.storage.approval_requests import ask
from alerting.storage.approvals import approvals_of, settle, waiting_of
from alerting.storage.audience import Expected, place_name
from alerting.storage.fan_out import Reach, Reached, reach
from alerting.storage.ledger import Transaction
from alerting.storage.roll import anybody_missing
from contacts.directory import Officer, households_in
from contacts.division import Tier, ancestors, covers, tier_of, village_of
from contacts.tables import DIVISIONS, HOUSEHOLDS

WIDENED: Final = "alert.widened"
_LAST_BELOW: Final = "9" * 7
"""Appended to a village's code: the last that one of its grids or households can have."""


def parts_for(caller: Officer, expected: Expected) -> Parts:
    """Return what of an area goes out on the caller's word, and what waits for an officer's."""
    if caller.role in ASKING:
        return part(expected.divisions, village_of(caller.division))
    return Parts(expected.divisions, ())


def at_once(caller: Officer, expected: Expected) -> Expected:
    """Return the part of an area that goes out on the caller's word; it may be none.

    Of a polygon that reaches beyond the own village: the households in it of the own village.
    """
    parts = parts_for(caller, expected)
    if not parts.wider:
        return expected
    within = and_(expected.condition, households_in(parts.at_once))
    return Expected(parts.at_once, within)


def extend(
    transaction: Transaction,
    alert: StoredAlert,
    expected: Expected,
    kind: str,
    by: Officer,
    now: datetime,
) -> Reached:
    """Reach an area, and log it as `kind`.

    Whoever was reached by this alert before is not reached again. What waited for a word on
    nothing but what is reached now, waits no more.
    """
    connection = transaction.connection
    place = place_name(connection, expected.divisions)
    wording = Wording(alert.request, place, now.astimezone(transaction.policy.alert.zone))
    step = Reach(alert.id, expected, alert.request.hazard_location, now, alert.expires)
    reached = reach(transaction, step, kind, by.id, wording)
    _let_lapse(transaction, stored(connection, alert.id), now)
    return reached


def ask_for_the_rest(
    transaction: Transaction, alert_id: int, caller: Officer, expected: Expected, now: datetime
) -> None:
    """Let wait what of an area lies beyond the caller's word; once, however often it is asked.

    Raises:
        InvalidError: if no city covers it.
    """
    connection = transaction.connection
    alert = stored(connection, alert_id)
    asked = [
        division
        for each in waiting_of(connection, alert_id)
        if each.cause is ApprovalCause.WIDER_AREA
        for division in each.divisions
    ]
    rest = [
        division
        for division in parts_for(caller, expected).wider
        if not any(covers(code, division) for code in asked)
        and not _is_reached(connection, alert, division)
    ]
    if rest:
        ask(transaction, alert, ApprovalCause.WIDER_AREA, rest, caller.id, now)


def propose_next_door(transaction: Transaction, alert: StoredAlert, now: datetime) -> None:
    """Ask for a word on the villages next to an alert's area that nobody was asked about yet."""
    connection = transaction.connection
    asked = [d for each in approvals_of(connection, alert.id) for d in each.divisions]
    villages = [
        village
        for village in _villages_with_people(connection, alert.divisions)
        if not any(covers(division, village) for division in asked)
    ]
    rules = transaction.policy.approval
    for proposal in propose_adjacent(alert.divisions, villages, now, now, rules):
        cause = ApprovalCause.ADJACENT_VILLAGES
        ask(transaction, alert, cause, proposal.villages, alert.raised_by, now)


def widen_as_far_as(
    transaction: Transaction,
    alert: StoredAlert,
    expected: Expected,
    by: Officer,
    now: datetime,
) -> Reached | None:
    """Reach of an area what goes out on this officer's word; the rest waits for another's.

    Returns None where there was nothing to reach.

    Raises:
        InvalidError: if no city covers what waits.
    """
    own = at_once(by, expected)
    asks = by.role in ASKING
    is_news = own.divisions and not (asks and _holds(transaction.connection, alert, own))
    reached = extend(transaction, alert, own, WIDENED, by, now) if is_news else None
    ask_for_the_rest(transaction, alert.id, by, expected, now)
    return reached


def _let_lapse(transaction: Transaction, alert: StoredAlert, now: datetime) -> None:
    for each in waiting_of(transaction.connection, alert.id):
        if all(_is_reached(transaction.connection, alert, code) for code in each.divisions):
            reason = LapseReason.REACHED_OTHERWISE
            settle(transaction, each, ApprovalState.LAPSED, now, reason=reason)


def _is_reached(connection: Connection, alert: StoredAlert, division: str) -> bool:
    """Whether all of a division is: a polygon may hold only a part of a village."""
    return _holds(connection, alert, Expected((division,), households_in([division])))


def _holds(connection: Connection, alert: StoredAlert, area: Expected) -> bool:
    named = (any(covers(code, d) for code in alert.divisions) for d in area.divisions)
    return all(named) and not anybody_missing(connection, alert.id, area.condition)


def _villages_with_people(connection: Connection, area: tuple[str, ...]) -> list[str]:
    """Return the villages of the area's towns that the roster has a household in."""
    towns = {above for code in area for above in ancestors(code) if tier_of(above) is Tier.TOWN}
    last = DIVISIONS.c.code + _LAST_BELOW
    lived_in = exists().where(HOUSEHOLDS.c.division.between(DIVISIONS.c.code, last))
    villages = select(DIVISIONS.c.code).where(
        DIVISIONS.c.parent.in_(sorted(towns)), DIVISIONS.c.tier == Tier.VILLAGE, lived_in
    )
    return list(connection.execute(villages.order_by(DIVISIONS.c.code)).scalars())
