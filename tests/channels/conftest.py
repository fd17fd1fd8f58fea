"""Fixtures: the providers with which channels are tested."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

import pytest
import uvloop

from tests.channels.contract import Provider
from tests.channels.contract_http import KINDS as HTTP_KINDS
from tests.channels.contract_http import http_provider
from tests.channels.contract_smpp import centre_provider
from tests.channels.contract_twilio import CallProvider, TextProvider, gateway_provider
from tests.channels.smpp.smsc.centre import Centre, NotInstalledError, install, running_centre


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Use the service's event loop, because event loops report broken connections differently."""
    return {"uvloop": uvloop.new_event_loop}


@pytest.fixture(scope="session")
def smsc_packages() -> Path:
    """Return the folder with the npm packages of the SMS centre."""
    try:
        return install()
    except NotInstalledError as failure:
        pytest.skip(f"npm cannot install the SMS centre: {failure}")


@pytest.fixture
async def centre(smsc_packages: Path) -> AsyncIterator[Centre]:
    """Yield an SMS centre without a bound client."""
    async with running_centre(smsc_packages) as centre:
        yield centre


@pytest.fixture(params=["twilio_sms", "twilio_voice", "smpp", *HTTP_KINDS])
async def provider(request: pytest.FixtureRequest) -> AsyncIterator[Provider]:
    """Yield each provider in turn."""
    if request.param == "smpp":
        running = centre_provider(request.getfixturevalue("smsc_packages"))
    elif request.param in HTTP_KINDS:
        running = http_provider(request.param)
    else:
        kind = TextProvider if request.param == "twilio_sms" else CallProvider
        running = gateway_provider(kind, request.getfixturevalue("gateway"))
    async with running as provider:
        yield provider
