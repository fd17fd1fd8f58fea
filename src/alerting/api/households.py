"""The households of an alert over HTTP: listed, looked into, reported on, checked in, added."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response, status
from sqlalchemy import Connection

from alerting.api.bodies import AlertId, StandingBody
from alerting.api.callers import Caller, Working
from alerting.api.household_bodies import (
    CheckInBody,
    FindingBody,
    HouseholdBody,
    HouseholdPageBody,
    HouseholdRecordBody,
    VisitorsBody,
)
from alerting.api.try_bodies import AskBody, TryBody
from alerting.core.authority import sees_phones
from alerting.core.standing import Standing
from alerting.services.add_visitors import add_visitors
from alerting.services.ask_household import ask_household
from alerting.services.report import check_in, report
from alerting.storage.authorised import alert_for, scope_for
from alerting.storage.household_record import record_of
from alerting.storage.last_words import last_words
from alerting.storage.roll import Entry, Page, page_of
from contacts.division import DivisionCode, HouseholdCode

router = APIRouter(prefix="/api/alerts/{alert_id}", tags=["households"])


@router.get("/households")
async def get_households(
    alert_id: AlertId,
    caller: Caller,
    desk: Working,
    division: DivisionCode | None = None,
    standing: Standing | None = None,
    after: Annotated[str | None, Query(pattern=r"^\d{1,3}-\d{16,19}$")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> HouseholdPageBody:
    """List households: those who need help, then the unaccounted; vulnerable before others."""
    danger, _, household = (after or "").partition("-")
    page = Page(
        scope_for(caller, division), standing, (int(danger), household) if after else None, limit
    )

    def look(db: Connection) -> tuple[list[Entry], dict[str, datetime]]:
        alert_for(db, alert_id, caller)
        entries = page_of(db, alert_id, page)
        return entries, last_words(db, alert_id, [entry.household for entry in entries])

    return HouseholdPageBody.of(*await desk.database.read(look), limit)


@router.get("/households/{code}")
async def get_household(
    alert_id: AlertId, code: Annotated[HouseholdCode, Path()], caller: Caller, desk: Working
) -> HouseholdRecordBody:
    """Return a household with all that was said of it, and who is on the way to its door."""
    record = await desk.database.read(lambda db: record_of(db, alert_id, code, caller))
    return HouseholdRecordBody.of(record, with_phones=sees_phones(caller.division, code))


@router.post("/households/{code}/ask", status_code=status.HTTP_201_CREATED)
async def post_ask(
    alert_id: AlertId,
    code: Annotated[HouseholdCode, Path()],
    body: AskBody,
    caller: Caller,
    desk: Working,
) -> TryBody:
    """Ask a household once more at once; 409 names as its reason why that is not done now."""
    asked = await ask_household(desk, caller, alert_id, code, body.channel)
    return TryBody.of(asked, {caller.id: caller.name})


@router.post("/evidence")
async def post_evidence(
    alert_id: AlertId, finding: FindingBody, caller: Caller, desk: Working
) -> StandingBody:
    """Record what the caller found out about a household; return how it stands then."""
    return StandingBody.of(await report(desk, caller, alert_id, finding.finding()))


@router.post("/check-ins")
async def post_check_in(
    alert_id: AlertId, arrival: CheckInBody, caller: Caller, desk: Working
) -> StandingBody:
    """Record who of a household has come to a shelter; return how it stands then."""
    return StandingBody.of(await check_in(desk, caller, alert_id, arrival.finding()))


@router.post("/visitors", status_code=status.HTTP_201_CREATED)
async def post_visitors(
    alert_id: AlertId, visitors: VisitorsBody, caller: Caller, desk: Working, response: Response
) -> HouseholdBody:
    """Add people on nobody's roster; with the same `key` they are the same people (200)."""
    added = await add_visitors(desk, caller, alert_id, visitors.arrival())
    if not added.is_new:
        response.status_code = status.HTTP_200_OK
    return HouseholdBody.on_roll(added.entry)
