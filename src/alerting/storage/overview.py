"""An alert as a whole, read in one consistent state."""

from dataclasses import dataclass

from sqlalchemy import Connection

from alerting.core.tally import Tally
from alerting.storage.alerts import StoredAlert, confirmed_officers
from alerting.storage.authorised import alert_for
from alerting.storage.deliveries import Progress, progress
from alerting.storage.roll import count_unspoken
from alerting.storage.tallies import tallies_below, tally_of
from contacts.directory import Division, Officer, children, division
from contacts.division import tier_of


@dataclass(frozen=True)
class Overview:
    """An alert, the counts of a division, and how far its sending and calling have come."""

    alert: StoredAlert
    tally: Tally
    progress: list[Progress]
    officers_confirmed: int
    unspoken: int
    """Households that stay and to whom no officer has spoken."""


@dataclass(frozen=True)
class Breakdown:
    """The counts of a division and of its parts one tier below."""

    division: Division
    tally: Tally
    parts: list[tuple[Division, Tally]]


def overview(connection: Connection, alert_id: int, caller: Officer) -> Overview:
    """Return an alert as a caller sees it.

    Raises:
        NotFoundError: if it has nothing to do with the caller's division.
    """
    alert = alert_for(connection, alert_id, caller)
    return Overview(
        alert,
        tally_of(connection, alert_id, caller.division),
        progress(connection, alert_id, caller.division),
        confirmed_officers(connection, alert_id, caller.division),
        count_unspoken(connection, alert_id, caller.division),
    )


def breakdown(connection: Connection, alert_id: int, code: str) -> Breakdown:
    """Return the counts of a division and its parts; parts without a household are left out."""
    parts = children(connection, code)
    digits = len(parts[0].code) if parts else len(code)
    below = tallies_below(connection, alert_id, code, digits)
    place = division(connection, code) or Division(code, code, tier_of(code), None)
    return Breakdown(
        place,
        tally_of(connection, alert_id, code),
        [(part, below[part.code]) for part in parts if part.code in below],
    )
