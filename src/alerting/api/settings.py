"""What the pages must know of how the service is set up."""

from datetime import datetime

from fastapi import APIRouter, Request
from pydantic import BaseModel

from alerting.access.callers import Caller, RuntimeDep
from alerting.config import Settings
from alerting.messages.languages import LANGUAGES

router = APIRouter(prefix="/api/settings", tags=["settings"])


class SettingsBody(BaseModel):
    """How the service is set up.

    The time alerts live in is `alert_now` when this is answered, and goes on at `clock_speed`. In
    a drill the speed changes, so that it has to be asked for again; else it is 1.
    """

    tiles_url: str | None
    """A map tile's address with {z}, {x} and {y}; null: maps have no ground."""
    languages: dict[str, str]
    """The names of the languages households are written to in, by code."""
    time_zone: str
    """The one that times in texts are written in, such as Asia/Shanghai."""
    sms_number: str | None
    """Where an informant may text an alert to; null: it takes no texts."""
    instruction: str
    """What people are told to do where nobody says otherwise."""
    target: float
    """Within so many seconds of an alert everybody near the hazard is to be out."""
    is_drill: bool
    """Whether the service takes exercises and tests only."""
    clock_speed: float
    alert_now: datetime
    """The alert time now; a device's clock may be wrong."""


@router.get("")
async def get_settings(_caller: Caller, request: Request, runtime: RuntimeDep) -> SettingsBody:
    """Return how the service is set up."""
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
    """Return the number of whoever sends texts first, if it is one: names take no texts."""
    senders = {
        "twilio": settings.twilio and settings.twilio.sender,
        "smpp": settings.sms_centre and settings.sms_centre.sender,
    }
    by_turn = sorted(senders, key=lambda name: name != settings.sms_first)
    numbers = (senders[name] for name in by_turn)
    return next((n for n in numbers if n and n.removeprefix("+").isdecimal()), None)
