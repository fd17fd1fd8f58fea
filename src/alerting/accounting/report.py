"""An officer's or informant's word on households: from the door, for a neighbour, at a shelter."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from alerting.access.rules import Act, Ruling, rule
from alerting.access.scope import alert_for, refusal
from alerting.accounting.evidence import NewEvidence
from alerting.accounting.record import record_evidence
from alerting.errors import ForbiddenError, InvalidError, NotFoundError
from alerting.ledger.writer import Transaction
from alerting.roll.entries import entries
from alerting.roll.rules.evidence import RUNG, Report, Rung
from alerting.roll.rules.persons import places_of
from alerting.roll.rules.standing import HouseholdStanding
from alerting.runtime import Runtime
from contacts.directory import Officer

_CHANNEL: Final = {Act.REPORT: "officer", Act.CHECK_IN: "shelter"}


@dataclass(frozen=True)
class Finding:
    """What somebody found out about a household."""

    household: str
    report: Report
    people: int | None
    given_at: datetime | None
    """When it was seen; None: now."""
    note: str
    key: str
    """The reporter's own name for this finding, so that it counts once when sent twice."""
    persons: tuple[str, ...] | None = None
    """Whom it is about, by the names on the roll; None: nobody by name."""


async def report(
    runtime: Runtime, caller: Officer, alert_id: int, finding: Finding
) -> HouseholdStanding:
    """Record a finding and return how the household stands then.

    Raises:
        ForbiddenError: if the caller's role does not report.
        NotFoundError: if the alert or household is not within the caller's divisions.
        InvalidError: if it is said to have been seen in the future, or names people who are not
            on the roll, or counts them besides.
    """
    return await _record(runtime, caller, alert_id, finding, Act.REPORT)


async def check_in(
    runtime: Runtime, caller: Officer, alert_id: int, arrival: Finding
) -> HouseholdStanding:
    """Record who of a household has come to a shelter, and return how it stands then.

    A shelter takes in neighbouring villages: the caller's whole town may be checked in.

    Raises:
        ForbiddenError: if the caller's role does not check in.
        NotFoundError: if the alert or household is not within the caller's reach.
        InvalidError: as for a report.
    """
    return await _record(runtime, caller, alert_id, arrival, Act.CHECK_IN)


async def _record(
    runtime: Runtime, caller: Officer, alert_id: int, finding: Finding, act: Act
) -> HouseholdStanding:
    now = runtime.clock.now()
    missing = NotFoundError(
        f"there is no household {finding.household} on the roll of alert {alert_id} within yours"
    )
    ruling = rule(caller.role, caller.division, act, finding.household)
    if ruling is Ruling.NOT_THIS_ROLE:
        raise ForbiddenError(refusal(caller, act))
    if ruling is Ruling.NOT_THIS_PLACE:
        raise missing
    _check(finding, now)

    def unit(transaction: Transaction) -> HouseholdStanding:
        alert_for(transaction.connection, alert_id, caller, act)
        key = alert_id, finding.household
        entry = entries(transaction.connection, [key]).get(key)
        if entry is None:
            raise missing
        named = finding.persons and places_of(finding.persons, entry.persons)
        item = _evidence(caller, alert_id, finding, act, named or None, now)
        (standing,) = record_evidence(transaction, [item])
        if standing is None:
            raise missing
        return standing

    return await runtime.ledger.write(unit)


def _check(finding: Finding, now: datetime) -> None:
    if finding.given_at and finding.given_at > now:
        raise InvalidError("given_at", "it lies in the future; correct the clock of your device")
    if finding.persons is None:
        return
    if finding.people is not None:
        raise InvalidError("persons", "names and a count do not go together: leave out `people`")
    if not finding.persons:
        raise InvalidError("persons", "nobody is named: name somebody, or leave it out")


def _evidence(
    caller: Officer,
    alert_id: int,
    finding: Finding,
    act: Act,
    named: frozenset[int] | None,
    now: datetime,
) -> NewEvidence:
    channel = _CHANNEL[act]
    return NewEvidence(
        alert=alert_id,
        household=finding.household,
        given_at=finding.given_at or now,
        recorded_at=now,
        rung=Rung.SHELTER if act is Act.CHECK_IN else RUNG[caller.role],
        given_by=caller.id,
        report=finding.report,
        people=finding.people,
        persons=named,
        channel=channel,
        # A key used again for another household must silence neither report.
        source=f"{channel}/{caller.id}/{alert_id}/{finding.household}/{finding.key}",
        note=finding.note,
    )
