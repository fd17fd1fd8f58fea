"""Enrolment: copies households from the roster to an alert's roll."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    and_,
    bindparam,
    case,
    exists,
    literal,
    null,
    select,
)

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
    values = {"of_alert": alert, "at_seq": seq, **_beginning(rules, now)}
    insert_missing_from(connection, roll, list(_NEW), _CHOSEN.where(expected), values)


_POSITION: Final = ("silent_since", "steps_done", "next_at")
"""The columns of a household's position on the ladder of silence."""


def _beginning(rules: HouseholdLadder, now: datetime) -> dict[str, Any]:
    """Return the starting positions on the ladder of silence, by parameter name."""
    found: dict[str, Any] = {}
    for vulnerable in (True, False):
        ladder = household_ladder(rules, vulnerable=vulnerable)
        for reachable in (True, False):
            position = begin(ladder, now, reachable=reachable)
            found |= {
                _start(name, vulnerable=vulnerable, reachable=reachable): getattr(position, name)
                for name in _POSITION
            }
    return found


def _start(name: str, *, vulnerable: bool, reachable: bool) -> str:
    """Return the parameter name for a column of a household's starting position."""
    return f"{name}{'_vulnerable' * vulnerable}{'_reachable' * reachable}"


def _starts(name: str) -> ColumnElement[Any]:
    """Return the SQL expression for a column of a household's starting position.

    The conditions are nested, so that the database tests two per household.
    """

    def position(*, reachable: bool) -> ColumnElement[Any]:
        return case(
            (_IS_VULNERABLE, start(vulnerable=True, reachable=reachable)),
            else_=start(vulnerable=False, reachable=reachable),
        )

    def start(*, vulnerable: bool, reachable: bool) -> BindParameter[Any]:
        parameter = _start(name, vulnerable=vulnerable, reachable=reachable)
        return bindparam(parameter, type_=roll.c[name].type)

    return case((_HAS_PHONE, position(reachable=True)), else_=position(reachable=False))


_H: Final = HOUSEHOLDS.c

_IS_VULNERABLE: Final = _H.vulnerable != ""

_HAS_PHONE: Final = HOUSEHOLD_PHONES.c.household.is_not(None)

_NEW: Final[Mapping[str, ColumnElement[Any]]] = {
    "alert": bindparam("of_alert", type_=roll.c.alert.type),
    "household": _H.code,
    **{name: _H[name] for name in _FROM_ROSTER},
    "added_by": null(),
    "seq": bindparam("at_seq", type_=roll.c.seq.type),
    "unaccounted": _H.headcount,
    **{name: literal(value, roll.c[name].type) for name, value in NOTHING_SAID.items()},
    "danger": case(
        (_IS_VULNERABLE, danger_of(Standing.UNACCOUNTED, "vulnerable")),
        else_=danger_of(Standing.UNACCOUNTED, ""),
    ),
    "reachable": _HAS_PHONE,
    **{name: _starts(name) for name in _POSITION},
}
"""The columns of a new household on the roll, as SQL expressions."""

_CHOSEN: Final = select(*_NEW.values()).select_from(
    HOUSEHOLDS.outerjoin(
        HOUSEHOLD_PHONES,
        and_(HOUSEHOLD_PHONES.c.household == _H.code, HOUSEHOLD_PHONES.c.position == 0),
    )
)


def anybody_missing(connection: Connection, alert: int, expected: ColumnElement[bool]) -> bool:
    """Return whether any household that `expected` selects is missing from an alert's roll."""
    missing = select(HOUSEHOLDS.c.code).where(expected, ~_on_roll(alert)).limit(1)
    return connection.execute(missing).first() is not None


def _on_roll(alert: int) -> ColumnElement[bool]:
    return exists().where(roll.c.alert == alert, roll.c.household == HOUSEHOLDS.c.code)
