"""Preview of an alert's audience, texts and cost before it is raised."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from alerting.alerts.exercise_checks import check_one_phone
from alerting.alerts.preview_warnings import PreviewWarning, warnings_of
from alerting.alerts.raise_alert import split_to_raise
from alerting.alerts.variants import Variant, variants_of
from alerting.areas.already_open import HeldBack, held_back
from alerting.areas.audience import count, resolve
from alerting.areas.reach import shows_code
from alerting.areas.unplaced import Unplaced, unplaced
from alerting.cap.alert import AlertRequest
from alerting.deliveries.progress import backlog_of
from alerting.deliveries.rules.forecast import Audience, Forecast, forecast
from alerting.deliveries.texts import wording_at
from alerting.ledger.alerts import free_number
from alerting.messages.link import as_sent
from alerting.messages.text import TextKind, segments
from alerting.messages.wording import Wording, homes_of
from alerting.policy.escalation import first_door_after, household_ladder
from alerting.policy.policy import Policy
from alerting.runtime import Runtime
from contacts.directory import Officer


@dataclass(frozen=True)
class Preview:
    """The audience, the texts and the sending forecast of an alert that is not raised yet."""

    audience: Audience
    forecast: Forecast
    variants: tuple[Variant, ...]
    """The texts as they will arrive, one variant per language."""
    warnings: tuple[PreviewWarning, ...]
    held_back: HeldBack | None
    """Open alerts that would make the service refuse this one, or ask for confirmation."""
    waits_for_approval: tuple[str, ...]
    """Divisions that would wait for approval; not in the counts."""
    calls_by_phone: bool
    """False if no provider can call; door tasks then begin when the first call would be due."""
    door_after: timedelta
    """How long a household may be silent before an officer is sent to its door."""
    unplaced: tuple[Unplaced, ...]
    """Villages with households that a drawn area may miss; not in the counts."""


async def preview_alert(runtime: Runtime, caller: Officer, request: AlertRequest) -> Preview:
    """Count the audience of an alert and forecast its sending, without storing or sending anything.

    Raises:
        ForbiddenError, InvalidError: if the caller may not raise an alert there, or the area
            is invalid.
    """
    policy, now = runtime.policy, runtime.clock.now()
    return await runtime.database.read(lambda db: _preview(db, policy, caller, request, now))


def _preview(
    connection: Connection, policy: Policy, caller: Officer, request: AlertRequest, now: datetime
) -> Preview:
    asked = resolve(connection, request.area)
    split = split_to_raise(caller, asked)
    area = split.own
    check_one_phone(connection, caller, request.exercise, area)
    audience = count(connection, area, request.exercise, now)
    readers, divisions = audience.texts_by_readers, area.divisions
    homes = homes_of(readers)
    wording = wording_at(connection, policy, request, divisions, now, homes)
    code = free_number(connection) if shows_code(connection, area) else None
    bodies = {each: wording.to_households(each, code) for each in readers}
    link = policy.household_link
    texts = [
        (readers[each], segments(as_sent(TextKind.ALERT, body, link)).count)
        for each, body in bodies.items()
    ]
    return Preview(
        audience=audience,
        forecast=forecast(
            _calls(wording, audience) + texts,
            backlog=backlog_of(connection, policy.sending, now),
            now=now,
            cost_per_segment=policy.sending.cost_per_segment,
            finish_within=policy.sending.finish_within,
        ),
        variants=variants_of(wording, audience, bodies, policy),
        warnings=warnings_of(wording, audience, bodies),
        held_back=held_back(connection, request, asked.divisions),
        waits_for_approval=split.beyond,
        calls_by_phone=policy.calls_by_phone,
        door_after=first_door_after(household_ladder(policy.household, vulnerable=False)),
        unplaced=unplaced(connection, request.area, area),
    )


def _calls(wording: Wording, audience: Audience) -> list[tuple[int, int]]:
    """Return, for each language, the number of texts to officers and the segments per text."""
    reached = audience.households, audience.people
    return [
        (calls, segments(wording.to_officers(language, *reached)).count)
        for language, calls in audience.calls_by_language.items()
    ]
