"""Accounts: the columns of a household on the roll that accounting reads and writes.

The name and the address are left out, because decrypting them takes time and accounting does not
need them.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, bindparam, select, update

from alerting.database.bulk import one_of
from alerting.database.each_row import update_each
from alerting.policy.escalation import Position
from alerting.roll.entries import HouseholdKey, standing_in
from alerting.roll.rules.standing import HouseholdStanding, danger_of
from alerting.roll.tables import roll
from contacts.directory import names_in


class Account(NamedTuple):
    """A household on an alert's roll, without its name and address."""

    alert: int
    household: str
    division: str
    headcount: int
    vulnerable: str
    named: frozenset[int]
    """Indexes of the people whom the roster names."""
    standing: HouseholdStanding
    position: Position
    """The household's position on the ladder of silence."""
    reachable: bool


_WRITTEN: Final = (
    "standing",
    "unaccounted",
    "needs_help",
    "staying",
    "elsewhere",
    "evacuated",
    "verified",
    "flagged",
    "reason",
    "settled_by",
    "danger",
    "silent_since",
    "steps_done",
    "next_at",
)

_NAMES: Final = (
    "alert",
    "household",
    "division",
    "headcount",
    "vulnerable",
    "persons",
    "reachable",
    *(name for name in _WRITTEN if name != "danger"),
)

_LISTED: Final = select(*(roll.c[name] for name in _NAMES)).where(
    roll.c.alert == bindparam("of_alert"),
    one_of(roll.c.household, "households"),
)

_WRITE: Final = update_each(
    (roll.c[name] for name in ("alert", "household", *_WRITTEN)),
    lambda row: (
        update(roll)
        .where(roll.c.alert == row.c.alert, roll.c.household == row.c.household)
        .values({name: row.c[name] for name in _WRITTEN})
    ),
)


def accounts(connection: Connection, keys: Iterable[HouseholdKey]) -> dict[HouseholdKey, Account]:
    """Return the accounts of these households; omit those that are not on the roll."""
    households: dict[int, list[str]] = defaultdict(list)
    for alert, household in keys:
        households[alert].append(household)
    # One query for each alert: for a list of pairs SQLite would scan the whole roll.
    return {
        (alert, row.household): _to_account(row)
        for alert, codes in households.items()
        for row in connection.execute(_LISTED, {"of_alert": alert, "households": codes}).all()
    }


def _to_account(row: Any) -> Account:
    of = dict(zip(_NAMES, row, strict=True))
    return Account(
        of["alert"],
        of["household"],
        of["division"],
        of["headcount"],
        of["vulnerable"],
        frozenset(range(len(names_in(of["persons"])))),
        standing_in(of),
        Position(of["silent_since"], of["steps_done"], of["next_at"]),
        of["reachable"],
    )


@dataclass(frozen=True)
class StandingChange:
    """A household's new standing and its new position on the ladder of silence."""

    account: Account
    """The account before the change."""
    standing: HouseholdStanding
    position: Position


def write_standings(connection: Connection, changes: Sequence[StandingChange]) -> None:
    """Write the new standings and positions of these households."""
    _WRITE.execute(connection, [_columns(one) for one in changes])


def _columns(one: StandingChange) -> dict[str, Any]:
    to, people, position = one.standing, one.standing.people, one.position
    return {
        "alert": one.account.alert,
        "household": one.account.household,
        "standing": to.standing,
        "unaccounted": people.unaccounted,
        "needs_help": people.needs_help,
        "staying": people.staying,
        "elsewhere": people.elsewhere,
        "evacuated": people.evacuated,
        "verified": to.verified,
        "flagged": to.flagged,
        "reason": to.reason,
        "settled_by": to.settled_by,
        "danger": danger_of(to.standing, one.account.vulnerable),
        "silent_since": position.silent_since,
        "steps_done": position.steps_done,
        "next_at": position.next_at,
    }
