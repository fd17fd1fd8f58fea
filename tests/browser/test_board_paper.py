"""On paper each village has a separate page, with every household."""

import re
from typing import Final

import pytest
from playwright.async_api import expect

from tests.browser.people import People
from tests.support.city import NEXT_VILLAGE, QIANFO, household_phone, settle
from tests.support.running import Running

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]
MORE: Final = range(11, 121)
"""Number of households added to one village, which has ten."""
PAGE: Final = re.compile(rb"/Type\s*/Page\b")


async def test_every_household_is_printed_on_the_page_of_its_village(
    people: People, service: Running
) -> None:
    say = people.device.say
    await service.runtime.ledger.write(lambda tx: settle(tx.connection, QIANFO, MORE))
    await service.raised("commander", QIANFO, NEXT_VILLAGE)
    await service.text(household_phone(QIANFO, 3), "2 老人走不动")
    page = await people.opens("/board/1?print", "commander")
    await expect(page.get_by_role("button", name=say("打印", "Print"), exact=True)).to_be_enabled()
    villages = page.locator(".paper-page")
    await expect(villages).to_have_count(2)
    for village, households in ((villages.nth(0), 120), (villages.nth(1), 10)):
        shown = await village.locator("li b").all_text_contents()
        assert shown == [f"住户{number:04d}" for number in range(1, households + 1)]
    third = villages.nth(0).locator("li").nth(2)
    await expect(third).to_contain_text(say("求助", "Needs help"))
    await expect(villages.nth(0)).to_contain_text(re.compile(say("120 户", "120 households")))
    assert len(PAGE.findall(await page.pdf(format="A4"))) == 2


async def test_board_links_to_its_paper(people: People, service: Running) -> None:
    say = people.device.say
    await service.raised("informant", QIANFO)
    page = await people.opens("/board/1", "commander")
    await page.get_by_role("link", name=say("打印全部住户", "Print every household")).click()
    await expect(page.locator(".paper-list li")).to_have_count(10)
