"""The configuration that the pages need."""

from datetime import datetime

from fastapi import APIRouter, Request
from pydantic import BaseModel

from alerting.access.callers import Caller, RuntimeDep
from alerting.config import Settings
from alerting.messages.languages import LANGUAGES

router = APIRouter(prefix="/api/settings", tags=["settings"])


class SettingsBody(BaseModel):
    """The configuration of the service.

    The alerts' time is `alert_now` at the time of the answer, and runs at `clock_speed`. The speed
    is 1 except in a drill, where it changes: request it again.
    """

    tiles_url: str | None
    """The URL of a map tile with {z}, {x} and {y}; null if maps have no background."""
    languages: dict[str, str]
    """The names, by code, of the languages in which households get texts."""
    time_zone: str
    """The time zone of times in texts, such as Asia/Shanghai."""
    sms_number: str | None
    """The number to which informants may text an alert; null if no texts are received."""
    instruction: str
    """The default instruction to people."""
    target: float
    """The target in seconds from an alert until everybody near the hazard is out."""
    is_drill: bool
    """True if the service accepts only exercises and tests."""
    clock_speed: float
    alert_now: datetime
    """The alerts' time now; a device's clock may be wrong."""


@router.get("")
async def get_settings(_caller: Caller, request: Request, runtime: RuntimeDep) -> SettingsBody:
    """Return the configuration of the service."""
    settings: Settings = request.app.state.settings
    return SettingsBody(
        tiles_url=settings.tiles_url,
        languages={code: language.name for code, language in LANGUAGES.items()},
        time_zone=runtime.policy.alert.time_zone,
        sms_number=sms_number(settings),
        instruction=runtime.policy.alert.instruction,
        target=runtime.policy.alert.target.total_seconds(),
        is_drill=runtime.clock.is_drill,
        clock_speed=runtime.clock.speed,
        alert_now=runtime.clock.now(),
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
