"""A browser, and a service behind a proxy that can be stalled, for end-to-end stories.

Fixtures and tests share the session's event loop, because the browser belongs to it.
"""

import os
import shutil
import zlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from scripts.benches.proxy import Proxy
from tests.browser.devices import DEVICES, Device
from tests.browser.people import People
from tests.support.gateway import Gateway
from tests.support.patience import PATIENCE_SECONDS
from tests.support.running import Running, listening, running_service

_REQUIRED: Final = os.environ.get("TEST_BROWSER") == "required"
_NAMES: Final = ("chromium-headless-shell", "chromium", "chromium-browser")
"""Names of Chromium's program, best first: the headless one takes less processor time."""
_MISSING: Final = "there is no Chromium: install the package 'chromium' to test the pages in it"

expect.set_options(timeout=PATIENCE_SECONDS * 1000)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run each browser test on one device by default, and on both with `--long`.

    A test about the layout names its devices itself, and runs on all of them.
    """
    for item in items:
        if isinstance(item, pytest.Function) and _is_on_the_other_device(item):
            item.add_marker(pytest.mark.long)


def _is_on_the_other_device(item: pytest.Function) -> bool:
    """Return whether the default run uses the other device for this test, by its checksum."""
    parameters = item.callspec.params if hasattr(item, "callspec") else {}
    held = parameters.get("device")
    own = [mark for mark in item.iter_markers("parametrize") if "device" in mark.args]
    if held is None or own:
        return False
    story = getattr(parameters.get("opened"), "__name__", item.originalname)
    return held != DEVICES[zlib.crc32(story.encode()) % len(DEVICES)]


@dataclass(frozen=True)
class Site:
    """The service at the address that browsers use, and the proxy in front of it."""

    service: Running
    wire: Proxy


@pytest.fixture(scope="session", autouse=True)
def chromium() -> str:
    """Return the path of Chromium; without one, skip these tests unless they are required."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None and _REQUIRED:
        pytest.fail(_MISSING)
    if found is None:
        pytest.skip(_MISSING)
    return found


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """The one browser of the session."""
    # If it has no GPU, Chromium emulates one, which takes a third of the time of these tests.
    arguments = ["--disable-gpu"] + (["--no-sandbox"] if os.geteuid() == 0 else [])
    async with (
        async_playwright() as playwright,
        await playwright.chromium.launch(executable_path=chromium, args=arguments) as browser,
    ):
        yield browser


@pytest.fixture(params=DEVICES, ids=lambda device: device.name)
def device(request: pytest.FixtureRequest) -> Device:
    """The device of the test: a phone, then a desktop."""
    held: Device = request.param
    return held


@pytest_asyncio.fixture(loop_scope="session")
async def site(database_url: str, gateway: Gateway) -> AsyncIterator[Site]:
    """A separate service for each test, with its proxy."""
    async with running_site(database_url, gateway) as site:
        yield site


@pytest_asyncio.fixture(loop_scope="session")
async def service(site: Site) -> Running:
    """The service, at the address that browsers use."""
    return site.service


@pytest_asyncio.fixture(loop_scope="session")
async def wire(site: Site) -> Proxy:
    """The proxy between browsers and the service."""
    return site.wire


@asynccontextmanager
async def running_site(
    database_url: str, gateway: Gateway, host: str = "127.0.0.1", **changes: Any
) -> AsyncIterator[Site]:
    """Run a service with the tests' city, behind a proxy at its public address.

    Passkeys need a name as `host`, because browsers do not bind them to an IP address.
    """
    listener = listening()
    async with Proxy(*listener.getsockname()) as wire:
        url = f"http://{host}:{wire.port}"
        given = {"public_url": url} | changes
        async with running_service(database_url, gateway, listener, **given) as running:
            yield Site(running, wire)


@pytest_asyncio.fixture(loop_scope="session")
async def people(
    request: pytest.FixtureRequest, browser: Browser, device: Device, service: Running
) -> AsyncIterator[People]:
    """Users with the test's device; a page that logs an error or calls another host fails it."""
    async with AsyncExitStack() as stack:
        workers = "allow" if request.config.getoption("long") else "block"
        people = People(service, browser, device, stack, workers)
        yield people
    people.watch.check()
