"""The board never contradicts itself: every number that it shows at a moment is of one sequence."""

import asyncio
from typing import Any, Final

import pytest
from playwright.async_api import Page, expect

from tests.browser.people import People
from tests.support.city import QIANFO, household_phone
from tests.support.running import Running

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

READ: Final = """() => {
  const numbers = (one) => (one?.textContent.replaceAll(",", "").match(/\\d+/g) ?? []).map(Number);
  const first = (selector) => numbers(document.querySelector(selector))[0] ?? 0;
  const row = (standing) =>
    [...document.querySelectorAll(".standings tbody tr")]
      .find((one) => one.querySelector(`.is-${standing}`));
  const cells = (standing) => [...row(standing).querySelectorAll("td")].map((td) => numbers(td)[0]);
  const why = document.querySelector(".obstacles")?.textContent ?? "";
  const named = (pattern) => {
    const found = pattern.exec(why);
    return Number(found?.[1] ?? found?.[2] ?? 0);
  };
  return {
    seq: Number(document.querySelector(".board").dataset.seq),
    missing: {
      headline: first(".headline strong"),
      standings: cells("unaccounted")[0],
      obstacles: named(/(\\d+) 人去向未落实|(\\d+) (?:person|people)/),
      tree: first(".tree-part .missing [aria-hidden] b"),
    },
    help: {
      headline: document.querySelector(".headline.is-help") ? first(".condition") : 0,
      standings: cells("needs_help")[1],
      obstacles: named(/(\\d+) 户求助|(\\d+) calls? for help/),
      panel: first("#panel-help .panel-told"),
    },
  };
}"""
"""One frame of the page, read in one turn of its event loop."""

ANSWERS: Final = ("1", "2 老人走不动", "1", "4", "2 腿断了", "1 1", "3", "1", "1")
"""Texts of households, in the order of their numbers."""

PAUSE_SECONDS: Final = 0.4

FRAME_SECONDS: Final = 0.1


async def read_frames(page: Page, over: asyncio.Event) -> list[dict[str, Any]]:
    frames = []
    while not over.is_set():
        frames.append(await page.evaluate(READ))
        await asyncio.sleep(FRAME_SECONDS)
    return [*frames, await page.evaluate(READ)]


async def answer(service: Running) -> None:
    for number, body in enumerate(ANSWERS, start=1):
        await service.text(household_phone(QIANFO, number), body)
        await asyncio.sleep(PAUSE_SECONDS)


async def test_every_frame_shows_the_numbers_of_one_sequence(
    people: People, service: Running
) -> None:
    await service.raised("informant", QIANFO)
    page = await people.opens("/board/1", "commander")
    await expect(page.locator(".headline strong")).to_have_text("25")
    await page.locator(":is(.tree-part, .standings):not([open]) > summary").evaluate_all(
        "(found) => found.forEach((one) => one.click())"
    )
    over = asyncio.Event()
    reading = asyncio.create_task(read_frames(page, over))
    await answer(service)
    over.set()
    frames = await reading
    for frame in frames:
        for shown in (frame["missing"], frame["help"]):
            assert len(set(shown.values())) == 1, frame
    assert len({frame["seq"] for frame in frames}) > len(ANSWERS) / 2
    assert frames[-1]["help"]["panel"] == 2
