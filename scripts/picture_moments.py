"""Takes pictures of the board at five moments of the evacuation, before any scrolling.

They show what the board tells a first-time reader to do first.
"""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Browser

from alerting.drill.run.environment import Environment
from alerting.drill.service.client import Service

WINDOWS: Final = {"1920": (1920, 1080), "360": (360, 640)}
LEFT: Final = 3
"""Number of households that are still missing at the moment 'nearly done'."""


@dataclass(frozen=True)
class Moments:
    """Takes pictures of one officer's board: the named ones, or all if no names are given."""

    browser: Browser
    stage: Environment
    state: Any
    folder: Path
    names: Collection[str]

    async def take(self, moment: str) -> None:
        """Take a picture of the board as it is now."""
        for width, (wide, high) in WINDOWS.items():
            file = f"moment-{moment}-{width}-en.png"
            if not self.names or file in self.names:
                (self.folder / file).write_bytes(await self._picture(wide, high))

    async def _picture(self, wide: int, high: int) -> bytes:
        context = await self.browser.new_context(
            base_url=self.stage.service_url,
            viewport={"width": wide, "height": high},
            locale="en-GB",
            color_scheme="light",
            reduced_motion="reduce",
            storage_state={"cookies": self.state["cookies"]},
        )
        page = await context.new_page()
        await page.goto("/board/1")
        await page.locator(".next-step").first.wait_for()
        await page.wait_for_load_state("networkidle")
        picture = await page.screenshot()
        await context.close()
        return picture


async def nearly_all_out(commander: Service) -> None:
    """Report all households as evacuated except `LEFT`, which stay unaccounted for."""
    homes = await commander.households(1)
    silent = [each["code"] for each in homes if each["standing"] == "unaccounted"]
    for home in homes:
        if home["standing"] != "evacuated" and home["code"] not in silent[:LEFT]:
            await _out(commander, home["code"])


async def finish(commander: Service) -> None:
    """Report the rest as evacuated, verify as many as the policy requires, and close."""
    for home in await commander.households(1):
        if not home["verified"]:
            await _out(commander, home["code"])
    await commander.tell("/api/alerts/1/close")


async def _out(commander: Service, home: str) -> None:
    await commander.tell("/api/alerts/1/evidence", {"household": home, "report": "evacuated"})
