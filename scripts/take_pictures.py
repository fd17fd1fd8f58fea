"""Takes screenshots of every page, in both widths and languages, during an evacuation.

The drill's environment provides a service, a gateway and handsets that answer by themselves.
Officers confirm, a household calls for help, and doors wait for a visit. Run by scripts/pictures.
"""

import asyncio
import os
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import aiohttp
from playwright.async_api import Browser, async_playwright

from alerting.drill.run.environment import Environment
from alerting.drill.scenario import QIANFO, Scenario, ScenarioName
from alerting.drill.service.client import Service, open_session
from alerting.drill.service.hosting import OneProcess

FOLDER: Final = Path(__file__).parents[1] / "docs/pictures"
TOWN: Final = "511921100"
COMMANDER: Final = f"commander-{TOWN}"
INFORMANT: Final = f"informant-{QIANFO}"
GRID: Final = f"grid-{QIANFO}"
VILLAGES: Final = (QIANFO, "511921100201", "511921100202", "511921100217")
SCENARIO: Final = Scenario(
    name=ScenarioName.QIANFO_2022,
    village=QIANFO,
    towns=VILLAGES,
    seat=TOWN,
    commander=COMMANDER,
    households=180,
    people=463,
    answer_within=240,
)
SPEED: Final = 20.0
SEED: Final = 7
PLAYED_SECONDS: Final = 560.0
"""Story seconds after which replies have arrived and grid officers have open door tasks."""
ALERT: Final[dict[str, Any]] = {
    "status": "Exercise",
    "event": "滑坡",
    "description": "后山裂缝变宽，坡上有落石",
    "instruction": "立即撤离，往滑坡体两侧的高处走。带上老人和孩子，不要返回。",
    "assembly_point": "千佛村小学操场（走东边公路，不要过河，不要走沟底）",
    "area": {"divisions": list(VILLAGES)},
}
HELP: Final = "2 老人摔倒了，走不动"
WIDTHS: Final = {"1440": (1440, 900), "360": (360, 740)}
LOCALES: Final = {"zh": "zh-CN", "en": "en-GB"}


@dataclass(frozen=True)
class Shot:
    """A screenshot: its page, its viewer, and the clicks before it is taken."""

    name: str
    path: str
    officer: str | None
    shows: str
    """Selector of the element that must be shown."""
    clicks: tuple[str, ...] = ()
    """Selectors of the elements clicked before that, in order."""
    screens: float = 1.0
    """Height of the screenshot, in screens."""


HAZARD: Final = ".hazards label"
SHOTS: Final = (
    Shot("board", "/board/1", COMMANDER, "#panel-help li", screens=1.4),
    Shot("doors", "/doors", GRID, ".door"),
    Shot("alerts", "/", COMMANDER, "main li"),
    Shot("raise", "/raise", INFORMANT, ".hazards .chosen", (HAZARD,)),
    Shot("check", "/raise", INFORMANT, ".reach", (HAZARD, "button[type=submit]")),
    Shot("report", "/alerts/1/report", COMMANDER, "footer", screens=2.2),
    Shot("sign-in", "/sign-in", None, "form"),
)


async def play(stage: Environment) -> str:
    """Play the evacuation for `PLAYED_SECONDS`, and return the link of a household."""
    async with open_session() as session:
        commander = Service(session, stage.service_url, stage.tokens[COMMANDER])
        grid = Service(session, stage.service_url, stage.tokens[GRID])
        await commander.tell("/api/alerts", ALERT)
        for officer in (commander, grid):
            await officer.tell("/api/alerts/1/confirm")
        await stage.time.sleep(PLAYED_SECONDS / 2)
        silent = await commander.households(1, standing="unaccounted", division=QIANFO)
        phones = (stage.city.households[each["code"]].phones for each in silent)
        await says(session, stage, next(each[0] for each in phones if each), HELP)
        await stage.time.sleep(PLAYED_SECONDS / 2)
        for door in (await grid.get("/api/tasks"))[:2]:
            found = {"household": door["household"], "report": "evacuated"}
            await grid.tell("/api/alerts/1/evidence", found)
        return await link_texted(session, stage)


async def says(session: aiohttp.ClientSession, stage: Environment, phone: str, body: str) -> None:
    """Send a text from a household to the service."""
    text = {"from": phone, "body": body}
    async with session.post(f"{stage.gateway_url}/control/inbound", json=text) as answer:
        answer.raise_for_status()


async def link_texted(session: aiohttp.ClientSession, stage: Environment) -> str:
    """Return a link that a household received by text."""
    async with session.get(f"{stage.gateway_url}/control/messages") as answer:
        for text in await answer.json():
            if found := re.search(r"http\S+(/h/\w+)", text["body"]):
                return found[1]
    raise SystemExit("no household got a link: its text was too long")


async def take(stage: Environment) -> None:
    """Play, and take all screenshots, the board's first: the other pages change more slowly."""
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with (
        async_playwright() as playwright,
        await playwright.chromium.launch(executable_path=chromium(), args=arguments) as browser,
    ):
        officers = {shot.officer for shot in SHOTS}
        held = {officer: await signed_in(browser, stage, officer) for officer in officers}
        household = Shot("household", await play(stage), None, "h1")
        for shot in (*SHOTS, household):
            for width in WIDTHS:
                for language in LOCALES:
                    await take_one(browser, stage, shot, width, language, held[shot.officer])


def chromium() -> str:
    """Return the path of Chromium."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        raise SystemExit("there is no Chromium: install the package 'chromium'")
    return found


async def signed_in(browser: Browser, stage: Environment, officer: str | None) -> Any:
    """Return the storage state of a browser in which the officer has signed in by a link."""
    context = await browser.new_context()
    if officer is not None:
        link = (await stage.processes.run("officers", "link", officer)).split()[-1]
        page = await context.new_page()
        await page.goto(link)
        await page.get_by_role("button").click()
        await page.wait_for_load_state()
    state = await context.storage_state()
    await context.close()
    return state


async def take_one(
    browser: Browser, stage: Environment, shot: Shot, width: str, language: str, state: Any
) -> None:
    """Take one screenshot."""
    wide, high = WIDTHS[width]
    context = await browser.new_context(
        base_url=stage.service_url,
        viewport={"width": wide, "height": round(high * shot.screens)},
        locale=LOCALES[language],
        color_scheme="light",
        reduced_motion="reduce",
        storage_state={"cookies": state["cookies"]},
    )
    page = await context.new_page()
    await page.goto(f"{shot.path}?lang={language}" if "/h/" in shot.path else shot.path)
    # By then the form has loaded its own defaults.
    await page.wait_for_load_state("networkidle")
    for pressed in shot.clicks:
        await page.locator(pressed).first.click()
    await page.locator(shot.shows).first.wait_for()
    await page.screenshot(path=FOLDER / f"{shot.name}-{width}-{language}.png")
    await context.close()


async def main() -> None:
    """Play the evacuation and take the screenshots."""
    FOLDER.mkdir(exist_ok=True)
    async with Environment(SCENARIO, SEED, SPEED, OneProcess(), keep=False) as stage:
        await take(stage)
    size = sum(file.stat().st_size for file in FOLDER.glob("*.png"))
    sys.stdout.write(f"{len(list(FOLDER.glob('*.png')))} pictures, {size / 1e6:.1f} MB\n")


if __name__ == "__main__":
    asyncio.run(main())
