"""Reports by officers and informants: at the door, for a neighbour, and at a shelter."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from alerting.access.command import Command, carry_out
from alerting.access.rules import Act, Ruling, rule
from alerting.access.scope import refusal
from alerting.accounting.evidence import NewEvidence
from alerting.accounting.record import record_evidence
from alerting.errors import ForbiddenError, InvalidError, NotFoundError
from alerting.roll.entries import RollEntry, entries
from alerting.roll.rules.evidence import RUNG, Report, Rung
from alerting.roll.rules.persons import indexes_of
from alerting.roll.rules.standing import HouseholdStanding, Standing
from alerting.runtime import Runtime
from contacts.directory import Officer
from contacts.division import covers

_BEFORE: Final = timedelta(hours=2)
"""How far before the alert a report may be dated, because people also leave when rain begins."""

_CHANNEL: Final = {Act.REPORT: "officer", Act.CHECK_IN: "shelter"}


@dataclass(frozen=True)
class Finding:
    """A report on a household, as the officer or informant gives it."""

    household: str
    report: Report
    people: int | None
    given_at: datetime | None
    """Time of observation; None means now."""
    note: str
    key: str
    """Idempotency key, chosen by the client."""
    persons: tuple[str, ...] | None = None
    """Names of the people it is about, as on the roll; None if nobody is named."""


def check_said_at(said: datetime | None, sent: datetime, now: datetime) -> None:
    """Check that a report is not dated in the future, or too long before the alert.

    Raises:
        InvalidError: if `said` is after `now`, or over 2 hours before `sent`.
    """
    if said and said > now:
        raise InvalidError(
            "given_at",
            "the time is in the future; correct the clock of your device",
            "时间在将来：请校准您设备的时钟",
        )
    if said and said < sent - _BEFORE:
        raise InvalidError(
            "given_at",
            f"the time is too long before the alert, which was sent at {sent:%Y-%m-%dT%H:%M:%SZ}; "
            "correct the clock of your device, or leave out the time",
            f"时间早于预警发布（{sent:%Y-%m-%dT%H:%M:%SZ}）：请校准您设备的时钟，或不填时间",
        )


async def report(
    runtime: Runtime, caller: Officer, alert_id: int, finding: Finding
) -> HouseholdStanding:
    """Record a report on a household; return the household's new standing.

    Raises:
        ForbiddenError: if the caller's role may not report.
        NotFoundError: if the alert or household is not within the caller's divisions.
        InvalidError: if the time is impossible, if a name is not on the roll, or if both names
            and a count are given.
    """
    return await _record(runtime, caller, alert_id, finding, Act.REPORT)


async def check_in(
    runtime: Runtime, caller: Officer, alert_id: int, arrival: Finding
) -> HouseholdStanding:
    """Record a household's arrival at a shelter; return its new standing.

    A shelter takes in neighbouring villages, so the caller may check in any household of the town.

    Raises:
        ForbiddenError: if the caller's role may not check households in.
        NotFoundError: if the alert or household is not within the caller's town.
        InvalidError: if the time, the names or the count are invalid, as in `report`.
    """
    return await _record(runtime, caller, alert_id, arrival, Act.CHECK_IN)


async def _record(
    runtime: Runtime, caller: Officer, alert_id: int, finding: Finding, act: Act
) -> HouseholdStanding:
    ruling = rule(caller.role, caller.division, act, finding.household)
    if ruling is Ruling.NOT_THIS_ROLE:
        raise ForbiddenError(*refusal(caller, act))
    if ruling is Ruling.NOT_THIS_PLACE:
        raise _missing(finding, alert_id)
    _check(finding)
    verb = partial(_record_finding, finding=finding, act=act)
    return await carry_out(runtime, caller, alert_id, verb, within_reach_of=act)


def _record_finding(command: Command, finding: Finding, act: Act) -> HouseholdStanding:
    check_said_at(finding.given_at, command.alert.sent, command.now)
    key = command.alert.id, finding.household
    entry = entries(command.connection, [key]).get(key)
    if entry is None:
        raise _missing(finding, command.alert.id)
    named = finding.persons and indexes_of(finding.persons, entry.persons)
    rung = _rung(command.caller, act, entry)
    item = _evidence(command, finding, _CHANNEL[act], rung, named or None)
    (standing,) = record_evidence(command.transaction, [item])
    if standing is None:
        raise _missing(finding, command.alert.id)
    return standing


def _missing(finding: Finding, alert_id: int) -> NotFoundError:
    return NotFoundError(
        f"no household {finding.household} of your division is on the roll of alert {alert_id}",
        f"您管理范围内的预警名单上没有户{finding.household}",
    )


def _check(finding: Finding) -> None:
    if finding.persons is None:
        return
    if finding.people is not None:
        raise InvalidError(
            "persons",
            "give either names or a count: leave out `people`",
            "姓名和人数不能同时填：请不填人数",
        )
    if not finding.persons:
        raise InvalidError(
            "persons",
            "the list of names is empty: add a name, or leave out `persons`",
            "没有填姓名：请填姓名，或不填这一项",
        )


def _rung(caller: Officer, act: Act, entry: RollEntry) -> Rung:
    """Return the rung of a report on the evidence ladder.

    While a household calls for help, a check-in by another division's officer counts only as a
    neighbour's word. Only an officer in charge of the household may end its call.
    """
    if act is not Act.CHECK_IN:
        return RUNG[caller.role]
    in_charge = covers(caller.division, entry.household)
    is_calling = entry.standing.standing is Standing.NEEDS_HELP
    return Rung.NEIGHBOUR if is_calling and not in_charge else Rung.SHELTER


def _evidence(
    command: Command, finding: Finding, channel: str, rung: Rung, named: frozenset[int] | None
) -> NewEvidence:
    alert_id, caller = command.alert.id, command.caller
    return NewEvidence(
        alert=alert_id,
        household=finding.household,
        given_at=finding.given_at or command.now,
        recorded_at=command.now,
        rung=rung,
        given_by=caller.id,
        report=finding.report,
        people=finding.people,
        persons=named,
        channel=channel,
        # The source includes the household: a client may reuse a key for another household.
        source=f"{channel}/{caller.id}/{alert_id}/{finding.household}/{finding.key}",
        note=finding.note,
    )
