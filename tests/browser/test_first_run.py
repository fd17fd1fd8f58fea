"""From an empty database to the end of an exercise and its papers, in the browser alone."""

import re
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from typing import Final

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect
from pypdf import PdfReader

from alerting.report.proof import prove
from alerting.report.rules.account import Number
from tests.browser.conftest import Site, running_site
from tests.browser.pages_checked import check_page
from tests.browser.people import People
from tests.browser.test_sign_in import ask_for_link, link_texted
from tests.support.city import FAR_TOWN, QIANFO, TOWN
from tests.support.gateway import Gateway
from tests.support.office_files import HEADINGS, TITLE, home, write_xlsx
from tests.support.running import Running

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

DIVISIONS: Final = f"code,name,tier,parent,assembly_point\n{QIANFO},千佛村,village,{TOWN},村小学\n"
OFFICERS: Final = (
    "姓名,职务,单位,电话\n王镇长,镇长,诺江镇,13900008001\n李网格员,网格员,千佛村,13900008002\n"
)
CLERKS_PHONE: Final = "+8613900009001"
RAISERS_PHONE: Final = "+8613900008002"
OFFICER: Final = "李网格员"
HOMES: Final = (
    home(1, officer=OFFICER),
    home(2, officer=OFFICER, headcount="５人", vulnerable="残疾/独居"),
)
"""Rows of a clerk's workbook, with 8 people in all."""


@pytest_asyncio.fixture(loop_scope="session")
async def site(database_url: str, gateway: Gateway) -> AsyncIterator[Site]:
    """A service on an empty database."""
    async with running_site(database_url, gateway, is_empty=True) as site:
        yield site


async def test_clerk_sets_up_the_service_holds_an_exercise_and_prints(
    people: People, service: Running, tmp_path: Path
) -> None:
    people.watch.expected.append("status of 422")
    say, page = people.device.say, await people.opens("/", service_workers="allow")
    await found(people, page)
    await bring_in(page, "divisions", DIVISIONS.encode(), "1")
    await bring_in(page, "officers", OFFICERS.encode("gb18030"), "2")
    await bring_in_households(people, page, tmp_path)
    await name_issuer(people, page)
    await page.get_by_role("button", name=say("发到我的手机", "Text my phone")).click()
    await expect(page.get_by_text(say("如果要验证码", "asks for a code"))).to_be_visible()
    await page.goto(await link_texted(service, CLERKS_PHONE))
    await page.get_by_role("button", name=say("登录", "Sign in")).click()
    await expect(page).to_have_url(re.compile("/admin/start$"))
    await expect(page.locator("ol.steps > li.waiting")).to_have_count(1)
    await check_page(page)
    board = await hold_exercise(people, service)
    await page.reload()
    await expect(page.locator("ol.steps > li.waiting")).to_have_count(0)
    await print_report(people, board)
    await print_cards(people, page)


async def found(people: People, page: Page) -> None:
    """Set the service up: a mistyped code is refused, and a wrong one is corrected afterwards."""
    say = people.device.say
    await expect(page).to_have_url(re.compile("/setup$"))
    await expect(page.locator("#division")).to_be_visible()
    await check_page(page)
    for field, text in {
        "name": "张三",
        "phone": "13900009001",
        "division": TOWN[:-1],
        "division-name": "诺江镇",
    }.items():
        await page.locator(f"#{field}").fill(text)
    await page.locator("button[type=submit]").click()
    refused = page.get_by_role("alert")
    await expect(refused).to_contain_text(say("乡镇9位", "9 for a town"))
    if people.device.language == "zh":
        await expect(refused).not_to_contain_text("digits")
    await page.locator("#division").fill(FAR_TOWN)
    await page.locator("button[type=submit]").click()
    await expect(page).to_have_url(re.compile("/admin/start$"))
    await expect(page.locator("ol.steps > li")).to_have_count(8)
    await page.locator("#home-code").fill(TOWN)
    await page.get_by_role("button", name=say("改正", "Correct")).click()
    await expect(page.locator("form.edit > p").first).to_contain_text(TOWN)


async def bring_in(page: Page, kind: str, content: bytes, added: str, name: str = "a.csv") -> None:
    """Import a file from the page of a step, and go back to the steps."""
    await page.locator(f"ol.steps a[href$='kind={kind}']").first.click()
    await choose(page, content, name)
    await page.locator("section[aria-labelledby=changes] > button").click()
    await expect(page.locator(".done dd").first).to_have_text(added)
    await page.goto("/admin/start")


async def choose(page: Page, content: bytes, name: str) -> None:
    """Choose a file, and wait for its preview."""
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    await page.locator("#file").set_input_files([file])
    await page.locator("form.import button[type=submit]").click()


async def bring_in_households(people: People, page: Page, folder: Path) -> None:
    """Try a workbook with faults, which are reported, and import the corrected one."""
    wrong = [home(3, officer=OFFICER, phones="1390000003"), home(4, officer="何翠英")]
    rows = [TITLE, HEADINGS, *HOMES, *wrong]
    faulty = write_xlsx(folder / "faulty.xlsx", {"花名册": rows})
    await page.locator("ol.steps a[href$='kind=households']").first.click()
    await choose(page, faulty.read_bytes(), "花名册.xlsx")
    faults = page.locator("section[aria-labelledby=faults] tbody tr")
    await expect(faults.filter(has_text="1390000003")).to_contain_text("花名册")
    await expect(faults).to_have_count(2)
    await page.goto("/admin/start")
    mended = write_xlsx(folder / "mended.xlsx", {"花名册": [TITLE, HEADINGS, *HOMES]})
    await bring_in(page, "households", mended.read_bytes(), "2", "花名册.xlsx")


async def name_issuer(people: People, page: Page) -> None:
    """Name the issuer in the guided start; the step is then done, and the policy page shows it."""
    say = people.device.say
    await page.locator("#issuer-name-zh").fill("诺江镇人民政府")
    await page.locator("#issuer-name-en").fill("Nuojiang Town")
    save = page.locator("form.edit").filter(has=page.locator("#issuer-name-zh"))
    await save.get_by_role("button", name=say("保存", "Save")).click()
    await expect(save.get_by_role("status")).to_have_text(say("已保存。", "Saved."))
    await expect(page.locator("ol.steps > li.waiting")).to_have_count(2)
    await page.goto("/admin/policy")
    await expect(page.locator("#issuer-name-zh")).to_have_value("诺江镇人民政府")
    await page.goto("/admin/start")


async def hold_exercise(people: People, service: Running) -> Page:
    """Let an imported grid officer sign in and raise an exercise; both households answer."""
    say = people.device.say
    page = await people.opens("/sign-in?next=/raise", service_workers="allow")
    await ask_for_link(people, page, RAISERS_PHONE)
    await page.goto(await link_texted(service, RAISERS_PHONE))
    await page.get_by_role("button", name=say("登录", "Sign in")).click()
    await page.get_by_role("radio").first.check(force=True)
    await page.locator("button[type=submit]").click()
    await expect(page.locator(".reach")).to_be_visible()
    await page.get_by_role("button", name=say("发布演练", "Send the exercise")).click()
    await expect(page).to_have_url(re.compile("/board/1$"))
    for number in (1, 2):
        await service.text(f"+861390000{number:04d}", "1")
    await expect(page.locator(".headline")).to_contain_text(say("已清零", "Zero"))
    return page


async def print_report(people: People, board: Page) -> None:
    """Print the report from the board; its numbers equal those of the verified exported log."""
    say = people.device.say
    log = await board.request.get("/api/alerts/1/log.jsonl")
    proof = prove(BytesIO(await log.body()))
    (account,) = proof.accounts.values()
    assert (proof.faults, account.claimed) == ((), Number(2, 8))
    await board.locator('.report-links a[href^="/alerts/1/report"]').click()
    told = await printed(board, 'a[href*="report.pdf"]')
    assert proof.head.chain is not None
    assert proof.head.chain in told
    people, households = account.claimed.people, account.claimed.households
    claimed = say(
        f"自报{people}人{households}户", f"Self-reportedPeople:{people}Households:{households}"
    )
    assert claimed in told
    assert say("千佛村", "Qianfovillage") in told


async def print_cards(people: People, page: Page) -> None:
    """Print a village's cards; each shows the household, the assembly point and the officer."""
    await page.goto("/admin/divisions")
    row = page.locator("ul.rows > li").filter(has_text=QIANFO)
    await expect(row).to_be_visible()
    await check_page(page)
    told = await printed(page, f'a[href*="{QIANFO}/cards.pdf"]')
    for words in ("住户0001", "住户0002", "村小学", "李网格员"):
        assert words in told, words


async def printed(page: Page, link: str) -> str:
    """Return the text of the PDF that a link opens, without spaces."""
    address = await page.locator(link).first.get_attribute("href")
    answer = await page.request.get(address or "")
    assert answer.ok, await answer.text()
    pages = PdfReader(BytesIO(await answer.body())).pages
    return "".join("".join(each.extract_text().split()) for each in pages)
