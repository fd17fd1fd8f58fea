"""The steps of setting up a new service, with the counts that `alerting doctor` uses."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, func, select

from alerting.cap.alert import Status
from alerting.doctor.roster import count_roster
from alerting.ledger.tables import alerts
from alerting.policy.policy import Policy
from contacts.directory import Officer
from contacts.tables import DIVISIONS, HOUSEHOLDS, SIGN_IN_LINKS


class StepName(StrEnum):
    """The name of a step; the steps are listed in the order to take them."""

    DIVISIONS = "divisions"
    OFFICERS = "officers"
    HOUSEHOLDS = "households"
    DOORS = "doors"
    """Every household has an officer who visits it."""
    ASSEMBLY_POINTS = "assembly_points"
    ISSUER = "issuer"
    TEXT = "text"
    """A text reached the administrator's own phone."""
    EXERCISE = "exercise"


@dataclass(frozen=True, slots=True)
class Step:
    """A step, with the number of entries that exist and the number of gaps still to fill."""

    name: StepName
    there: int
    missing: int

    @property
    def is_done(self) -> bool:
        """Whether something is there and nothing is missing."""
        return self.there > 0 and self.missing == 0


def steps_for(connection: Connection, caller: Officer, policy: Policy) -> list[Step]:
    """Return every step in the order to take them."""
    counts = count_roster(connection)
    villages, without = _villages(connection)
    names = policy.issuer.at(caller.division).names
    return [
        Step(StepName.DIVISIONS, counts.divisions - 1, 0),
        Step(StepName.OFFICERS, counts.officers - 1, counts.officers_phoneless),
        Step(StepName.HOUSEHOLDS, counts.households, counts.phoneless),
        Step(StepName.DOORS, counts.households - counts.unassigned, counts.unassigned),
        Step(StepName.ASSEMBLY_POINTS, villages - without, without),
        Step(StepName.ISSUER, len(names), 0),
        Step(StepName.TEXT, _texts_that_arrived(connection, caller), 0),
        Step(StepName.EXERCISE, _exercises(connection), 0),
    ]


def _villages(connection: Connection) -> tuple[int, int]:
    """Return the number of divisions with households, and of those without an assembly point."""
    homes = select(HOUSEHOLDS.c.division).distinct().subquery()
    joined = select(func.count(), func.count(DIVISIONS.c.assembly_point)).join_from(
        homes, DIVISIONS, DIVISIONS.c.code == homes.c.division
    )
    every, named = connection.execute(joined).one()
    return every, every - named


def _texts_that_arrived(connection: Connection, caller: Officer) -> int:
    """Return the number of texted sign-in links that the caller has opened."""
    links = SIGN_IN_LINKS.c
    mine = links.officer == caller.id, links.number.is_not(None), links.used_at.is_not(None)
    return connection.scalar(select(func.count()).select_from(SIGN_IN_LINKS).where(*mine)) or 0


def _exercises(connection: Connection) -> int:
    held = select(func.count()).select_from(alerts).where(alerts.c.status == Status.EXERCISE)
    return connection.scalar(held) or 0
