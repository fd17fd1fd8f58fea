"""HTTP route for help cases: owners, times, and resolution rates."""

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
    """Its tier."""


class HelpCaseBody(Body):
    """A help case of a household."""

    household: str
    """The household's code."""
    division: str
    """The village or grid in which it lives."""
    address: str
    """Its address, in the roster's words."""
    head: str
    """The name of its head."""
    headcount: int
    """Number of people in it."""
    vulnerable: str
    """The kinds of vulnerable people in it, separated by ';'; empty: none."""
    state: CaseState
    """Whether it is open or resolved."""
    opened_at: datetime
    """When help was called for."""
    resolved_at: datetime | None
    """When it was resolved; null: it is open."""
    resolved_by: str | None
    """The id of the officer, or the masked phone, whose word resolved it; null: it is open."""
    resolved_by_name: str | None
    """The officer's name; null: it is open, or no officer resolved it."""
    owner: OwnerBody
    """The current owner; once resolved, the owner at that time."""
    passes_at: datetime | None
    """When the next tier takes over; null if resolved, at the last tier, or the alert is over."""
    seconds_open: float
    """Seconds from opening to resolution, or to now while open."""

    @classmethod
    def of(cls, listed: ListedCase, now: datetime) -> Self:
        """Return the body for a help case at `now`."""
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
    """A division's number of help cases, and the number resolved."""

    division: str
    """The division's code."""
    name: str
    """The division's name."""
    tier: Tier
    """Its tier."""
    cases: int
    """Number of help cases."""
    resolved: int
    """Number of those that are resolved."""
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
    """The resolution of a division, and of its parts one tier below with cases."""

    children: list[ResolutionBody]
    """Its parts one tier below with cases."""


class HelpCasesBody(Body):
    """A division's help cases, open first, each group oldest first."""

    seq: int
    """The last entry of the alert's log that the cases include, as in the feed."""
    cases: list[HelpCaseBody]
    """The help cases."""
    resolution: ResolutionTreeBody
    """How many are resolved."""

    @classmethod
    def of(cls, seen: HelpOverview, now: datetime) -> Self:
        """Return the body for the help cases at `now`."""
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
    """List a division's help cases, with the number resolved."""
    scope = scope_for(caller, division)

    def look(db: Connection) -> HelpOverview:
        return help_overview(db, alert_for(db, alert_id, caller), scope)

    return HelpCasesBody.of(await runtime.database.read(look), runtime.clock.now())
