"""Check that the roster has the data to reach everybody, and that map outlines fit its divisions.

The database does the counting, so a million households take seconds.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Select, exists, func, select

from alerting.doctor.finding import Finding, Part, failure, good, warning
from alerting.outlines.answers import Outlines
from contacts.division import ancestors, village_of
from contacts.people import Role, mask_phone
from contacts.tables import DIVISIONS, HOUSEHOLD_PHONES, HOUSEHOLDS, OFFICER_PHONES, OFFICERS

SHARED_BY: Final = 5
"""A phone of this number of households or more is suspicious; fewer may be one family."""

KNOCKS: Final = (Role.GRID_OFFICER, Role.DUTY_OFFICER)
"""Roles that go to doors in their own grid or village."""

DECIDES: Final = (Role.DUTY_OFFICER, Role.TOWN_COMMANDER)
"""Roles that take over door tasks from the divisions below theirs."""


_LISTED: Final = 10
"""Maximum number of codes of unknown divisions that a finding lists."""


@dataclass(frozen=True)
class RosterCounts:
    """Counts of roster entries and of gaps in their data."""

    divisions: int
    officers: int
    households: int
    people: int
    phoneless: int
    """Households without a phone."""
    unplaced: int
    """Households without coordinates."""
    officers_phoneless: int
    shared_phones: int
    """Phones that belong to `SHARED_BY` households or more."""
    sharing: int
    """Households with one of the shared phones."""
    most_shared: str
    """The phone that belongs to the most households; empty if none is shared."""
    unassigned: int
    """Households without an officer in the roster, in a grid or village that has none either."""
    abandoned: int
    """Unassigned households that have no responsible officer in any higher tier either."""


def count_roster(connection: Connection) -> RosterCounts:
    """Count the roster's entries and the gaps in their data."""
    households, people = connection.execute(
        select(func.count(), func.coalesce(func.sum(HOUSEHOLDS.c.headcount), 0)).select_from(
            HOUSEHOLDS
        )
    ).one()
    has_phone = exists().where(HOUSEHOLD_PHONES.c.household == HOUSEHOLDS.c.code)
    is_called = exists().where(OFFICER_PHONES.c.officer == OFFICERS.c.id)
    shared = connection.execute(_SHARED).all()
    unassigned, abandoned = _without_officer(connection)
    return RosterCounts(
        divisions=_count(connection, select(func.count()).select_from(DIVISIONS)),
        officers=_count(connection, select(func.count()).select_from(OFFICERS)),
        households=households,
        people=people,
        phoneless=_count(connection, _COUNT_HOUSEHOLDS.where(~has_phone)),
        unplaced=_count(connection, _COUNT_HOUSEHOLDS.where(HOUSEHOLDS.c.latitude.is_(None))),
        officers_phoneless=_count(
            connection, select(func.count()).select_from(OFFICERS).where(~is_called)
        ),
        shared_phones=len(shared),
        sharing=sum(row.households for row in shared),
        most_shared=shared[0].number if shared else "",
        unassigned=unassigned,
        abandoned=abandoned,
    )


def roster_findings(counts: RosterCounts) -> list[Finding]:
    """Return one good finding with the roster's size, and a finding for each kind of gap."""
    missing = [
        failure(Part.ROSTER, f"there are no {name}", f"alerting contacts import {name} FILE")
        for name in ("divisions", "officers", "households")
        if not getattr(counts, name)
    ]
    if missing:
        return missing
    held = (
        f"{counts.households:,} households, {counts.people:,} people, {counts.officers:,} "
        f"officers, {counts.divisions:,} divisions"
    )
    return [good(Part.ROSTER, held), *_lacks(counts)]


def _lacks(counts: RosterCounts) -> list[Finding]:
    again = "add them to the file and import it again"
    shared = f"{counts.shared_phones:,} phones belong to {SHARED_BY} households or more each"
    most = mask_phone(counts.most_shared)
    lacks = (
        (counts.phoneless, "households have no phone: only a visit can reach them", again),
        (counts.unplaced, "households have no coordinates: drawn areas miss them", again),
        (
            counts.sharing,
            f"households share phones ({shared}, {most} to most): their answers are ambiguous",
            "correct numbers that stand for 'unknown'",
        ),
        (counts.officers_phoneless, "officers have no phone: they cannot be woken", again),
        (
            counts.unassigned - counts.abandoned,
            "households have no officer in their grid or village: the tier above must knock",
            "import a grid_officer for each village, or name one in the column officer",
        ),
    )
    found = [warning(Part.ROSTER, f"{n:,} {said}", remedy) for n, said, remedy in lacks if n]
    if counts.abandoned:
        found.append(
            failure(
                Part.ROSTER,
                f"{counts.abandoned:,} households have no officer at any tier: nobody will knock",
                "import a grid_officer for their village, and a duty_officer for their town",
            )
        )
    return found


def outline_findings(connection: Connection, outlines: Outlines | None) -> list[Finding]:
    """Return the number of divisions with map outlines, and a warning about unknown codes.

    The list is empty if no file of outlines is configured.
    """
    if outlines is None:
        return []
    known = set(connection.scalars(select(DIVISIONS.c.code)))
    said = f"{len(known & outlines.codes):,} of {len(known):,} divisions have an outline on maps"
    found = [good(Part.ROSTER, said)]
    if unknown := sorted(outlines.codes - known):
        listed = ", ".join(unknown[:_LISTED])
        more = f" and {len(unknown) - _LISTED:,} more" if len(unknown) > _LISTED else ""
        found.append(
            warning(
                Part.ROSTER,
                f"{len(unknown):,} outlines belong to divisions that are not in the roster: "
                f"{listed}{more}",
                "correct their codes in the file of ALERTING_OUTLINES, or import the divisions",
            )
        )
    return found


_COUNT_HOUSEHOLDS: Final = select(func.count()).select_from(HOUSEHOLDS)

_SHARED: Final = (
    select(HOUSEHOLD_PHONES.c.number, func.count().label("households"))
    .group_by(HOUSEHOLD_PHONES.c.number)
    .having(func.count() >= SHARED_BY)
    .order_by(func.count().desc(), HOUSEHOLD_PHONES.c.number)
)

_UNNAMED: Final = (
    select(HOUSEHOLDS.c.division, func.count().label("households"))
    .where(HOUSEHOLDS.c.officer.is_(None))
    .group_by(HOUSEHOLDS.c.division)
)


def _count(connection: Connection, statement: Select[int]) -> int:
    return connection.scalars(statement).one()


def _without_officer(connection: Connection) -> tuple[int, int]:
    """Return the counts for `RosterCounts.unassigned` and `RosterCounts.abandoned`.

    They are computed for each division, because there are only a few thousand divisions.
    """
    officers = connection.execute(
        select(OFFICERS.c.role, OFFICERS.c.division, OFFICERS.c.deputy_of)
    )
    knocks: set[str] = set()
    decides: set[str] = set()
    for role, division, deputy_of in officers:
        if role in KNOCKS and deputy_of is None:
            knocks.add(division)
        if role in DECIDES:
            decides.add(division)
    unassigned = abandoned = 0
    for division, households in connection.execute(_UNNAMED):
        if not knocks & {division, village_of(division)}:
            unassigned += households
            abandoned += 0 if decides & set(ancestors(division)) else households
    return unassigned, abandoned
