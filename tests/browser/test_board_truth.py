"""The board never contradicts itself: all its numbers have the same sequence number."""

import re
from typing import Final

import pytest
from playwright.async_api import Page, expect

from tests.browser.frames import reached, record, recorded
from tests.browser.people import People
from tests.support.city import QIANFO, household_phone
from tests.support.running import Running

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

ANSWERS: Final = ("1", "2 老人走不动", "1", "4", "2 腿断了", "1 1", "3", "1", "1")
"""Texts of households, in the order of their numbers."""

STALLED_LIST: Final = """
  const real = window.fetch;
  window.fetch = (request, ...rest) =>
    `${request.url ?? request}`.includes("/help-cases")
      ? new Promise(() => {})
      : real(request, ...rest);
"""


async def shown_seq(page: Page) -> int:
    return int(await page.locator(".board").get_attribute("data-seq") or 0)


async def test_every_frame_shows_the_numbers_of_one_sequence(
    people: People, service: Running
) -> None:
    await service.raised("informant", QIANFO)
    page = await people.opens("/board/1", "commander")
    await expect(page.locator(".headline strong")).to_have_text("25")
    await record(page)
    for number, body in enumerate(ANSWERS, start=1):
        before = await shown_seq(page)
        await service.text(household_phone(QIANFO, number), body)
        await reached(page, before + 1)
    await expect(page.locator("#panel-help .panel-told")).to_have_text(re.compile("2.*2"))
    frames = await recorded(page)
    assert len({frame["seq"] for frame in frames}) > len(ANSWERS) / 2
    assert frames[-1]["help"]["panel"] == 2


async def test_panel_counts_open_calls_before_its_list_is_loaded(
    people: People, service: Running
) -> None:
    await service.raised("informant", QIANFO)
    await service.text(household_phone(QIANFO, 1), "2 腿断了")
    page = await people.opens("/board/1", "commander", script=STALLED_LIST)
    await record(page)
    await expect(page.locator("#panel-help .panel-told")).to_have_text(re.compile("1"))
    await recorded(page)
