"""Routes with which administrators see the providers' health, check them and send a test text."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, status
from pydantic import StringConstraints
from sqlalchemy import Connection

from alerting.access.callers import Caller, RuntimeDep
from alerting.access.openapi import for_administrators
from alerting.access.scope import office_of
from alerting.config import Settings
from alerting.deliveries.phone_tests import latest_tests
from alerting.deliveries.provider_record import queue_of, record_of
from alerting.deliveries.providers import all_healths
from alerting.deliveries.rules.providers import TWILIO_VOICE
from alerting.doctor.providers import findings_by_provider
from alerting.office.provider_schemas import (
    CheckBody,
    OfficeProviderBody,
    OfficeProvidersBody,
    TextsOrCalls,
)
from alerting.office.provider_test import send_test
from alerting.policy.sections import Channel
from alerting.runtime import wall_clock
from contacts.bounds import NO_NUL
from contacts.people import mask_phone

router = APIRouter(prefix="/api/office/providers", tags=["providers"])

_Provider = Annotated[
    str,
    StringConstraints(max_length=40, pattern=NO_NUL),
    Path(description="The provider's name."),
]


@router.get("", openapi_extra=for_administrators())
async def list_providers(caller: Caller, runtime: RuntimeDep) -> OfficeProvidersBody:
    """Return the health, latest attempts and queue of each provider."""
    office_of(caller)
    now, wall = runtime.clock.now(), wall_clock()

    def look(db: Connection) -> OfficeProvidersBody:
        queues = {channel: queue_of(db, channel, now) for channel in (Channel.SMS, Channel.VOICE)}
        tests = latest_tests(db, caller.id)
        providers = [
            OfficeProviderBody.of(
                name, channel, health, record_of(db, name, wall), queues[channel], tests
            )
            for name, health in all_healths(db).items()
            for channel in [_channel_of(name)]
        ]
        phone = mask_phone(caller.phones[0]) if caller.phones else None
        return OfficeProvidersBody(providers=providers, phone=phone)

    return await runtime.database.read(look)


@router.post("/check", openapi_extra=for_administrators())
async def check_providers(caller: Caller, request: Request) -> list[CheckBody]:
    """Ask each provider whether it accepts this service's account, as `alerting doctor` does.

    The check sends no message. Each provider has 10 s to answer.
    """
    office_of(caller)
    settings: Settings = request.app.state.settings
    found = await findings_by_provider(settings)
    return [CheckBody.of(name, each) for name, findings in found.items() for each in findings]


@router.post(
    "/{provider}/test",
    status_code=status.HTTP_202_ACCEPTED,
    openapi_extra=for_administrators(404, 409, 429),
)
async def post_test(provider: _Provider, caller: Caller, runtime: RuntimeDep) -> None:
    """Send a test text to the caller's own phone, at most once a minute.

    The text looks like an alert's and is marked as a test. It is sent by this provider even if the
    provider is slow or down, and affects no statistics. The list of providers shows its progress.
    """
    office_of(caller)
    await send_test(runtime, caller, provider)


def _channel_of(provider: str) -> TextsOrCalls:
    return Channel.VOICE if provider == TWILIO_VOICE else Channel.SMS
