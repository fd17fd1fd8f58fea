"""Queries of neighbours and of the households that they look after by the roster."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import Connection, and_, bindparam, select

from alerting.database.bulk import one_of
from alerting.deliveries.unreachable import BEST_PHONE
from alerting.neighbours.rules import Neighbour
from alerting.roll.rules.standing import Standing
from alerting.roll.tables import roll
from contacts.tables import HOUSEHOLD_PHONES, HOUSEHOLDS

_CENTRES: Final = select(HOUSEHOLDS.c.code, HOUSEHOLDS.c.centre).where(
    one_of(HOUSEHOLDS.c.code, "households"), HOUSEHOLDS.c.centre.is_not(None)
)

_IN_CARE: Final = (
    select(HOUSEHOLDS.c.centre, HOUSEHOLDS.c.code)
    .join(roll, and_(roll.c.alert == bindparam("of_alert"), roll.c.household == HOUSEHOLDS.c.code))
    .where(one_of(HOUSEHOLDS.c.centre, "centres"))
    .order_by(HOUSEHOLDS.c.centre, HOUSEHOLDS.c.code)
)

_NEIGHBOURS: Final = (
    select(
        *HOUSEHOLDS.c["code", "division", "language"],
        *roll.c["standing", "unaccounted", "reachable"],
    )
    .select_from(HOUSEHOLDS)
    .outerjoin(
        roll, and_(roll.c.alert == bindparam("of_alert"), roll.c.household == HOUSEHOLDS.c.code)
    )
    .where(one_of(HOUSEHOLDS.c.code, "centres"))
    .order_by(HOUSEHOLDS.c.code)
)

_BEST_PHONES: Final = (
    select(roll.c.household, HOUSEHOLD_PHONES.c.number)
    .select_from(roll)
    .join(HOUSEHOLD_PHONES, BEST_PHONE)
    .where(roll.c.alert == bindparam("of_alert"), one_of(roll.c.household, "centres"))
)

_FIRST_PHONES: Final = select(HOUSEHOLD_PHONES.c.household, HOUSEHOLD_PHONES.c.number).where(
    one_of(HOUSEHOLD_PHONES.c.household, "centres"), HOUSEHOLD_PHONES.c.position == 0
)


def centres_of(connection: Connection, households: Collection[str]) -> dict[str, list[str]]:
    """Return the sorted codes of these households by the neighbour who looks after them."""
    found: dict[str, list[str]] = defaultdict(list)
    for code, centre in connection.execute(_CENTRES, {"households": list(households)}):
        found[centre].append(code)
    return {centre: sorted(found[centre]) for centre in sorted(found)}


def in_care_of(
    connection: Connection, alert: int, centres: Collection[str]
) -> dict[str, list[str]]:
    """Return, by neighbour, all households on the alert's roll that they look after, sorted."""
    found: dict[str, list[str]] = defaultdict(list)
    asked = {"of_alert": alert, "centres": list(centres)}
    for centre, code in connection.execute(_IN_CARE, asked):
        found[centre].append(code)
    return found


def neighbours(connection: Connection, alert: int, centres: Collection[str]) -> list[Neighbour]:
    """Return these neighbours sorted by code, with their standing on the alert's roll, if any."""
    asked = {"of_alert": alert, "centres": list(centres)}
    rows = connection.execute(_NEIGHBOURS, asked).all()
    # A neighbour who is not on the roll is asked on their first phone, because the alert has tried
    # no phone of theirs.
    first = {row.household: row.number for row in connection.execute(_FIRST_PHONES, asked)}
    best = {row.household: row.number for row in connection.execute(_BEST_PHONES, asked)}
    return [_neighbour(row, (first | best).get(row.code)) for row in rows]


def _neighbour(row: Any, phone: str | None) -> Neighbour:
    is_on_roll = row.standing is not None
    return Neighbour(
        household=row.code,
        division=row.division,
        language=row.language,
        standing=Standing(row.standing) if is_on_roll else None,
        unaccounted=row.unaccounted if is_on_roll else 0,
        reachable=row.reachable if is_on_roll else True,
        phone=phone,
    )
