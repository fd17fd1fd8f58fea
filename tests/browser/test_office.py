"""The administrators' pages: an import, changes to the roster, the rota, and the policy."""

from datetime import timedelta

import pytest
from playwright.async_api import FilePayload, Page, expect
from sqlalchemy import func, select

from contacts.tables import HOUSEHOLDS
from tests.browser.pages_checked import check_page
from tests.browser.people import People
from tests.support.city import COUNTY, QIANFO, TOWN, household_code
from tests.support.roster_files import HEADINGS, home
from tests.support.running import Running

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]


def file_of(text: str) -> FilePayload:
    return {"name": "花名册.csv", "mimeType": "text/csv", "buffer": text.encode("gb18030")}


async def look(page: Page, text: str) -> None:
    """Choose a file and ask for its preview."""
    await page.locator("#file").set_input_files(file_of(text))
    await page.locator("form.import button[type=submit]").click()


async def test_administrator_corrects_a_file_and_imports_it(
    people: People, service: Running
) -> None:
    say, page = people.device.say, await people.opens("/", "administrator")
    await page.get_by_role("link", name=say("管理", "Office")).click()
    faulty = HEADINGS.replace("户主姓名", "当家的") + home(1) + home(2, phone="1390000")
    await look(page, faulty)
    faults = page.locator("section[aria-labelledby=faults]")
    await expect(faults).to_contain_text(say("缺少", "is missing"))
    await page.get_by_label(say("户主", "Head"), exact=True).select_option("当家的")
    await expect(faults.locator("tbody tr")).to_have_count(1)
    await expect(faults).to_contain_text("联系电话")
    await check_page(page)
    await look(page, faulty.replace("1390000,", "13900000002,"))
    await page.get_by_label(say("户主", "Head"), exact=True).select_option("当家的")
    await expect(page.locator("section[aria-labelledby=changes]")).to_contain_text("2")
    await check_page(page)
    assert ("新户1",) not in service.rows(select(HOUSEHOLDS.c.head))
    await page.get_by_role("button", name=say("导入", "Import"), exact=True).click()
    await expect(page.locator(".done")).to_be_visible()
    assert service.rows(select(HOUSEHOLDS.c.head)).count(("新户1",)) == 1
    await page.get_by_role("link", name=say("看管理记录", "See the log")).click()
    entry = page.locator("ol.log > li")
    await expect(entry).to_contain_text("officer administrator")
    await page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    await expect(entry).to_contain_text("新户2")
    await check_page(page)


async def test_administrator_changes_and_retires_a_household(
    people: People, service: Running
) -> None:
    await service.assign_administrator(COUNTY)
    say, page = people.device.say, await people.opens("/admin/households", "administrator")
    rows = page.locator("ul.rows > li")
    await expect(rows).to_have_count(20)
    await page.locator("#lack").select_option("phone")
    await page.locator("form button[type=submit]").click()
    await expect(rows).to_have_count(2)
    await rows.first.get_by_role("button").click()
    await check_page(page)
    await page.locator("#phones").fill("13900000001")
    await page.get_by_role("button", name=say("保存", "Save")).click()
    await expect(rows).to_have_count(1)
    await rows.first.get_by_role("button").click()
    await page.locator("#reason").fill("搬走了")
    await page.get_by_role("button", name=say("注销这一户", "Retire this household")).click()
    await expect(rows).to_have_count(0)
    await page.goto("/admin/log")
    await expect(page.locator("ol.log > li")).to_have_count(2)
    await expect(page.locator("ol.log > li").first).to_contain_text("搬走了")


async def test_household_splits_and_joins_again(people: People, service: Running) -> None:
    await service.assign_administrator(COUNTY)
    say, page = people.device.say, await people.opens("/admin/households", "administrator")
    counted = select(func.count(), func.sum(HOUSEHOLDS.c.headcount))
    ((homes, total),) = service.rows(counted)
    rows = page.locator("ul.rows > li")
    await rows.nth(1).get_by_role("button").click()
    for summary in await page.locator("ul.rows summary").all():
        await summary.click()
    await expect(page.locator("ul.rows .division-choice select")).to_have_count(2)
    await check_page(page)
    await page.locator("#leaver-head").fill("新户主")
    await page.get_by_role("button", name=say("分户", "Found the new household")).click()
    await expect(rows).to_have_count(homes + 1)
    assert service.rows(counted) == [(homes + 1, total)]
    new = rows.filter(has_text="新户主")
    await new.get_by_role("button").click()
    await page.get_by_text(say("并户：并入另一户", "Join it to another household")).click()
    await page.locator("#other").fill(household_code(QIANFO, 2))
    merging = page.locator("form", has=page.locator("#other"))
    await merging.get_by_role("button").click()
    await merging.get_by_role("radio").check()
    await check_page(page)
    await merging.get_by_role("button", name=say("并户", "Join the two")).click()
    await expect(rows).to_have_count(homes)
    assert service.rows(counted) == [(homes, total)]
    await page.goto("/admin/log")
    await expect(page.locator("ol.log > li").first).to_contain_text(say("并户", "joined two"))
    await check_page(page)


async def test_pages_are_for_administrators(people: People) -> None:
    page = await people.opens("/admin/roster", "commander")
    closed = people.device.say("只对管理员开放", "for administrators")
    await expect(page.get_by_text(closed)).to_be_visible()


async def test_administrator_adds_changes_and_retires_an_officer(
    people: People, service: Running
) -> None:
    await service.assign_administrator(TOWN)
    say, page = people.device.say, await people.opens("/admin/officers", "administrator")
    rows = page.locator("ul.rows > li")
    await expect(rows).to_have_count(5)
    await page.get_by_role("button", name=say("新增责任人", "Add an officer")).click()
    await page.locator("#name").fill("何翠英")
    await page.locator("form.edit .division-choice select").select_option(QIANFO)
    await page.locator("#principal").select_option("grid")
    await check_page(page)
    await page.get_by_role("button", name=say("保存", "Save")).click()
    await expect(rows).to_have_count(6)
    await page.get_by_label(say("只看没有电话的", "Only those without")).check()
    await page.locator("form button[type=submit]").first.click()
    await expect(rows).to_have_count(1)
    await expect(rows).to_contain_text(say("替officer grid顶岗", "Stands in for officer grid"))
    await rows.get_by_role("button", name=say("修改", "Change")).click()
    await check_page(page)
    await page.locator("#phones").fill("13900000001")
    await page.get_by_role("button", name=say("保存", "Save")).click()
    await expect(rows).to_have_count(0)
    await page.get_by_label(say("只看没有电话的", "Only those without")).uncheck()
    await page.locator("#search").fill("+8613900000001")
    await page.locator("form button[type=submit]").first.click()
    await rows.get_by_role("button", name=say("修改", "Change")).click()
    await page.locator("#reason").fill("调走了")
    await page.get_by_role("button", name=say("注销这位责任人", "Retire this officer")).click()
    await expect(rows).to_have_count(0)
    await page.goto("/admin/log")
    await expect(page.locator("ol.log > li")).to_have_count(3)


async def test_administrator_keeps_the_duty_rota(people: People, service: Running) -> None:
    await service.assign_administrator(QIANFO)
    say, page = people.device.say, await people.opens("/admin/duty", "administrator")
    grid = page.locator("section", has_text=say("网格员", "Grid officer"))
    await expect(grid).to_contain_text(
        say("一直当班：officer grid", "Always on duty: officer grid")
    )
    rows = page.locator("ul.rows > li")
    await expect(rows).to_have_count(2)
    mine = rows.filter(has_text=say("网格员", "Grid officer"))
    await mine.get_by_role("button", name=say("officer grid的排班", "Weekly turns of")).click()
    await page.get_by_role("button", name=say("加一班", "Add a turn")).click()
    await check_page(page)
    await page.get_by_role("button", name=say("保存", "Save")).click()
    await expect(grid.locator("li.lack").first).to_contain_text(say("没人当班", "Nobody on duty"))
    await expect(mine).to_contain_text("20:00–08:00")
    await mine.get_by_role("button", name=say("officer grid请假", "Leave or swap of")).click()
    today = service.runtime.clock.now()
    await page.locator("#begins").fill(f"{today + timedelta(days=1):%Y-%m-%dT00:00}")
    await page.locator("#ends").fill(f"{today + timedelta(days=2):%Y-%m-%dT00:00}")
    await check_page(page)
    await page.get_by_role("button", name=say("保存", "Save")).click()
    leave = mine.locator("li")
    await expect(leave).to_contain_text(say("请假", "Leave"))
    await check_page(page)
    await leave.get_by_role("button").click()
    await expect(leave).to_have_count(0)
    await page.goto("/admin/log")
    await expect(page.locator("ol.log > li")).to_have_count(3)


async def test_administrator_gives_a_village_its_assembly_point(
    people: People, service: Running
) -> None:
    await service.assign_administrator(TOWN)
    say, page = people.device.say, await people.opens("/admin/divisions", "administrator")
    rows = page.locator("ul.rows > li")
    await expect(rows).to_have_count(3)
    await page.get_by_label(say("只看没有集合点的", "Only villages and grids")).check()
    await page.locator("form button[type=submit]").click()
    await expect(rows).to_have_count(2)
    await rows.first.get_by_role("button").click()
    await page.locator("#point").fill("村小学")
    await page.locator("#latitude").fill("31.9")
    await page.locator("#longitude").fill("107.2")
    await check_page(page)
    await page.get_by_role("button", name=say("保存", "Save")).click()
    await expect(rows).to_have_count(1)
    await page.goto("/admin/log")
    await expect(page.locator("ol.log > li")).to_contain_text("千佛村")


async def test_administrator_reads_the_policy_and_tries_another(people: People) -> None:
    say, page = people.device.say, await people.opens("/admin/policy", "administrator")
    meaning = say("住户没回应时，几秒后做什么", "Seconds of a household's silence")
    await expect(page.locator("dl.values")).to_contain_text(meaning)
    tried = page.locator("section[aria-labelledby=try]")
    await page.locator("#text").fill("[household.voice]\ntrys = 2")
    await page.get_by_role("button", name=say("试一试", "Try it")).click()
    await expect(tried).to_contain_text("did you mean tries?")
    await check_page(page)
    await page.locator("#text").fill("[household.voice]\ntries = 2")
    await page.get_by_role("button", name=say("试一试", "Try it")).click()
    await expect(tried).to_contain_text("household.voice.tries 3 → 2")
    await check_page(page)
