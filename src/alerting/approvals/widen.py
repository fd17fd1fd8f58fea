"""Widen an open alert as far as the caller may; the rest of the area waits for approval."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy import Connection, exists, select

from alerting.access.command import Command, carry_out
from alerting.access.rules import ASKING, Act
from alerting.access.scope import check_places
from alerting.approvals.ask import ask
from alerting.approvals.rules import (
    ApprovalCause,
    ApprovalState,
    LapseReason,
    propose_adjacent,
)
from alerting.approvals.store import Approval, approvals_of, settle, waiting_of
from alerting.areas.already_open import check_no_actual
from alerting.areas.audience import ResolvedArea, resolve, split_area, to_enrol
from alerting.areas.reach import AlertedCounts, alert_area
from alerting.cap.alert import Area
from alerting.errors import ConflictError
from alerting.ledger.alerts import StoredAlert, stored
from alerting.ledger.events.alerts import AlertWidened, AreaReached
from alerting.ledger.writer import Transaction
from alerting.roll.enrol import anybody_missing
from alerting.runtime import Runtime
from contacts.directory import Officer, households_in
from contacts.division import Tier, ancestors, covers, tier_of
from contacts.tables import DIVISIONS, HOUSEHOLDS


@dataclass(frozen=True)
class Widened:
    """A widened alert, the counts of the audience it added, and the approvals it waits for."""

    alert: StoredAlert
    reached: AlertedCounts | None
    """None if no part of the area was alerted at once."""
    waiting: tuple[Approval, ...]
    """Its approvals that wait for a decision."""


async def widen(runtime: Runtime, caller: Officer, alert_id: int, area: Area) -> Widened:
    """Add an area to an open alert; return after the commit.

    If the caller is an informant or grid officer, the area beyond their own village waits for
    approval. A repeated request adds no second approval.

    Raises:
        NotFoundError: if the alert is not within the caller's divisions.
        ForbiddenError, InvalidError: if the caller may not widen the alert to that area.
        ConflictError: if the alert is not open, or has expired.
        AlreadyOpenError: if the alert is an exercise or test, and an actual alert is open there.
    """
    return await carry_out(runtime, caller, alert_id, partial(_widen, area=area))


def _widen(command: Command, area: Area) -> Widened:
    connection, alert, caller = command.connection, command.alert, command.caller
    resolved = resolve(connection, area)
    if caller.role not in ASKING:
        check_places(caller, Act.WIDEN, resolved.divisions, "area")
    if not alert.is_sending(command.now):
        raise ConflictError(
            f"alert {alert.id} is no longer open; raise a new one",
            chinese=f"预警{alert.id}已不再开放：请另发",
        )
    reached = widen_permitted_part(command.transaction, alert, resolved, caller, command.now)
    return Widened(stored(connection, alert.id), reached, waiting_of(connection, alert.id))


_LAST_BELOW: Final = "9" * 7
"""A village's code plus this suffix is the upper bound of the codes of its households."""


def extend(
    transaction: Transaction,
    alert: StoredAlert,
    area: ResolvedArea,
    event: type[AreaReached],
    by: Officer,
    now: datetime,
) -> AlertedCounts:
    """Alert an area, log it as this `event`, and return the counts.

    Households and officers alerted before are not alerted again. A waiting approval lapses if its
    whole area is now alerted.
    """
    reached = alert_area(transaction, alert, area, event, by.id, now)
    _let_lapse(transaction, stored(transaction.connection, alert.id), now)
    return reached


def ask_for_the_rest(
    transaction: Transaction,
    alert_id: int,
    caller: Officer,
    beyond: Collection[str],
    now: datetime,
) -> None:
    """Ask for approval of divisions beyond the caller's reach, unless they are alerted or waiting.

    Raises:
        InvalidError: if no city covers these divisions.
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
        for division in beyond
        if not any(covers(code, division) for code in asked)
        and not _is_reached(connection, alert, division)
    ]
    if rest:
        ask(transaction, alert, ApprovalCause.WIDER_AREA, rest, caller.id, now)


def propose_next_door(transaction: Transaction, alert: StoredAlert, now: datetime) -> None:
    """Ask for approval of the villages next to an alert's area, each village once per alert."""
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


def widen_permitted_part(
    transaction: Transaction,
    alert: StoredAlert,
    area: ResolvedArea,
    by: Officer,
    now: datetime,
) -> AlertedCounts | None:
    """Alert the part of an area that this officer may alert; ask for approval of the rest.

    Return the counts of the alerted part, or None if nothing was alerted.

    Raises:
        InvalidError: if no city covers the rest.
        AlreadyOpenError: if the alert is an exercise or test, and an actual alert is open there.
    """
    check_no_actual(transaction.connection, alert.request, area.divisions)
    split = split_area(by, area)
    own, asks = split.own, by.role in ASKING
    is_news = own.divisions and not (asks and _holds(transaction.connection, alert, own))
    reached = extend(transaction, alert, own, AlertWidened, by, now) if is_news else None
    ask_for_the_rest(transaction, alert.id, by, split.beyond, now)
    return reached


def _let_lapse(transaction: Transaction, alert: StoredAlert, now: datetime) -> None:
    for each in waiting_of(transaction.connection, alert.id):
        if all(_is_reached(transaction.connection, alert, code) for code in each.divisions):
            reason = LapseReason.REACHED_OTHERWISE
            settle(transaction, each, ApprovalState.LAPSED, now, reason=reason)


def _is_reached(connection: Connection, alert: StoredAlert, division: str) -> bool:
    """Return whether a whole division is alerted; a polygon may contain only part of a village."""
    return _holds(connection, alert, ResolvedArea((division,), households_in([division])))


def _holds(connection: Connection, alert: StoredAlert, area: ResolvedArea) -> bool:
    named = (any(covers(code, d) for code in alert.divisions) for d in area.divisions)
    households = to_enrol(area, alert.request.exercise)
    return all(named) and not anybody_missing(connection, alert.id, households)


def _villages_with_people(connection: Connection, area: tuple[str, ...]) -> list[str]:
    """Return the codes of villages in the area's towns in which the roster has a household."""
    towns = {above for code in area for above in ancestors(code) if tier_of(above) is Tier.TOWN}
    last = DIVISIONS.c.code + _LAST_BELOW
    lived_in = exists().where(HOUSEHOLDS.c.division.between(DIVISIONS.c.code, last))
    villages = select(DIVISIONS.c.code).where(
        DIVISIONS.c.parent.in_(sorted(towns)), DIVISIONS.c.tier == Tier.VILLAGE, lived_in
    )
    return list(connection.execute(villages.order_by(DIVISIONS.c.code)).scalars())
