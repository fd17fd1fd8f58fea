"""HTTP route that lists help cases with their owners, times and resolution rates."""

from datetime import datetime
from typing import Self

from fastapi import APIRouter
from sqlalchemy import Connection

from alerting.access.callers import Caller, RuntimeDep
from alerting.access.scope import alert_for, scope_for
from alerting.database.tables import RowId
from alerting.help_cases.overview import HelpOverview, ListedCase, help_overview
from alerting.help_cases.rules import CaseState, Resolution
from contacts.bounds import Body
from contacts.division import Division, DivisionCode, Tier, tier_of

router = APIRouter(prefix="/api/alerts", tags=["help cases"])


class OwnerBody(Body):
    """The division whose officers own a help case."""

    division: str
    """The division's code."""
    tier: Tier
    """The division's tier."""


class HelpCaseBody(Body):
    """A help case of a household."""

    household: str
    """The household's code."""
    division: str
    """The village or grid in which the household lives."""
    address: str
    """The home's address, in the roster's words."""
    head: str
    """The name of the household's head."""
    headcount: int
    """Number of people in the household."""
    vulnerable: str
    """The kinds of vulnerable people in the household, separated by ';'."""
    state: CaseState
    """Whether the case is open or resolved."""
    opened_at: datetime
    """When the household called for help."""
    resolved_at: datetime | None
    """When the case was resolved; null if it is open."""
    resolved_by: str | None
    """The officer's id or the masked phone whose report resolved the case; null if it is open."""
    resolved_by_name: str | None
    """The name of the officer who resolved the case; null if no officer has resolved it."""
    owner: OwnerBody
    """The division that owns the case now, or that owned it when it was resolved."""
    passes_at: datetime | None
    """When the next tier takes over; null if the case stays at its tier."""
    seconds_open: float
    """Seconds from opening to resolution, or to now while open."""

    @classmethod
    def of(cls, listed: ListedCase, now: datetime) -> Self:
        """Return the body for a help case, as seen at `now`."""
        kept, entry, case = listed.kept, listed.entry, listed.kept.case
        return cls(
            household=kept.household,
            division=kept.division,
            address=entry.address,
            head=entry.head,
            headcount=entry.headcount,
            vulnerable=entry.vulnerable,
            state=case.state,
            opened_at=case.opened_at,
            resolved_at=case.resolved_at,
            resolved_by=case.resolved_by,
            resolved_by_name=listed.resolver,
            owner=OwnerBody(division=kept.owner, tier=tier_of(kept.owner)),
            passes_at=kept.passes_at if listed.is_followed else None,
            seconds_open=((case.resolved_at or now) - case.opened_at).total_seconds(),
        )


class ResolutionBody(Body):
    """A division's numbers of help cases and of resolved help cases."""

    division: str
    """The division's code."""
    name: str
    """The division's name."""
    tier: Tier
    """The division's tier."""
    cases: int
    """Number of help cases."""
    resolved: int
    """Number of resolved help cases."""
    rate: float | None
    """Share of cases resolved, from 0 to 1; null if there are no cases."""

    @classmethod
    def of(cls, place: Division, resolution: Resolution | None) -> Self:
        """Return the body for a division; `resolution` is None if there are no cases."""
        return cls(
            division=place.code,
            name=place.name,
            tier=place.tier,
            cases=resolution.cases if resolution else 0,
            resolved=resolution.resolved if resolution else 0,
            rate=resolution and resolution.rate,
        )


class ResolutionTreeBody(ResolutionBody):
    """The numbers of resolved help cases in a division and in its parts."""

    children: list[ResolutionBody]
    """The divisions one tier below that have help cases."""


class HelpCasesBody(Body):
    """A division's help cases, open cases first, the oldest first in each group."""

    seq: int
    """Sequence number of the last log entry that the cases include, as in the feed."""
    cases: list[HelpCaseBody]
    """The help cases."""
    resolution: ResolutionTreeBody
    """The numbers of resolved cases in the division and in its parts."""

    @classmethod
    def of(cls, seen: HelpOverview, now: datetime) -> Self:
        """Return the body for the help cases, as seen at `now`."""
        whole = ResolutionBody.of(seen.division, seen.resolution)
        return cls(
            seq=seen.seq,
            cases=[HelpCaseBody.of(each, now) for each in seen.cases],
            resolution=ResolutionTreeBody(
                **whole.model_dump(), children=[ResolutionBody.of(*part) for part in seen.parts]
            ),
        )


@router.get("/{alert_id}/help-cases")
async def get_help_cases(
    alert_id: RowId, caller: Caller, runtime: RuntimeDep, division: DivisionCode | None = None
) -> HelpCasesBody:
    """List an alert's help cases in a division, with the numbers resolved."""
    scope = scope_for(caller, division)

    def look(db: Connection) -> HelpOverview:
        return help_overview(db, alert_for(db, alert_id, caller), scope)

    return HelpCasesBody.of(await runtime.database.read(look), runtime.clock.now())
