"""The API's reference in a browser: readable by everybody, and no request to another host.

The fixture `people` fails a test whose page calls another host or logs an error.
"""

from typing import Final

import pytest
from playwright.async_api import expect

from tests.browser.axe import violations
from tests.browser.people import People

pytestmark = pytest.mark.asyncio(loop_scope="session")


_WCAG: Final = ("wcag2a", "wcag2aa", "wcag21aa", "wcag22aa")
"""axe-core's rule sets to check; others demand landmarks and headings that Swagger UI lacks."""


async def test_operations_are_shown_found_and_followed_to_the_feed(people: People) -> None:
    page = await people.opens("/api/reference")
    raising = page.locator("#operations-alerts-post_alert")
    await raising.locator(".opblock-summary-control").click()
    await expect(raising).to_contain_text("Roles: informant")
    await expect(raising).to_contain_text("application/problem+json")
    await expect(raising).to_contain_text("滑坡")
    await expect(raising.get_by_role("button", name="Try it out")).to_have_count(0)
    assert await violations(page, *_WCAG) == []

    await page.get_by_placeholder("Filter by tag or path").fill("sessions")
    await expect(page.locator("#operations-sessions-get_me")).to_be_visible()
    await expect(raising).to_have_count(0)

    await page.get_by_role("link", name="The live feed").click()
    await expect(page.get_by_role("heading", name="alert.raised")).to_be_visible()
    assert await violations(page) == []
