"""Enrolment: copies households from the roster to an alert's roll."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, case, exists, literal, null, select

from alerting.database.bulk import insert_missing_from
from alerting.policy.escalation import begin, household_ladder
from alerting.policy.sections import HouseholdLadder
from alerting.roll.rules.standing import Standing, StandingReason, danger_of
from alerting.roll.tables import roll
from contacts.tables import HOUSEHOLD_PHONES, HOUSEHOLDS

_FROM_ROSTER: Final = (
    "division",
    "head",
    "address",
    "headcount",
    "language",
    "vulnerable",
    "persons",
    "officer",
)
"""Columns that the roll copies from the roster."""

NOTHING_SAID: Final[Mapping[str, Any]] = {
    "standing": Standing.UNACCOUNTED.value,
    "needs_help": 0,
    "staying": 0,
    "elsewhere": 0,
    "evacuated": 0,
    "verified": False,
    "flagged": False,
    "reason": StandingReason.NOTHING_SAID.value,
    "settled_by": None,
}
"""The columns of a household with no evidence yet. `unaccounted` is then its headcount."""


def enrol(
    connection: Connection,
    alert: int,
    seq: int,
    expected: ColumnElement[bool],
    rules: HouseholdLadder,
    now: datetime,
) -> None:
    """Copy the households that `expected` selects from the roster to an alert's roll.

    Households already on it are unchanged. The ladder of silence starts at `now` for new ones.
    """
    h = HOUSEHOLDS.c
    first_phone = and_(HOUSEHOLD_PHONES.c.household == h.code, HOUSEHOLD_PHONES.c.position == 0)
    has_phone = HOUSEHOLD_PHONES.c.household.is_not(None)
    danger = {who: danger_of(Standing.UNACCOUNTED, who) for who in ("vulnerable", "")}
    values: dict[str, ColumnElement[Any]] = {
        "alert": literal(alert),
        "household": h.code,
        **{name: h[name] for name in _FROM_ROSTER},
        "added_by": null(),
        "seq": literal(seq),
        "unaccounted": h.headcount,
        **{name: literal(value, roll.c[name].type) for name, value in NOTHING_SAID.items()},
        "danger": case((h.vulnerable != "", danger["vulnerable"]), else_=danger[""]),
        "reachable": has_phone,
        **_beginning(rules, h.vulnerable != "", has_phone, now),
    }
    homes = HOUSEHOLDS.outerjoin(HOUSEHOLD_PHONES, first_phone)
    chosen = select(*values.values()).select_from(homes).where(expected)
    insert_missing_from(connection, roll, list(values), chosen)


def _beginning(
    rules: HouseholdLadder,
    is_vulnerable: ColumnElement[bool],
    has_phone: ColumnElement[bool],
    now: datetime,
) -> dict[str, ColumnElement[Any]]:
    """Return the starting positions on the ladder of silence, as SQL expressions by column.

    The conditions are nested, so that the database tests at most two per household and column.
    """

    def position(name: str, *, reachable: bool) -> ColumnElement[Any]:
        vulnerable, other = (
            getattr(begin(household_ladder(rules, vulnerable=who), now, reachable=reachable), name)
            for who in (True, False)
        )
        of_others = literal(other, roll.c[name].type)
        if vulnerable == other:
            return of_others
        return case((is_vulnerable, literal(vulnerable, roll.c[name].type)), else_=of_others)

    return {
        name: case(
            (has_phone, position(name, reachable=True)), else_=position(name, reachable=False)
        )
        for name in ("silent_since", "steps_done", "next_at")
    }


def anybody_missing(connection: Connection, alert: int, expected: ColumnElement[bool]) -> bool:
    """Return whether any household that `expected` selects is missing from an alert's roll."""
    missing = select(HOUSEHOLDS.c.code).where(expected, ~_on_roll(alert)).limit(1)
    return connection.execute(missing).first() is not None


def _on_roll(alert: int) -> ColumnElement[bool]:
    return exists().where(roll.c.alert == alert, roll.c.household == HOUSEHOLDS.c.code)
