"""Exercises in a browser: the page calls the officers alone, and lists the exercise afterwards."""

import re
from collections.abc import Callable

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import select

from alerting.deliveries.tables import deliveries
from alerting.runtime import wall_clock
from tests.browser.pages_checked import check_page
from tests.browser.people import People
from tests.support.city import officer_phone
from tests.support.running import Running

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]


async def press(page: Page, name: str) -> None:
    await page.get_by_role("button", name=name, exact=True).click()


async def test_officers_alone_are_called_and_the_record_tells_how_fast(
    people: People, service: Running
) -> None:
    say, page = people.device.say, await people.opens("/raise", "informant")
    await page.get_by_text(say("滑坡", "landslide"), exact=True).first.click()
    await page.get_by_text(say("只叫应责任人", "Officers only")).click()
    await check_page(page)
    await press(page, say("下一步：核对", "Next: check"))
    await expect(page.locator(".kind")).to_contain_text(
        say("不发给任何住户", "Officers alone are called")
    )
    await check_page(page)
    await press(page, say("发布演练", "Send the exercise"))
    await expect(page).to_have_url(re.compile("/board/1$"))
    assert {row.recipient_kind for row in service.rows(select(deliveries.c.recipient_kind))} == {
        "officer"
    }
    await service.hand_over()
    await service.text(officer_phone("grid"), "收到")

    office = await people.opens("/admin/exercises", "commander")
    held = office.locator("ul.held > li")
    await expect(held).to_have_count(1)
    await expect(held).to_contain_text(say("责任人", "Officers"))
    await expect(held).to_contain_text(say("3名责任人，2名已应答", "2 of 3 officers answered"))
    villages = office.locator("ul.practice > li")
    await expect(villages).to_have_count(2)
    await expect(villages.first).to_contain_text("邻村")
    await expect(villages.nth(1).locator("dl > .lack")).to_have_count(1)
    await check_page(office)

    await plan_and_cancel(office, say)


async def plan_and_cancel(office: Page, say: Callable[[str, str], str]) -> None:
    await office.locator("summary").first.click()
    await office.get_by_label(say("时间", "When")).fill(f"{wall_clock().year + 1}-01-31T09:30")
    await office.get_by_text(say("每月这一天重复", "Every month on this day")).click()
    await check_page(office)
    await press(office, say("安排演练", "Plan an exercise"))
    upcoming = office.locator("ul.upcoming > li")
    await expect(upcoming).to_have_count(1)
    await expect(upcoming).to_contain_text("09:30")
    await expect(upcoming).to_contain_text(say("每月", "monthly"))
    await check_page(office)
    await upcoming.get_by_role("button").click()
    await press(office, say("取消安排", "Cancel"))
    await expect(upcoming).to_have_count(0)
