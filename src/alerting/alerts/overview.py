"""An alert as a whole, and the alerts of a division in a list."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Integer, func, select

from alerting.access.scope import alert_for
from alerting.deliveries.progress import Progress, progress
from alerting.ledger.alerts import StoredAlert, list_alerts
from alerting.officer_calls.listing import confirmed_officers
from alerting.roll.entries import count_unspoken
from alerting.roll.rules.tally import Tally
from alerting.roll.tables import tallies
from alerting.roll.tallies import NAMES, tallies_below, tally_of
from contacts.directory import Division, Officer, children, division
from contacts.division import subtree, tier_of
from contacts.place_names import place_name

_SUMS: Final = tuple(func.sum(tallies.c[name]).cast(Integer) for name in NAMES)


@dataclass(frozen=True)
class Listed:
    """An alert, what people call its area, and the tally of the division that asks."""

    alert: StoredAlert
    place: str
    tally: Tally


def listed(connection: Connection, scope: str, limit: int) -> list[Listed]:
    """Return the newest alerts that have to do with a division, counted over it."""
    alerts = list_alerts(connection, scope, limit)
    places = {area: place_name(connection, area) for area in {a.divisions for a in alerts}}
    counts = _tallies(connection, scope, [alert.id for alert in alerts])
    return [Listed(a, places[a.divisions], counts.get(a.id, Tally())) for a in alerts]


def _tallies(connection: Connection, scope: str, alerts: Collection[int]) -> dict[int, Tally]:
    rows = connection.execute(
        select(tallies.c.alert, *_SUMS)
        .where(tallies.c.alert.in_(alerts), tallies.c.division.between(*subtree(scope)))
        .group_by(tallies.c.alert)
    )
    return {row[0]: Tally(*row[1:]) for row in rows}


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
