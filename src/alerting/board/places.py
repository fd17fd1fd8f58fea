"""Where an alert is: the divisions that have somebody on its roll, and where the homes stand."""

from sqlalchemy import Connection, and_, select

from alerting.roll.tables import roll, tallies
from contacts.directory import Division
from contacts.division import ancestors, covers, parent_of, subtree, tier_of
from contacts.place_names import short_names
from contacts.tables import HOUSEHOLDS


def divisions_of(connection: Connection, alert_id: int, scope: str) -> list[Division]:
    """Return a division and those below it with anybody on an alert's roll, by code.

    A place that the roster does not know is named by its code.
    """
    counted = connection.execute(
        select(tallies.c.division).where(
            tallies.c.alert == alert_id, tallies.c.division.between(*subtree(scope))
        )
    ).scalars()
    places = {scope} | {place for code in counted for place in (code, *ancestors(code))}
    within = sorted(place for place in places if covers(scope, place))
    names = short_names(connection, within)
    return [Division(c, names.get(c, c), tier_of(c), parent_of(c)) for c in within]


def homes_of(
    connection: Connection, alert_id: int, division: str
) -> dict[str, tuple[float, float]]:
    """Return where the households on an alert's roll live, [latitude, longitude] by code.

    Those without coordinates, and visitors, are left out.
    """
    h = HOUSEHOLDS.c
    rows = connection.execute(
        select(h.code, h.latitude, h.longitude)
        .join(roll, and_(roll.c.alert == alert_id, roll.c.household == h.code))
        .where(
            # By the index: a household's code begins with its division's.
            roll.c.household.between(*subtree(division)),
            roll.c.division.between(*subtree(division)),
            h.latitude.is_not(None),
            h.longitude.is_not(None),
        )
        .order_by(h.code)
    )
    return {code: (latitude, longitude) for code, latitude, longitude in rows}
