"""HTTP routes for an alert's households: list, read, report, check in, add visitors."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response, status
from sqlalchemy import Connection

from alerting.access.callers import Caller, RuntimeDep
from alerting.access.openapi import allows
from alerting.access.rules import Act, sees_phones
from alerting.access.scope import alert_for, scope_for
from alerting.accounting.allowed import ActedOnHousehold, acted_on, against_household
from alerting.accounting.household import last_words, record_of
from alerting.accounting.report import check_in, report
from alerting.accounting.requests import CheckInBody, FindingBody, VisitorsBody
from alerting.accounting.schemas import HouseholdBody, HouseholdPageBody, HouseholdRecordBody
from alerting.accounting.visitors import add_visitors
from alerting.database.tables import RowId
from alerting.roll.entries import Page, page_of
from alerting.roll.rules.standing import Standing
from alerting.roll.schemas import StandingBody
from contacts.division import DivisionCode, HouseholdCode

router = APIRouter(prefix="/api/alerts/{alert_id}", tags=["households"])


@router.get("/households")
async def get_households(
    alert_id: RowId,
    caller: Caller,
    runtime: RuntimeDep,
    division: DivisionCode | None = None,
    standing: Annotated[
        Standing | None, Query(description="Only households of this standing; if omitted, all.")
    ] = None,
    after: Annotated[
        str | None,
        Query(
            pattern=r"^[0-9]{1,3}-[0-9]{16,19}$",
            max_length=23,
            description="The cursor of the last page; if omitted, the first page.",
        ),
    ] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> HouseholdPageBody:
    """List households: those that need help first, then unaccounted ones, then others."""
    danger, _, household = (after or "").partition("-")
    page = Page(
        scope_for(caller, division), standing, (int(danger), household) if after else None, limit
    )

    def look(db: Connection) -> tuple[list[ActedOnHousehold], dict[str, datetime]]:
        alert = alert_for(db, alert_id, caller)
        entries = page_of(db, alert_id, page)
        words = last_words(db, alert_id, [entry.household for entry in entries])
        return acted_on(db, alert, entries), words

    found, words = await runtime.database.read(look)
    policy, now = runtime.policy, runtime.clock.now()
    listed = [(each.entry, against_household(each, caller, policy, now)) for each in found]
    return HouseholdPageBody.of(listed, words, limit)


@router.get("/households/{code}")
async def get_household(
    alert_id: RowId, code: Annotated[HouseholdCode, Path()], caller: Caller, runtime: RuntimeDep
) -> HouseholdRecordBody:
    """Return a household with all its evidence and its pending door task."""
    record = await runtime.database.read(lambda db: record_of(db, alert_id, code, caller))
    against = against_household(record.acted_on, caller, runtime.policy, runtime.clock.now())
    with_phones = sees_phones(caller.division, code)
    return HouseholdRecordBody.of(record, against, with_phones=with_phones)


@router.post("/evidence", openapi_extra=allows(Act.REPORT))
async def post_evidence(
    alert_id: RowId, finding: FindingBody, caller: Caller, runtime: RuntimeDep
) -> StandingBody:
    """Record the caller's report on a household; return its new standing."""
    return StandingBody.of(await report(runtime, caller, alert_id, finding.finding()))


@router.post("/check-ins", openapi_extra=allows(Act.CHECK_IN))
async def post_check_in(
    alert_id: RowId, arrival: CheckInBody, caller: Caller, runtime: RuntimeDep
) -> StandingBody:
    """Record a household's arrival at a shelter; return its new standing."""
    return StandingBody.of(await check_in(runtime, caller, alert_id, arrival.finding()))


@router.post(
    "/visitors",
    status_code=status.HTTP_201_CREATED,
    responses={status.HTTP_200_OK: {"model": HouseholdBody, "description": "Added before"}},
    openapi_extra=allows(Act.REPORT, 409),
)
async def post_visitors(
    alert_id: RowId,
    visitors: VisitorsBody,
    caller: Caller,
    runtime: RuntimeDep,
    response: Response,
) -> HouseholdBody:
    """Add people who are on no roster; answer 200 to a repeat with the same `key`."""
    added = await add_visitors(runtime, caller, alert_id, visitors.arrival())
    if not added.is_new:
        response.status_code = status.HTTP_200_OK
    return HouseholdBody.on_roll(added.entry)
