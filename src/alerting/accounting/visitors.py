"""Visitors: people on no roster, whom an officer adds to an alert's roll."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection, insert, select

from alerting.access.command import Command, carry_out
from alerting.access.rules import Act
from alerting.access.scope import check_places
from alerting.accounting.evidence import NewEvidence, household_of
from alerting.accounting.record import record_evidence
from alerting.accounting.report import check_said_at
from alerting.alerts.reopen import reopen
from alerting.cap.lifecycle import OVER
from alerting.errors import ConflictError, InvalidError
from alerting.ledger.alerts import StoredAlert
from alerting.ledger.events.households import VisitorsAdded
from alerting.ledger.writer import Transaction
from alerting.messages.text import HOME_LANGUAGE
from alerting.policy.escalation import Position, begin, household_ladder
from alerting.roll.accounts import accounts
from alerting.roll.enrol import NOTHING_SAID
from alerting.roll.entries import RollEntry, entries
from alerting.roll.rules.evidence import RUNG, Report
from alerting.roll.rules.standing import Standing, danger_of
from alerting.roll.tables import roll
from alerting.roll.tallies import add_joined
from alerting.runtime import Runtime
from contacts.directory import Officer
from contacts.directory import division as known_division
from contacts.division import Tier, covers, subtree, tier_of
from contacts.tables import HOUSEHOLDS


@dataclass(frozen=True)
class Arrival:
    """A group of visitors as an officer found them, and one report about all of them."""

    division: str
    name: str
    people: int
    address: str
    report: Report
    note: str
    key: str
    """Idempotency key, chosen by the client: a repeat adds nobody."""
    given_at: datetime | None = None
    """When they were found; None means now."""


@dataclass(frozen=True)
class Added:
    """Visitors on the roll; `is_new` is False if an earlier request had added them."""

    entry: RollEntry
    is_new: bool


async def add_visitors(runtime: Runtime, caller: Officer, alert_id: int, arrival: Arrival) -> Added:
    """Add visitors to an alert's roll, and record the report about them.

    Raises:
        ForbiddenError: if the caller's role may not report on households.
        NotFoundError: if the alert does not concern the caller's division.
        InvalidError: if the division is not a village or grid within both the caller's division
            and the alert's area, or if the time is impossible.
        ConflictError: if the alert is over.
    """
    check_places(caller, Act.REPORT, [arrival.division], "division")
    return await carry_out(runtime, caller, alert_id, partial(_add, arrival=arrival))


def _add(command: Command, arrival: Arrival) -> Added:
    transaction, alert, caller = command.transaction, command.alert, command.caller
    check_said_at(arrival.given_at, alert.sent, command.now)
    source = f"visitors/{caller.id}/{alert.id}/{arrival.key}"
    known = household_of(command.connection, source)
    if known is None:
        _check_place(command.connection, alert, arrival.division)
    who = Visitors(arrival.division, arrival.name, arrival.people, arrival.address, caller.id)
    code = known or enrol_visitors(transaction, alert.id, who, command.now)
    record_evidence(transaction, [_evidence(command, arrival, code, source)])
    key = alert.id, code
    account = accounts(command.connection, [key])[key]
    # `record_evidence` reopens an alert only when a standing changes. New visitors begin as
    # unaccounted, and a report may not change that, so reopen the alert here too.
    reopen(transaction, [(account, account.standing)], command.now)
    return Added(entries(command.connection, [key])[key], is_new=known is None)


def _evidence(command: Command, arrival: Arrival, code: str, source: str) -> NewEvidence:
    return NewEvidence(
        alert=command.alert.id,
        household=code,
        given_at=arrival.given_at or command.now,
        recorded_at=command.now,
        rung=RUNG[command.caller.role],
        given_by=command.caller.id,
        report=arrival.report,
        people=None,
        channel="officer",
        source=source,
        note=arrival.note,
    )


def _check_place(connection: Connection, alert: StoredAlert, place: str) -> None:
    if alert.state in OVER:
        raise ConflictError(
            f"alert {alert.id} is over ({alert.state}): no visitors can be added",
            chinese=f"预警{alert.id}已结束：不能再添加人员",
        )
    if tier_of(place) not in {Tier.VILLAGE, Tier.GRID} or known_division(connection, place) is None:
        raise InvalidError(
            "division",
            f"{place} is not a village or grid known here; name another",
            f"{place}不是这里的村或网格：请另选",
        )
    if not any(covers(area, place) for area in alert.divisions):
        raise InvalidError(
            "division",
            f"{place} is not in the area of alert {alert.id}; name a village or grid that is, or "
            "have the alert widened first",
            f"{place}不在预警{alert.id}的范围内：请选范围内的村或网格，或先扩大预警范围",
        )


_LAST_NUMBER: Final = 9999
"""Highest household number in a division; visitors get numbers from here downwards."""


@dataclass(frozen=True)
class Visitors:
    """People who are not on the roster, and where they were found."""

    division: str
    """Code of a village or grid."""
    name: str
    people: int
    address: str
    added_by: str


def enrol_visitors(transaction: Transaction, alert: int, who: Visitors, now: datetime) -> str:
    """Put visitors on an alert's roll as an unaccounted household; return its new code.

    No phone number is known, so their escalation starts with the door task.

    Raises:
        ConflictError: if the division has no free household code.
    """
    connection = transaction.connection
    transaction.lock([alert])
    code = _free_code(connection, alert, who.division)
    added = VisitorsAdded(people=who.people, by=who.added_by)
    seq = transaction.append(alert, added, now, division=who.division, subject=code)
    ladder = household_ladder(transaction.policy.household, vulnerable=False)
    position = begin(ladder, now, reachable=False)
    row = {"alert": alert, "household": code, "seq": seq, **_new_row(who, position)}
    connection.execute(insert(roll).values(row))
    add_joined(connection, alert, seq, code)
    return code


def _new_row(who: Visitors, position: Position) -> dict[str, Any]:
    return {
        **NOTHING_SAID,
        "division": who.division,
        "head": who.name,
        "address": who.address,
        "headcount": who.people,
        "language": HOME_LANGUAGE,
        "vulnerable": "",
        "persons": "",
        "officer": None,
        "added_by": who.added_by,
        "unaccounted": who.people,
        "danger": danger_of(Standing.UNACCOUNTED, ""),
        "silent_since": position.silent_since,
        "reachable": False,
        "steps_done": position.steps_done,
        "next_at": position.next_at,
    }


def _free_code(connection: Connection, alert: int, division: str) -> str:
    """Return the highest household code of a division that neither roll nor roster uses."""
    on_roll = select(roll.c.household).where(
        roll.c.alert == alert, roll.c.household.between(*subtree(division))
    )
    on_roster = select(HOUSEHOLDS.c.code).where(HOUSEHOLDS.c.division == division)
    taken = set(connection.execute(on_roll.union(on_roster)).scalars())
    for number in range(_LAST_NUMBER, 0, -1):
        code = f"{division}{number:04d}"
        if code not in taken:
            return code
    raise ConflictError(
        f"{division} has no free household code left: name another grid or village",
        chinese=f"{division}的户号已用完：请选别的网格或村",
    )
