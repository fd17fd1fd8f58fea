"""The alerts of a division in a list: where each is, and how its people stand."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Integer, func, select

from alerting.core.tally import Tally
from alerting.storage.alerts import StoredAlert, list_alerts
from alerting.storage.audience import place_name
from alerting.storage.tables import tallies
from alerting.storage.tallies import NAMES
from contacts.division import subtree

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
