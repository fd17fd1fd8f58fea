"""The route for the next steps on an alert."""

from datetime import datetime
from typing import Self

from fastapi import APIRouter
from sqlalchemy import Connection

from alerting.access.callers import Caller, RuntimeDep
from alerting.access.rules import sees_officers_phone
from alerting.board.next_steps import NextSteps, next_steps_for
from alerting.board.rules import NextReason, NextStep, Somebody
from alerting.database.tables import RowId
from contacts.bounds import Body
from contacts.people import mask_phone

router = APIRouter(prefix="/api/alerts", tags=["alerts"])


class SomebodyBody(Body):
    """An officer whom a next step is about."""

    id: str
    """Id of the officer."""
    name: str
    """Name of the officer."""
    division: str
    """Division of the officer."""
    phone: str | None
    """Phone number (E.164); masked for callers of other counties."""

    @classmethod
    def of(cls, officer: Somebody, home: str) -> Self:
        """Return the body of an officer, for a caller whose division is `home`."""
        phone = officer.phone
        if phone is not None and not sees_officers_phone(home, officer.division):
            phone = mask_phone(phone)
        return cls(id=officer.id, name=officer.name, division=officer.division, phone=phone)


class NextStepBody(Body):
    """Something to do: the reason, and how many households, doors or people it concerns."""

    reason: NextReason
    """Why this is to be done."""
    number: int
    """Number of households, doors, officers, people, requests or providers; see `reason`."""
    place: str | None
    """Code of the division or household concerned; null: the caller's division."""
    officer: SomebodyBody | None
    """Officer concerned; null if none. For doors, null means that no officer is assigned."""
    provider: str | None
    """Name of the first provider that is down; null: the step is not about providers."""
    until: datetime | None
    """When a request for approval passes to the next tier, or silent households are reminded.

    Null: neither will happen.
    """

    @classmethod
    def of(cls, step: NextStep, home: str) -> Self:
        """Return the body of a next step, for a caller whose division is `home`."""
        about = step.officer
        return cls(
            reason=step.reason,
            number=step.number,
            place=step.place or None,
            officer=SomebodyBody.of(about, home) if about and about.id else None,
            provider=step.provider or None,
            until=step.until,
        )


class NextStepsBody(Body):
    """Everything to do in the caller's division, most urgent first."""

    seq: int
    """Sequence number of the last log entry that the numbers include, as in the feed."""
    steps: list[NextStepBody]
    """The next steps; empty: there is nothing to do."""


@router.get("/{alert_id}/next-steps")
async def get_next_steps(alert_id: RowId, caller: Caller, runtime: RuntimeDep) -> NextStepsBody:
    """List the next steps: those that the caller's role can take first, then by urgency."""

    def look(db: Connection) -> NextSteps:
        return next_steps_for(db, alert_id, caller, runtime.policy, runtime.clock.now())

    found = await runtime.database.read(look)
    return NextStepsBody(
        seq=found.seq, steps=[NextStepBody.of(each, caller.division) for each in found.steps]
    )
