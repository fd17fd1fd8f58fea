"""The security log: an administrator reads and filters it, and sees the refused attempts."""

from typing import Final

import pytest
from playwright.async_api import expect
from sqlalchemy import func, select

from alerting.security_log.tables import security_events
from tests.browser.pages_checked import check_page
from tests.browser.people import People
from tests.support.running import Running

pytestmark = pytest.mark.asyncio(loop_scope="session")

COUNT: Final = select(func.sum(security_events.c["count"]))


async def attack(service: Running) -> None:
    """Try tokens, links, signatures and other divisions, like the finder of an officer's phone."""
    for _ in range(3):
        await service.get("/api/me", "invented")
    await service.get("/metrics", "grid")
    await service.get("/api/alerts/77", "grid")
    await service.form("/twilio/sms", {"Body": "1"}, "invented")
    await service.until(COUNT, lambda found: (found[0][0] or 0) >= 6)


async def test_administrator_reads_an_attack(people: People, service: Running) -> None:
    await attack(service)
    page = await people.opens("/", "administrator")
    await page.locator("nav.personal a[href='/security']").click()
    entries = page.locator(".entry")
    await expect(entries.first).to_be_visible()
    await expect(page.locator(".entry.suspicious")).to_have_count(4)
    await check_page(page)
    await page.locator(".filter select").select_option("bad_signature")
    await expect(entries).to_have_count(1)
    await expect(entries).to_contain_text("POST /twilio/sms")
    await page.locator(".filter select").select_option("all")
    await page.locator(".filter input").fill("grid")
    await page.locator(".filter button").click()
    await expect(entries).to_have_count(2)


async def test_only_administrators_have_a_link_to_the_security_log(people: People) -> None:
    page = await people.opens("/", "commander")
    await expect(page.locator("nav.personal a[href='/doors']")).to_be_visible()
    await expect(page.locator("nav.personal a[href='/security']")).to_have_count(0)
