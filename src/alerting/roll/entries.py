"""Queries for the households on an alert's roll, with their standings."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, bindparam, select

from alerting.database.bulk import one_of
from alerting.policy.escalation import Position
from alerting.roll.rules.standing import (
    HouseholdStanding,
    People,
    Standing,
    StandingReason,
    danger_of,
)
from alerting.roll.tables import roll
from contacts.directory import names_in
from contacts.division import subtree

_BOTH: Final = ("vulnerable", "")

_DANGERS: Final[dict[Standing | None, Sequence[int]]] = {
    None: sorted(danger_of(standing, who) for standing in Standing for who in _BOTH),
    **{standing: tuple(danger_of(standing, who) for who in _BOTH) for standing in Standing},
}
"""The `danger` values of each standing, in list order; the key None has all values."""

# Both columns are compared, because the code of a household that belongs directly to a village may
# still begin with the code of a grid.
_IN_DANGER: Final = (
    select(roll)
    .where(
        roll.c.alert == bindparam("of_alert"),
        roll.c.danger == bindparam("danger"),
        roll.c.household.between(bindparam("low"), bindparam("high")),
        roll.c.division.between(bindparam("low"), bindparam("high")),
        roll.c.household > bindparam("behind"),
    )
    .order_by(roll.c.household)
    .limit(bindparam("most"))
)


HouseholdKey = tuple[int, str]
"""An alert's id and a household's code."""


class RollEntry(NamedTuple):
    """A household on an alert's roll, with its standing."""

    alert: int
    household: str
    division: str
    head: str
    address: str
    headcount: int
    language: str
    vulnerable: str
    persons: tuple[str, ...]
    """The names in the roster; the household may have more people than names."""
    officer: str | None
    added_by: str | None
    danger: int
    standing: HouseholdStanding
    position: Position
    """The household's position on the ladder of silence."""
    reachable: bool

    @property
    def named(self) -> frozenset[int]:
        """The indexes of all people in `persons`."""
        return frozenset(range(len(self.persons)))


@dataclass(frozen=True)
class Page:
    """A request for one page of the list of households: filters, cursor and size."""

    division: str
    standing: Standing | None
    after: tuple[int, str] | None
    """The cursor: the danger and the code of the last household on the page before."""
    limit: int


_LISTED: Final = select(roll).where(
    roll.c.alert == bindparam("of_alert"),
    one_of(roll.c.household, "households"),
)


def entries(connection: Connection, keys: Iterable[tuple[int, str]]) -> dict[Any, RollEntry]:
    """Return the roll's entries for these (alert, household) pairs; omit missing ones."""
    households: dict[int, list[str]] = defaultdict(list)
    for alert, household in keys:
        households[alert].append(household)
    # One query for each alert: for a list of pairs SQLite would scan the whole roll.
    return {
        (alert, row.household): to_entry(row)
        for alert, codes in households.items()
        for row in connection.execute(_LISTED, {"of_alert": alert, "households": codes}).all()
    }


def page_of(connection: Connection, alert: int, page: Page) -> list[RollEntry]:
    """Return a page of an alert's households, ordered by danger, the vulnerable before others.

    Each danger value has its own query. A single query ordered by danger would scan the whole roll
    for the households of a division.
    """
    found: list[RollEntry] = []
    first, behind = page.after or (0, "")
    for danger in _DANGERS[page.standing]:
        if danger >= first and len(found) < page.limit:
            asked = {"danger": danger, "behind": behind if danger == first else ""}
            found += _in_danger(connection, alert, page, asked, page.limit - len(found))
    return found


def _in_danger(
    connection: Connection, alert: int, page: Page, asked: dict[str, Any], most: int
) -> list[RollEntry]:
    low, high = subtree(page.division)
    within = {"of_alert": alert, "low": low, "high": high, "most": most}
    return [to_entry(row) for row in connection.execute(_IN_DANGER, asked | within)]


_COLUMNS: Final = tuple(roll.c.keys())

_PEOPLE: Final = tuple(field.name for field in fields(People))


def to_entry(row: Any) -> RollEntry:
    """Return the entry for a row whose first columns are those of the roll."""
    # Lookup by name is faster in a dictionary than in a row.
    of = dict(zip(_COLUMNS, row, strict=False))
    return RollEntry(
        alert=of["alert"],
        household=of["household"],
        division=of["division"],
        head=of["head"],
        address=of["address"],
        headcount=of["headcount"],
        language=of["language"],
        vulnerable=of["vulnerable"],
        persons=names_in(of["persons"]),
        officer=of["officer"],
        added_by=of["added_by"],
        danger=of["danger"],
        standing=standing_in(of),
        position=Position(of["silent_since"], of["steps_done"], of["next_at"]),
        reachable=of["reachable"],
    )


def standing_in(of: Mapping[str, Any]) -> HouseholdStanding:
    """Return the standing in a row of the roll; `of` maps column names to values."""
    return HouseholdStanding(
        Standing(of["standing"]),
        People(*map(of.__getitem__, _PEOPLE)),
        verified=of["verified"],
        flagged=of["flagged"],
        reason=StandingReason(of["reason"]),
        settled_by=of["settled_by"],
    )
