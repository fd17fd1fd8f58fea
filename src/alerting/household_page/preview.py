"""Preview of the household's page, for an officer who is about to send an alert."""

from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Form, Response
from pydantic import Json, StringConstraints
from sqlalchemy import Connection

from alerting.access.callers import Caller, RuntimeDep
from alerting.alerts.raise_alert import split_to_raise
from alerting.areas.audience import resolve
from alerting.cap.alert import AlertRequest
from alerting.cap.lifecycle import AlertState
from alerting.deliveries.texts import wording_at
from alerting.errors import InvalidError
from alerting.household_page.answer import Notice
from alerting.household_page.html import SECURITY_POLICY, notice_page
from alerting.ledger.alerts import StoredAlert
from alerting.messages.languages import LANGUAGES
from alerting.policy.escalation import Position
from alerting.roll.entries import RollEntry
from alerting.roll.rules.standing import Standing, danger_of, fold
from alerting.runtime import Runtime
from contacts.directory import Officer
from contacts.division import DivisionCode, covers

router = APIRouter(prefix="/api/alerts/preview", include_in_schema=False)

_PEOPLE: Final = 4
"""Number of people in the household of the preview."""

_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    # The page is sandboxed, so that a tap on a button sends nothing.
    "Content-Security-Policy": f"{SECURITY_POLICY}; sandbox",
}

_Code = Annotated[str, StringConstraints(max_length=3), Form()]


@router.post("/page")
async def post_page(
    caller: Caller,
    runtime: RuntimeDep,
    request: Annotated[Json[AlertRequest], Form()],
    language: _Code,
    division: Annotated[DivisionCode, Form()],
) -> Response:
    """Return the page as a household of this village or grid in the alert's area will see it."""
    if language not in LANGUAGES:
        raise InvalidError(
            "language", f"there are no texts in {language}: choose a language of the preview"
        )
    notice = await preview_notice(runtime, caller, request, division, language)
    html = notice_page(notice, language, "", wrong=False)
    return Response(html, headers=_HEADERS, media_type="text/html; charset=utf-8")


async def preview_notice(
    runtime: Runtime, caller: Officer, request: AlertRequest, division: str, language: str
) -> Notice:
    """Return the content of the page for a household that has not answered yet.

    Raises:
        ForbiddenError, InvalidError: if the caller may not raise alerts there, the area is
            invalid, or the division lies outside the part that would be alerted at once.
    """
    now, policy = runtime.clock.now(), runtime.policy

    def look(connection: Connection) -> Notice:
        area = split_to_raise(caller, resolve(connection, request.area)).own.divisions
        if not any(covers(each, division) for each in area):
            raise InvalidError("division", f"{division} lies outside the alert's area")
        alert = StoredAlert(
            *(0, "", 0, AlertState.OPEN, caller.division, now, now, caller.id, request, "", 0, area)
        )
        return Notice(
            alert=alert,
            entry=_unheard(division, language, now),
            wording=wording_at(connection, policy, request, area, now, {division}),
            issuer=policy.issuer.at(division),
            sent=now.astimezone(policy.alert.zone),
            wanted_by=None,
            coming=None,
        )

    return await runtime.database.read(look)


def _unheard(division: str, language: str, now: datetime) -> RollEntry:
    """Return a made-up roll entry for a household of four that has not answered."""
    return RollEntry(
        alert=0,
        household="",
        division=division,
        head="",
        address="",
        headcount=_PEOPLE,
        language=language,
        vulnerable="",
        persons=(),
        officer=None,
        added_by=None,
        danger=danger_of(Standing.UNACCOUNTED, ""),
        standing=fold((), _PEOPLE),
        position=Position(now, 0, None),
        reachable=True,
    )
