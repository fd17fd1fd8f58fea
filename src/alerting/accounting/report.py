"""Officers' and informants' reports on households: at the door, for a neighbour, at a shelter."""

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
"""People leave before the alert too: when it begins to rain, or the slope to move."""

_CHANNEL: Final = {Act.REPORT: "officer", Act.CHECK_IN: "shelter"}


@dataclass(frozen=True)
class Finding:
    """A report on a household, as its reporter gives it."""

    household: str
    report: Report
    people: int | None
    given_at: datetime | None
    """When it was observed; None means now."""
    note: str
    key: str
    """Idempotency key chosen by the reporter: a repeat counts once."""
    persons: tuple[str, ...] | None = None
    """Names, as on the roll, of the people it is about; None if nobody is named."""


def check_said_at(said: datetime | None, sent: datetime, now: datetime) -> None:
    """Check that a report's time is possible; an officer may find people before the alert is sent.

    Raises:
        InvalidError: if it lies in the future, or too long before the alert was sent.
    """
    if said and said > now:
        raise InvalidError(
            "given_at",
            "it lies in the future; correct the clock of your device",
            "时间在将来：请校准您设备的时钟",
        )
    if said and said < sent - _BEFORE:
        raise InvalidError(
            "given_at",
            f"it lies before the alert, which was sent at {sent:%Y-%m-%dT%H:%M:%SZ}; correct the "
            "clock of your device, or leave it out",
            f"时间早于预警发布（{sent:%Y-%m-%dT%H:%M:%SZ}）：请校准您设备的时钟，或不填时间",
        )


async def report(
    runtime: Runtime, caller: Officer, alert_id: int, finding: Finding
) -> HouseholdStanding:
    """Record a finding; return the household's new standing.

    Raises:
        ForbiddenError: if the caller's role does not report.
        NotFoundError: if the alert or household is not within the caller's divisions.
        InvalidError: if its time is impossible, if it names people who are not on the roll,
            or if it gives both names and a count.
    """
    return await _record(runtime, caller, alert_id, finding, Act.REPORT)


async def check_in(
    runtime: Runtime, caller: Officer, alert_id: int, arrival: Finding
) -> HouseholdStanding:
    """Record a household's arrival at a shelter; return its new standing.

    A shelter takes in neighbouring villages, so any household of the caller's town is allowed.

    Raises:
        ForbiddenError: if the caller's role does not check in.
        NotFoundError: if the alert or household is not within the caller's town.
        InvalidError: as for a report.
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
        f"there is no household {finding.household} on the roll of alert {alert_id} within yours",
        f"您管理范围内的预警名单上没有户{finding.household}",
    )


def _check(finding: Finding) -> None:
    if finding.persons is None:
        return
    if finding.people is not None:
        raise InvalidError(
            "persons",
            "names and a count do not go together: leave out `people`",
            "姓名和人数不能同时填：请不填人数",
        )
    if not finding.persons:
        raise InvalidError(
            "persons",
            "nobody is named: name somebody, or leave it out",
            "没有填姓名：请填姓名，或不填这一项",
        )


def _rung(caller: Officer, act: Act, entry: RollEntry) -> Rung:
    """Return the rung of a finding.

    A shelter takes in neighbouring villages. Only an officer in charge of a household may end its
    call for help: a check-in by anybody else counts as a neighbour's word while the call is open.
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
        # The household is part of the key, so a key reused for another household drops no report.
        source=f"{channel}/{caller.id}/{alert_id}/{finding.household}/{finding.key}",
        note=finding.note,
    )
