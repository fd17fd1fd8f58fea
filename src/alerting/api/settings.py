"""The route for the configuration that the pages need."""

from datetime import datetime

from fastapi import APIRouter, Request

from alerting.access.callers import Caller, RuntimeDep
from alerting.cap.alert import Category
from alerting.config import Settings
from alerting.messages.languages import HAZARDS, LANGUAGES
from alerting.messages.text import HOME_LANGUAGE
from contacts.bounds import Body

router = APIRouter(prefix="/api/settings", tags=["settings"])


class HazardBody(Body):
    """A hazard that the service can name in every language.

    If an alert's event is one of these names, the text to each household has the name in the
    household's language.
    """

    id: str
    """Id of the hazard in the phrase library."""
    category: Category
    """CAP category."""
    names: dict[str, str]
    """Name of the hazard, by language code."""
    instructions: dict[str, str]
    """Default instruction to people, by language code."""


class SettingsBody(Body):
    """The configuration of the service.

    Alerts have their own clock: it shows `alert_now` at the time of this response and runs at
    `clock_speed`. In a drill the speed changes, so request the settings again.
    """

    tiles_url: str | None
    """URL template of map tiles with {z}, {x} and {y}; null if maps have no background."""
    label_tiles_url: str | None
    """URL template of transparent tiles with place names, drawn over the map; null if none."""
    tiles_attribution: str | None
    """Source of the tiles, which maps must show; null if none must be shown."""
    has_outlines: bool
    """Whether the service has outlines of divisions for maps."""
    home_language: str
    """Language code for officers, and for households whose language has no texts."""
    languages: dict[str, str]
    """Names, by language code, of the languages in which households get texts."""
    time_zone: str
    """Time zone of times in texts, such as Asia/Shanghai."""
    sms_number: str | None
    """Phone number to which informants can text an alert; null if no texts are received."""
    instruction: str
    """Default instruction to people for a hazard that is not in the phrase library."""
    hazards: tuple[HazardBody, ...]
    """Hazards of the phrase library, in the order in which pages list them."""
    target: float
    """Target time in seconds from the alert until everybody near the hazard is out."""
    is_drill: bool
    """Whether the service accepts only exercises and tests."""
    clock_speed: float
    """How many seconds the alerts' clock advances per second; 1 outside a drill."""
    alert_now: datetime
    """Time of the alerts' clock now; a device's own clock may be wrong."""


@router.get("")
async def get_settings(_caller: Caller, request: Request, runtime: RuntimeDep) -> SettingsBody:
    """Return the configuration of the service."""
    settings: Settings = request.app.state.settings
    return SettingsBody(
        tiles_url=settings.tiles_url,
        label_tiles_url=settings.label_tiles_url,
        tiles_attribution=settings.tiles_attribution,
        has_outlines=settings.outlines is not None,
        home_language=HOME_LANGUAGE,
        languages={code: language.name for code, language in LANGUAGES.items()},
        time_zone=runtime.policy.alert.time_zone,
        sms_number=sms_number(settings),
        instruction=runtime.policy.alert.instruction,
        hazards=tuple(map(_hazard, HAZARDS)),
        target=runtime.policy.alert.target.total_seconds(),
        is_drill=runtime.clock.is_drill,
        clock_speed=runtime.clock.speed,
        alert_now=runtime.clock.now(),
    )


def _hazard(hazard: str) -> HazardBody:
    phrases = {code: language.hazards[hazard] for code, language in LANGUAGES.items()}
    return HazardBody(
        id=hazard,
        category=HAZARDS[hazard],
        names={code: phrase.name for code, phrase in phrases.items()},
        instructions={code: phrase.instruction for code, phrase in phrases.items()},
    )


def sms_number(settings: Settings) -> str | None:
    """Return the first text provider's sender that is a phone number, or None.

    A sender that is a name cannot receive texts.
    """
    senders = {
        "twilio": settings.twilio and settings.twilio.sender,
        "smpp": settings.sms_centre and settings.sms_centre.sender,
    }
    by_turn = sorted(senders, key=lambda name: name != settings.sms_first)
    numbers = (senders[name] for name in by_turn)
    return next((n for n in numbers if n and n.removeprefix("+").isdecimal()), None)
