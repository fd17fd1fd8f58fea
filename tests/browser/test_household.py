"""A household answers by the link in its text, in a browser that runs no scripts."""

from typing import Final

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect
from sqlalchemy import select, update

from alerting.deliveries.tables import deliveries
from alerting.roll.tables import evidence
from contacts.tables import DIVISIONS
from tests.browser.people import People
from tests.support.city import QIANFO, household_code, household_phone, officer_phone
from tests.support.running import Running

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

NUMBER: Final = 3
ROOM_FOR_A_LINK: Final = {"event": "滑坡", "assembly_point": "村小学操场" * 6}
"""Words that make the text two segments long, so that the link costs no third one."""


@pytest_asyncio.fixture(loop_scope="session")
async def link(service: Running) -> str:
    """Return the link in a text that the gateway received for a household."""
    await service.raised("informant", QIANFO, **ROOM_FOR_A_LINK)
    told = select(deliveries.c.state).where(deliveries.c.channel == "sms")
    await service.until(told, lambda rows: {row.state for row in rows} == {"delivered"})
    texts = {text["to"]: text["body"] for text in service.gateway.taken(service.sender)}
    body: str = texts[household_phone(QIANFO, NUMBER)]
    return body.rpartition(" ")[2]


async def opened(people: People, link: str) -> Page:
    """Open a link in the language of the device."""
    page = await people.opens(link, java_script_enabled=False)
    if people.device.language == "en":
        await page.get_by_role("link", name="English").click()
    return page


def recorded(service: Running) -> list[tuple[str, int | None, str]]:
    c = evidence.c
    mine = c.household == household_code(QIANFO, NUMBER)
    found = select(c.report, c.people, c.channel).where(mine).order_by(c.seq)
    return [tuple(row) for row in service.rows(found)]


async def test_household_reports_all_out(people: People, service: Running, link: str) -> None:
    say, page = people.device.say, await opened(people, link)
    heading = page.get_by_role("heading", level=1)
    await expect(heading).to_have_text(say("立即撤离", "EVACUATE NOW"))
    await expect(
        page.get_by_text(say("演练 · 不是真的灾情", "DRILL · this is not real"))
    ).to_be_visible()
    place = say(ROOM_FOR_A_LINK["assembly_point"], "village school")
    await expect(page.get_by_text(place)).to_be_visible()
    await page.get_by_role("button", name=say("全家已撤", "All out")).click()
    out = say("您家4人已全部撤离。", "All 4 are out.")
    await expect(page.get_by_role("status")).to_have_text(out)
    assert recorded(service) == [("evacuated", None, "link")]


async def test_household_reports_a_number_then_calls_for_help(
    people: People, service: Running, link: str
) -> None:
    say, page = people.device.say, await opened(people, link)
    await page.get_by_label(say("已撤离或不在村的人数", "How many are out or away")).fill("3")
    await page.get_by_role("button", name=say("全家已撤", "All out")).click()
    missing = say("还差1人，在哪里？", "1 still missing: where are they?")
    await expect(page.get_by_role("status")).to_contain_text(missing)
    await page.get_by_role("button", name=say("求助", "Need help")).click()
    told = say(
        "求助收到，已通知村里派人。", "Your call for help is recorded and the village is told."
    )
    await expect(page.get_by_role("status")).to_contain_text(told)
    assert [report for report, *_ in recorded(service)] == ["evacuated", "needs_help"]


async def test_household_sees_who_is_coming_and_whom_to_call(
    people: People, service: Running, link: str
) -> None:
    village = update(DIVISIONS).where(DIVISIONS.c.code == QIANFO)
    await service.change(village.values(contact_phone="+8613900000001"))
    say, page = people.device.say, await opened(people, link)
    await page.get_by_role("button", name=say("求助", "Need help")).click()
    call = page.get_by_role("link", name="+86 139 0000 0001")
    await expect(call).to_have_attribute("href", "tel:+8613900000001")
    await expect(page.get_by_text(say("赶来", "is coming to you"))).to_have_count(0)
    home = {"household": household_code(QIANFO, NUMBER), "officer": "grid"}
    _, sent = await service.post("/api/alerts/1/tasks", "commander", home)
    assert (await service.post(f"/api/tasks/{sent['id']}/take", "grid"))[0] == 200
    await page.reload()
    coming = page.get_by_text(say("officer grid正在赶来您家", "officer grid is coming to you"))
    await expect(coming).to_be_visible()
    number = officer_phone("grid")
    await expect(coming.get_by_role("link")).to_have_attribute("href", f"tel:{number}")


async def test_unknown_link_explains_how_to_answer(people: People) -> None:
    people.watch.expected.append("status of 404")
    page = await people.opens("/h/0123456789ab", java_script_enabled=False)
    for said in ("这个链接已失效。", "This link has expired."):
        await expect(page.get_by_role("heading", name=said)).to_be_visible()
    await expect(page.get_by_role("button")).to_have_count(0)
