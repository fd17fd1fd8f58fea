"""Read models: one alert with its counts, and the list of alerts of a division."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Integer, func, select

from alerting.access.scope import alert_for
from alerting.deliveries.places import area_names, assembly_point
from alerting.deliveries.progress import Progress, progress
from alerting.ledger.alerts import StoredAlert, ended_at, list_alerts
from alerting.messages.places import Places
from alerting.officer_calls.listing import confirmed_officers
from alerting.policy.sections import ClosingRules
from alerting.roll.checks import checks_owed
from alerting.roll.rules.tally import Checks, Tally
from alerting.roll.tables import tallies
from alerting.roll.tallies import NAMES, tallies_below, tally_of
from contacts.directory import Officer
from contacts.division import Division, subtree, tier_of
from contacts.past import division_history, history_with_those_above, parts_at

_SUMS: Final = tuple(func.sum(tallies.c[name]).cast(Integer) for name in NAMES)


@dataclass(frozen=True)
class Listed:
    """An alert in a list, with the everyday name of its area by language code, and a tally."""

    alert: StoredAlert
    place_names: dict[str, str]
    tally: Tally


def listed(connection: Connection, scope: str, limit: int) -> list[Listed]:
    """Return up to `limit` alerts that touch the division `scope`, newest first.

    Each has the tally of the households within `scope`.
    """
    alerts = list_alerts(connection, scope, limit)
    # The first division gives the area its name, as in texts.
    firsts = {code for alert in alerts for code in alert.divisions[:1]}
    history = history_with_those_above(connection, firsts)
    counts = _tallies(connection, scope, [alert.id for alert in alerts])
    return [
        Listed(
            alert,
            area_names(Places(history.at(alert.ended_at)), alert.divisions),
            counts.get(alert.id, Tally()),
        )
        for alert in alerts
    ]


def _tallies(connection: Connection, scope: str, alerts: Collection[int]) -> dict[int, Tally]:
    rows = connection.execute(
        select(tallies.c.alert, *_SUMS)
        .where(tallies.c.alert.in_(alerts), tallies.c.division.between(*subtree(scope)))
        .group_by(tallies.c.alert)
    )
    return {row[0]: Tally(*row[1:]) for row in rows}


@dataclass(frozen=True)
class Overview:
    """An alert, with the counts, deliveries and confirmed officers of one division."""

    alert: StoredAlert
    assembly_point: str | None
    """None if each village has its own, or the roster names none."""
    tally: Tally
    progress: list[Progress]
    officers_confirmed: int
    checks: Checks


@dataclass(frozen=True)
class Breakdown:
    """The tallies of a division and of its parts one tier below."""

    division: Division
    tally: Tally
    parts: list[tuple[Division, Tally]]


def overview(
    connection: Connection, alert_id: int, caller: Officer, rules: ClosingRules
) -> Overview:
    """Return an alert, with counts over the caller's division.

    Raises:
        NotFoundError: if the alert does not touch the caller's division.
    """
    alert = alert_for(connection, alert_id, caller)
    return Overview(
        alert,
        assembly_point(connection, alert, caller.division),
        tally_of(connection, alert_id, caller.division),
        progress(connection, alert_id, caller.division),
        confirmed_officers(connection, alert_id, caller.division),
        checks_owed(connection, alert_id, caller.division, rules),
    )


def breakdown(connection: Connection, alert_id: int, code: str) -> Breakdown:
    """Return the tallies of a division and its parts; omit parts with no household on the roll."""
    at = ended_at(connection, alert_id)
    parts = parts_at(connection, code, at)
    digits = len(parts[0].code) if parts else len(code)
    below = tallies_below(connection, alert_id, code, digits)
    place = division_history(connection, [code]).at(at).get(code)
    return Breakdown(
        place or Division(code, code, tier_of(code), None),
        tally_of(connection, alert_id, code),
        [(part, below[part.code]) for part in parts if part.code in below],
    )
