"""People on nobody's roster: added to the roll by an officer, with what is known of them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from alerting.core.authority import RUNG, Act
from alerting.core.errors import ConflictError, InvalidError
from alerting.core.lifecycle import OVER
from alerting.core.standing import Report
from alerting.services.desk import Desk
from alerting.storage.alerts import StoredAlert
from alerting.storage.authorised import alert_for, check_places
from alerting.storage.evidence import NewEvidence, household_of, record_evidence
from alerting.storage.ledger import Transaction
from alerting.storage.reopening import reopen
from alerting.storage.roll import Entry, entries
from alerting.storage.visitors import Visitors
from alerting.storage.visitors import add_visitors as put_on_roll
from contacts.directory import Officer
from contacts.directory import division as known_division
from contacts.division import Tier, covers, tier_of


@dataclass(frozen=True)
class Arrival:
    """Visitors as an officer found them, and what is to be said of all of them."""

    division: str
    name: str
    people: int
    address: str
    report: Report
    note: str
    key: str
    """The officer's own name for it, so that they are added once when it is sent twice."""
    given_at: datetime | None = None
    """When they were found; None: now."""


@dataclass(frozen=True)
class Added:
    """Visitors on the roll; `is_new` is false where they had been added before."""

    entry: Entry
    is_new: bool


async def add_visitors(desk: Desk, caller: Officer, alert_id: int, arrival: Arrival) -> Added:
    """Add people whom no roster has to an alert's roll, and record what is said of them.

    Raises:
        ForbiddenError: if the caller's role does not report on households.
        NotFoundError: if the alert has nothing to do with the caller's division.
        InvalidError: if the division is not the caller's, not in the alert's area, or no village
            or grid, or they are said to have been found in the future.
        ConflictError: if the alert is over.
    """
    now = desk.clock.now()
    check_places(caller, Act.REPORT, [arrival.division], "division")
    if arrival.given_at and arrival.given_at > now:
        raise InvalidError("given_at", "it lies in the future; correct the clock of your device")
    source = f"visitors/{caller.id}/{alert_id}/{arrival.key}"
    who = Visitors(arrival.division, arrival.name, arrival.people, arrival.address, caller.id)

    def unit(transaction: Transaction) -> Added:
        connection = transaction.connection
        alert = alert_for(connection, alert_id, caller)
        # Held from before the look: of two requests with one key the second sees the first.
        transaction.lock([alert_id])
        known = household_of(connection, source)
        if known is None:
            _check_place(connection, alert, arrival.division)
        code = known or put_on_roll(transaction, alert_id, who, now)
        item = NewEvidence(
            alert=alert_id,
            household=code,
            given_at=arrival.given_at or now,
            recorded_at=now,
            rung=RUNG[caller.role],
            given_by=caller.id,
            report=arrival.report,
            people=None,
            channel="officer",
            source=source,
            note=arrival.note,
        )
        record_evidence(transaction, [item])
        key = alert_id, code
        entry = entries(connection, [key])[key]
        # Of somebody new who is missing no standing has moved: they are missing from the start.
        reopen(transaction, [(entry, entry.standing)], now)
        return Added(entry, is_new=known is None)

    return await desk.ledger.write(unit)


def _check_place(connection: Connection, alert: StoredAlert, place: str) -> None:
    if alert.state in OVER:
        raise ConflictError(f"alert {alert.id} is over ({alert.state}): nobody is added any more")
    if tier_of(place) not in {Tier.VILLAGE, Tier.GRID} or known_division(connection, place) is None:
        raise InvalidError("division", f"{place} is no village or grid here; name one")
    if not any(covers(area, place) for area in alert.divisions):
        raise InvalidError(
            "division",
            f"{place} is not in the area of alert {alert.id}; name a village or grid that is, or "
            "have the alert widened first",
        )
