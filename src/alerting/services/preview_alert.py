"""What an alert would reach and cost, shown before it is sent."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import Connection

from alerting.core.authority import Act
from alerting.core.cap import AlertRequest
from alerting.core.plan import Audience, Forecast, forecast
from alerting.core.text import HOME_LANGUAGE, segments
from alerting.core.wording import Wording
from alerting.services.desk import Desk
from alerting.storage.audience import count, place_name, resolve
from alerting.storage.authorised import check_places
from contacts.directory import Officer


@dataclass(frozen=True)
class Preview:
    """Whom an alert would reach, with what text, and what that takes."""

    audience: Audience
    forecast: Forecast
    texts: dict[str, str]
    """The households' text by language, as it would be sent."""
    segments: dict[str, int]
    """Segments of one text by language."""


async def preview_alert(desk: Desk, caller: Officer, request: AlertRequest) -> Preview:
    """Count an alert's audience and predict its sending; nothing is stored or sent.

    Raises:
        ForbiddenError, InvalidError: if the caller may not raise an alert there, or the area
            cannot be.
    """
    now = desk.clock.now()
    rules = desk.policy.sending

    def look(connection: Connection) -> Preview:
        expected = resolve(connection, request.area)
        check_places(caller, Act.RAISE, expected.divisions, "area")
        audience = count(connection, expected)
        place = place_name(connection, expected.divisions)
        wording = Wording(request, place, now.astimezone(desk.policy.alert.zone))
        texts = {lang: wording.to_households(lang) for lang in audience.texts_by_language}
        lengths = {language: segments(text).count for language, text in texts.items()}
        call = segments(wording.to_officers(audience.households, audience.people)).count
        households = Counter(audience.texts_by_language) - Counter({HOME_LANGUAGE: audience.calls})
        prediction = forecast(
            [(audience.calls, call), *((n, lengths[lang]) for lang, n in households.items())],
            now=now,
            segments_per_second=rules.segments_per_second,
            cost_per_segment=rules.cost_per_segment,
            finish_within=rules.finish_within,
        )
        return Preview(audience, prediction, texts, lengths)

    return await desk.database.read(look)
