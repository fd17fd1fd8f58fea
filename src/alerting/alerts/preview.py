"""Preview of an alert's audience, texts and cost, before it is sent."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection

from alerting.alerts.raise_alert import raised_at_once
from alerting.approvals.widen import parts_for
from alerting.areas.audience import count, resolve
from alerting.areas.reach import shows_code
from alerting.areas.unplaced import Unplaced, unplaced
from alerting.cap.alert import AlertRequest
from alerting.deliveries.progress import backlog_of
from alerting.deliveries.rules.forecast import Audience, Forecast, forecast
from alerting.deliveries.texts import wording_at
from alerting.ledger.alerts import free_number
from alerting.messages.link import as_sent
from alerting.messages.text import HOME_LANGUAGE, TextKind, segments
from alerting.policy.escalation import first_door_after, household_ladder
from alerting.runtime import Runtime
from contacts.directory import Officer


@dataclass(frozen=True)
class Preview:
    """An alert's audience, texts, and forecast of its sending."""

    audience: Audience
    forecast: Forecast
    texts: dict[str, str]
    """The households' text by language, as sent, with a sample token in its link."""
    segments: dict[str, int]
    """Segments of one text, by language."""
    waits_for_approval: tuple[str, ...]
    """Divisions that would wait for approval; they are not counted."""
    calls_by_phone: bool
    """False: no provider calls, so that doors take the calls' times."""
    door_after: timedelta
    """The silence after which somebody is sent to a household's door."""
    without_issuer: tuple[str, ...]
    """Languages of these texts in which the policy names no issuer: they name a generic one."""
    unplaced: tuple[Unplaced, ...]
    """Villages of households that a drawn area may miss; they are not counted."""


async def preview_alert(runtime: Runtime, caller: Officer, request: AlertRequest) -> Preview:
    """Count an alert's audience and forecast its sending; store and send nothing.

    Raises:
        ForbiddenError, InvalidError: if the caller may not raise an alert there, or the area
            is invalid.
    """
    now = runtime.clock.now()
    rules = runtime.policy.sending
    ladder = household_ladder(runtime.policy.household, vulnerable=False)

    def look(connection: Connection) -> Preview:
        asked = resolve(connection, request.area)
        expected = raised_at_once(caller, asked)
        audience = count(connection, expected)
        wording = wording_at(connection, runtime.policy, request, expected.divisions, now)
        code = free_number(connection) if shows_code(connection, expected) else None
        link = runtime.policy.household_link
        bodies = {lang: wording.to_households(lang, code) for lang in audience.texts_by_language}
        texts = {lang: as_sent(TextKind.ALERT, body, link) for lang, body in bodies.items()}
        lengths = {language: segments(text).count for language, text in texts.items()}
        call = segments(wording.to_officers(audience.households, audience.people)).count
        households = Counter(audience.texts_by_language) - Counter({HOME_LANGUAGE: audience.calls})
        prediction = forecast(
            [(audience.calls, call), *((n, lengths[lang]) for lang, n in households.items())],
            backlog=backlog_of(connection, rules, now),
            now=now,
            cost_per_segment=rules.cost_per_segment,
            finish_within=rules.finish_within,
        )
        wider = parts_for(caller, asked).wider
        missed = unplaced(connection, request.area, expected)
        nameless = tuple(sorted(texts.keys() - wording.issuer.names.keys()))
        calls, door = runtime.policy.calls_by_phone, first_door_after(ladder)
        return Preview(audience, prediction, texts, lengths, wider, calls, door, nameless, missed)

    return await runtime.database.read(look)
