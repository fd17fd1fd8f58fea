"""Users and their browsers, signed in or not, each with its own browser profile."""

from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, Page

from tests.browser.devices import Device
from tests.browser.watch import Watch
from tests.support.patience import PATIENCE_SECONDS
from tests.support.running import Running
from tests.support.signing_in import signed_in


@dataclass
class People:
    """Opens pages of the service for users, each in their own browser, on one kind of device.

    Installing the service worker takes a quarter of a page's processor time. By default, stories
    whose pages open without a network install it (`service_workers="allow"`); with `--long`, all.
    """

    service: Running
    browser: Browser
    device: Device
    stack: AsyncExitStack
    service_workers: Literal["allow", "block"]
    watch: Watch = field(init=False)

    def __post_init__(self) -> None:
        self.watch = Watch(urlsplit(self.service.url).netloc)

    async def opens(
        self, path: str, officer: str | None = None, *, script: str = "", **options: Any
    ) -> Page:
        """Open a page in a new browser profile, signed in if an officer is given; return it.

        `script` runs before the page's own. `options` add to, or replace, the device's options.
        """
        context = await self._context(options)
        if officer is not None:
            token = (await signed_in(self.service, officer)).token
            await context.add_cookies(
                [{"name": "alerting_session", "value": token, "url": self.service.url}]
            )
        if script:
            await context.add_init_script(script)
        page = await context.new_page()
        await page.goto(path)
        return page

    async def _context(self, options: dict[str, Any]) -> BrowserContext:
        given = self.device.options | {"service_workers": self.service_workers} | options
        context = await self.browser.new_context(base_url=self.service.url, **given)
        self.stack.push_async_callback(context.close)
        context.set_default_timeout(PATIENCE_SECONDS * 1000)
        self.watch.over(context)
        return context
