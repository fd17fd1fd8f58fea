"""Check that the roster reaches everybody, and that outlines on maps are of its divisions.

It counts set-wise: a million households take seconds.
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
"""Fewer households than this may share a phone as one family."""

KNOCKS: Final = (Role.GRID_OFFICER, Role.DUTY_OFFICER)
"""Roles that go to the doors of their grid or village."""

DECIDES: Final = (Role.DUTY_OFFICER, Role.TOWN_COMMANDER)
"""Roles that answer for the doors below their division."""


_LISTED: Final = 10
"""Outlines without a division whose codes are named."""


@dataclass(frozen=True)
class RosterCounts:
    """The numbers of roster entries, and of missing data."""

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
    """Phones that are shared by too many households."""
    sharing: int
    """Households with one of these phones."""
    most_shared: str
    """The phone shared by the most households."""
    unassigned: int
    """Households with no officer of their grid or village for their door task."""
    abandoned: int
    """Those of them without a responsible officer in any tier above."""


def count_roster(connection: Connection) -> RosterCounts:
    """Count the entries of the roster and the missing data."""
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
    """Return the findings about the roster's contents and its missing data."""
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
        (counts.phoneless, "households have no phone: a door is all that reaches them", again),
        (counts.unplaced, "households have no coordinates: drawn areas miss them", again),
        (
            counts.sharing,
            f"households share phones ({shared}, {most} to most): one answer is asked about all",
            "correct numbers that stand for 'unknown'",
        ),
        (counts.officers_phoneless, "officers have no phone: they cannot be woken", again),
        (
            counts.unassigned - counts.abandoned,
            "households have no officer in their grid or village: the tier above knocks",
            "import a grid_officer for each village, or name one in the column officer",
        ),
    )
    found = [warning(Part.ROSTER, f"{n:,} {said}", remedy) for n, said, remedy in lacks if n]
    if counts.abandoned:
        found.append(
            failure(
                Part.ROSTER,
                f"{counts.abandoned:,} households have no officer at any tier: nobody knocks there",
                "import a grid_officer for their village, and a duty_officer for their town",
            )
        )
    return found


def outline_findings(connection: Connection, outlines: Outlines | None) -> list[Finding]:
    """Return which divisions have an outline on maps, or nothing without a file of outlines."""
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
                f"{len(unknown):,} outlines are of divisions that the roster does not have: "
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
    """Count the households with no assigned and no nearby officer, and those with none at all.

    Works by division: there are a few thousand, however many households there are.
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
