"""Webhooks on the list of alerts: an administrator resends dead letters."""

from collections.abc import AsyncIterator
from typing import Final

import pytest
import pytest_asyncio
from playwright.async_api import expect
from sqlalchemy import insert

from alerting.policy.policy import parse_policy
from alerting.webhooks.tables import dead_letters
from tests.browser.conftest import Site, running_site
from tests.browser.pages_checked import check_page
from tests.browser.people import People
from tests.support.city import NOW, QIANFO
from tests.support.gateway import Gateway
from tests.support.receiver import SECRET, Receiver, receiving
from tests.support.running import Running

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.sends]

POLICY: Final = """
[[webhooks]]
name = "office"
url = "{url}"
secret = "hook"
kinds = ["alert.*"]
"""


@pytest_asyncio.fixture(loop_scope="session")
async def receiver() -> AsyncIterator[Receiver]:
    """A server that receives the webhook's posts."""
    async with receiving() as receiver:
        yield receiver


@pytest_asyncio.fixture(loop_scope="session")
async def site(database_url: str, gateway: Gateway, receiver: Receiver) -> AsyncIterator[Site]:
    """A service whose policy names a webhook."""
    policy = parse_policy(POLICY.format(url=receiver.url))
    given = {"policy": policy, "secret": {"hook": SECRET}}
    async with running_site(database_url, gateway, **given) as site:
        yield site


async def test_administrator_sends_dead_letters_again(
    people: People, service: Running, receiver: Receiver
) -> None:
    raised = await service.raised("commander", QIANFO)
    await receiver.until(messages=1)
    letter = {"name": "office", "alert": raised["id"], "seq": 1, "at": NOW, "problem": "too late"}
    await service.change(insert(dead_letters).values(letter))
    page = await people.opens("/", "administrator")
    hook = page.locator("section[aria-labelledby=webhooks] li.note")
    await expect(hook).to_contain_text("office")
    await hook.locator("summary").click()
    await expect(hook.locator(".letters")).to_contain_text("too late")
    await check_page(page)
    await hook.get_by_role("button").click()
    await receiver.until(messages=2)
    await expect(hook.locator("summary")).to_have_count(0)
