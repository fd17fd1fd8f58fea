"""The configuration that the pages need."""

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

    An alert whose event is one of the names is told to each household by the name in its language.
    """

    id: str
    """The hazard's id in the phrase library."""
    category: Category
    """CAP's category."""
    names: dict[str, str]
    """Its name by language."""
    instructions: dict[str, str]
    """The default instruction to people by language."""


class SettingsBody(Body):
    """The configuration of the service.

    The alerts' time is `alert_now` at the time of the answer, and runs at `clock_speed`. The speed
    is 1 except in a drill, where it changes: request it again.
    """

    tiles_url: str | None
    """The URL of a map tile with {z}, {x} and {y}; null if maps have no background."""
    label_tiles_url: str | None
    """The URL of a transparent tile with names, to draw over the other; null if there is none."""
    tiles_attribution: str | None
    """The source of the tiles, for maps to name; null if it need not be named."""
    has_outlines: bool
    """Whether the service knows outlines of divisions, for maps to draw."""
    home_language: str
    """The code of the language of officers, and of households whose own language has none."""
    languages: dict[str, str]
    """The names, by code, of the languages in which households get texts."""
    time_zone: str
    """The time zone of times in texts, such as Asia/Shanghai."""
    sms_number: str | None
    """The number to which informants may text an alert; null if no texts are received."""
    instruction: str
    """The default instruction to people, for a hazard that the phrase library does not have."""
    hazards: tuple[HazardBody, ...]
    """The hazards of the phrase library, in the order in which pages list them."""
    target: float
    """The target in seconds from an alert until everybody near the hazard is out."""
    is_drill: bool
    """True if the service accepts only exercises and tests."""
    clock_speed: float
    """How many seconds of the alerts' time pass in a second; 1 outside a drill."""
    alert_now: datetime
    """The alerts' time now; a device's clock may be wrong."""


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
    """Return the first text provider's sender if it is a number: names receive no texts."""
    senders = {
        "twilio": settings.twilio and settings.twilio.sender,
        "smpp": settings.sms_centre and settings.sms_centre.sender,
    }
    by_turn = sorted(senders, key=lambda name: name != settings.sms_first)
    numbers = (senders[name] for name in by_turn)
    return next((n for n in numbers if n and n.removeprefix("+").isdecimal()), None)
