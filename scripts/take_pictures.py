"""Takes screenshots of every page, in both widths and every language, during an evacuation.

The drill's environment provides a service, a gateway and handsets that answer by themselves.
Officers confirm, a household calls for help, and doors wait for a visit. Then the story slows down
to real time, so that all pages show the same minute. Run by scripts/pictures.
"""

import asyncio
import os
import re
import shutil
import sys
from collections.abc import Collection
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any, Final

import aiohttp
from playwright.async_api import Browser, async_playwright

from alerting.drill.run.environment import Environment
from alerting.drill.scenario import QIANFO, Scenario, ScenarioName
from alerting.drill.service.client import Service, open_session
from alerting.drill.service.hosting import OneProcess
from alerting.drill.timers import utc_now
from alerting.messages.languages import LANGUAGES
from scripts.picture_attack import attack
from scripts.picture_moments import Moments, finish, nearly_all_out

DOCS: Final = Path(__file__).parents[1] / "docs/pictures"
TOWN: Final = "511921100"
COMMANDER: Final = f"commander-{TOWN}"
INFORMANT: Final = f"informant-{QIANFO}"
GRID: Final = f"grid-{QIANFO}"
ADMINISTRATOR: Final = "administrator-5119"
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
    "exercise": {"size": "everybody"},
    "event": "滑坡",
    "description": "后山裂缝变宽，坡上有落石",
    "instruction": "立即撤离，往滑坡体两侧的高处走。带上老人和孩子，不要返回。",
    "assembly_point": "千佛村小学操场",
    "area": {"divisions": list(VILLAGES)},
}
HELP: Final = "2 老人摔倒了，走不动"
WRONG_CODE: Final = "034 1 5 #0000"
"""A door report from an officer's number with a wrong code."""
WIDTHS: Final = {"1440": (1440, 900), "360": (360, 740)}


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
    is_whole: bool = False
    """Whether it shows the page to its end, with everything unfolded."""

    def file(self, width: str, language: str) -> str:
        """Return the name of its file."""
        return f"{self.name}-{width}-{language}.png"


HAZARD: Final = ".hazards label"
CHECKED: Final = (HAZARD, "button[type=submit]")
UNFOLD: Final = "document.querySelectorAll('details').forEach(each => each.open = true)"
SHOTS: Final = (
    Shot("board", "/board/1", COMMANDER, ".next-step", screens=1.4),
    Shot("doors", "/doors", GRID, ".door"),
    Shot("alerts", "/", COMMANDER, "main li"),
    Shot("raise", "/raise", INFORMANT, ".hazards .chosen", (HAZARD,)),
    Shot("check", "/raise", INFORMANT, "#arrives", CHECKED, is_whole=True),
    Shot("report", "/alerts/1/report", COMMANDER, "footer", screens=2.2),
    Shot("security", "/security", ADMINISTRATOR, ".entry.suspicious"),
    Shot("sign-in", "/sign-in", None, "form"),
)


async def play(stage: Environment, moments: Moments) -> str:
    """Play the evacuation for `PLAYED_SECONDS`, and return the link of a household."""
    async with open_session() as session:
        commander = Service(session, stage.service_url, stage.tokens[COMMANDER])
        grid = Service(session, stage.service_url, stage.tokens[GRID])
        await commander.tell("/api/alerts", ALERT)
        for officer in (commander, grid):
            await officer.tell("/api/alerts/1/confirm")
        await take_slowly(stage, moments, "raised")
        await stage.time.sleep(PLAYED_SECONDS / 2)
        await take_slowly(stage, moments, "minute-5")
        silent = await commander.households(1, standing="unaccounted", division=QIANFO)
        phones = (stage.city.households[each["code"]].phones for each in silent)
        await says(session, stage, next(each[0] for each in phones if each), HELP)
        await stage.time.sleep(PLAYED_SECONDS / 2)
        for door in (await grid.get("/api/tasks"))[:2]:
            found = {"household": door["household"], "report": "evacuated"}
            await grid.tell("/api/alerts/1/evidence", found)
        stage.time.clock.change(1.0, utc_now())
        await moments.take("help")
        await attack(session, stage, GRID)
        await says(session, stage, stage.city.officers[GRID].phones[0], WRONG_CODE)
        return await link_texted(session, stage)


async def take_slowly(stage: Environment, moments: Moments, moment: str) -> None:
    """Take the pictures of a moment in real time, so that all show the same minute."""
    stage.time.clock.change(1.0, utc_now())
    await moments.take(moment)
    stage.time.clock.change(SPEED, utc_now())


async def play_to_the_end(stage: Environment, moments: Moments) -> None:
    """Bring everybody out, and close the alert."""
    async with open_session() as session:
        commander = Service(session, stage.service_url, stage.tokens[COMMANDER])
        await nearly_all_out(commander)
        await moments.take("nearly")
        await finish(commander)
        await moments.take("finished")


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


async def take(stage: Environment, folder: Path, names: Collection[str]) -> None:
    """Play the evacuation, and take the screenshots with these file names, or all without names."""
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with (
        async_playwright() as playwright,
        await playwright.chromium.launch(executable_path=chromium(), args=arguments) as browser,
    ):
        officers = {shot.officer for shot in SHOTS}
        held = {officer: await signed_in(browser, stage, officer) for officer in officers}
        moments = Moments(browser, stage, held[COMMANDER], folder, names)
        household = Shot("household", await play(stage, moments), None, "h1", is_whole=True)
        for shot, width, language in product((*SHOTS, household), WIDTHS, LANGUAGES):
            file = shot.file(width, language)
            if not names or file in names:
                picture = await screenshot(
                    browser, stage, shot, width, language, held[shot.officer]
                )
                (folder / file).write_bytes(picture)
        await play_to_the_end(stage, moments)


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


async def screenshot(
    browser: Browser, stage: Environment, shot: Shot, width: str, language: str, state: Any
) -> bytes:
    """Return a screenshot as PNG."""
    wide, high = WIDTHS[width]
    context = await browser.new_context(
        base_url=stage.service_url,
        viewport={"width": wide, "height": round(high * shot.screens)},
        locale=LANGUAGES[language].locale,
        color_scheme="light",
        reduced_motion="reduce",
        storage_state={"cookies": state["cookies"]},
    )
    page = await context.new_page()
    await page.goto(f"{shot.path}?lang={language}" if "/h/" in shot.path else shot.path)
    # After this the form has loaded its default values.
    await page.wait_for_load_state("networkidle")
    for pressed in shot.clicks:
        await page.locator(pressed).first.click()
    await page.locator(shot.shows).first.wait_for()
    if shot.is_whole:
        await page.evaluate(UNFOLD)
    picture = await page.screenshot(full_page=shot.is_whole)
    await context.close()
    return picture


async def play_and_take(folder: Path, names: Collection[str]) -> None:
    """Play the evacuation in an environment of its own, and take the screenshots."""
    async with Environment(SCENARIO, SEED, SPEED, OneProcess(), keep=False) as stage:
        await take(stage, folder, names)


def main(folder: Path = DOCS) -> None:
    """Take all screenshots into a folder; for the docs' folder, only retake existing ones."""
    folder.mkdir(parents=True, exist_ok=True)
    names = {file.name for file in DOCS.glob("*.png")} if folder == DOCS else set()
    asyncio.run(play_and_take(folder, names))
    sizes = [file.stat().st_size for file in folder.glob("*.png")]
    sys.stdout.write(f"{len(sizes)} pictures, {sum(sizes) / 1e6:.1f} MB\n")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
