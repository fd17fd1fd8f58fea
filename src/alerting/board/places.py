"""The divisions and the home coordinates of the households on an alert's roll."""

from sqlalchemy import Connection, and_, select

from alerting.ledger.alerts import ended_at
from alerting.roll.tables import roll, tallies
from contacts.division import Division, ancestors, covers, parent_of, subtree, tier_of
from contacts.naming import everyday_name
from contacts.past import division_history
from contacts.tables import HOUSEHOLDS


def divisions_of(connection: Connection, alert_id: int, scope: str) -> list[Division]:
    """Return a division, and the divisions below it with households on an alert's roll, by code.

    The names are those at the time of the alert. A division that was never in the roster has its
    code as name.
    """
    counted = connection.execute(
        select(tallies.c.division).where(
            tallies.c.alert == alert_id, tallies.c.division.between(*subtree(scope))
        )
    ).scalars()
    places = {scope} | {place for code in counted for place in (code, *ancestors(code))}
    within = sorted(place for place in places if covers(scope, place))
    then = division_history(connection, within).at(ended_at(connection, alert_id))
    names = {code: everyday_name(each.name) for code, each in then.items()}
    return [Division(c, names.get(c, c), tier_of(c), parent_of(c)) for c in within]


def homes_of(
    connection: Connection, alert_id: int, division: str
) -> dict[str, tuple[float, float]]:
    """Return (latitude, longitude) by household code, for the households on an alert's roll.

    Visitors and households without coordinates are omitted.
    """
    h = HOUSEHOLDS.c
    rows = connection.execute(
        select(h.code, h.latitude, h.longitude)
        .join(roll, and_(roll.c.alert == alert_id, roll.c.household == h.code))
        .where(
            # A household's code begins with its division's code, so this range uses the index.
            roll.c.household.between(*subtree(division)),
            roll.c.division.between(*subtree(division)),
            h.latitude.is_not(None),
            h.longitude.is_not(None),
        )
        .order_by(h.code)
    )
    return {code: (latitude, longitude) for code, latitude, longitude in rows}
