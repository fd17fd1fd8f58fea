"""Route of the next steps on an alert."""

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
    """An officer whom a step is about."""

    id: str
    """The officer's id."""
    name: str
    """The officer's name."""
    division: str
    """The officer's division."""
    phone: str | None
    """E.164; masked for callers of other counties."""

    @classmethod
    def of(cls, officer: Somebody, home: str) -> Self:
        """Return the body for an officer, as officers of `home` see it."""
        phone = officer.phone
        if phone is not None and not sees_officers_phone(home, officer.division):
            phone = mask_phone(phone)
        return cls(id=officer.id, name=officer.name, division=officer.division, phone=phone)


class NextStepBody(Body):
    """Something to be done: the reason, and its number as of `seq`."""

    reason: NextReason
    """Why it is to be done."""
    number: int
    """Households, doors, officers, people, requests or providers, as the reason says."""
    place: str | None
    """The division or household that it is about; null: the caller's division."""
    officer: SomebodyBody | None
    """The officer whom it is about; null: nobody. Of doors, null: no officer was assigned."""
    provider: str | None
    """The name of the first provider that is down; null: the step is about no provider."""
    until: datetime | None
    """When a request for approval passes to the next tier, or silent households are reminded.

    null: nothing of that kind is to come.
    """

    @classmethod
    def of(cls, step: NextStep, home: str) -> Self:
        """Return the body for a step, as officers of `home` see it."""
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
    """Everything to be done in the caller's division, the most urgent first."""

    seq: int
    """The last entry of the alert's log that the numbers include, as in the feed."""
    steps: list[NextStepBody]
    """The steps to take; empty: none now."""


@router.get("/{alert_id}/next-steps")
async def get_next_steps(alert_id: RowId, caller: Caller, runtime: RuntimeDep) -> NextStepsBody:
    """List the next steps; those that the caller's role can take come first."""

    def look(db: Connection) -> NextSteps:
        return next_steps_for(db, alert_id, caller, runtime.policy, runtime.clock.now())

    found = await runtime.database.read(look)
    return NextStepsBody(
        seq=found.seq, steps=[NextStepBody.of(each, caller.division) for each in found.steps]
    )
