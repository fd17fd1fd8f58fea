"""An officer's or informant's word on households: evidence from the door, or for a neighbour."""

from dataclasses import dataclass
from datetime import datetime

from alerting.core.authority import RUNG, Act, Ruling, rule
from alerting.core.errors import ForbiddenError, InvalidError, NotFoundError
from alerting.core.standing import HouseholdStanding, Report
from alerting.services.desk import Desk
from alerting.storage.authorised import alert_for, refusal
from alerting.storage.evidence import NewEvidence, record_evidence
from alerting.storage.ledger import Transaction
from contacts.directory import Officer


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


async def report(desk: Desk, caller: Officer, alert_id: int, finding: Finding) -> HouseholdStanding:
    """Record a finding and return how the household stands then.

    Raises:
        ForbiddenError: if the caller's role does not report.
        NotFoundError: if the alert or household is not within the caller's divisions.
        InvalidError: if it is said to have been seen in the future.
    """
    now = desk.clock.now()
    ruling = rule(caller.role, caller.division, Act.REPORT, finding.household)
    if ruling is Ruling.NOT_THIS_ROLE:
        raise ForbiddenError(refusal(caller, Act.REPORT))
    missing = NotFoundError(
        f"there is no household {finding.household} on the roll of alert {alert_id} within yours"
    )
    if ruling is Ruling.NOT_THIS_PLACE:
        raise missing
    if finding.given_at and finding.given_at > now:
        raise InvalidError("given_at", "it lies in the future; correct the clock of your device")
    item = NewEvidence(
        alert=alert_id,
        household=finding.household,
        given_at=finding.given_at or now,
        recorded_at=now,
        rung=RUNG[caller.role],
        given_by=caller.id,
        report=finding.report,
        people=finding.people,
        channel="officer",
        # A key used again for another household must silence neither report.
        source=f"{caller.id}/{alert_id}/{finding.household}/{finding.key}",
        note=finding.note,
    )

    def unit(transaction: Transaction) -> HouseholdStanding:
        alert_for(transaction.connection, alert_id, caller)
        (standing,) = record_evidence(transaction, [item])
        if standing is None:
            raise missing
        return standing

    return await desk.ledger.write(unit)
