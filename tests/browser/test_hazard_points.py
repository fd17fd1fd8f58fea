"""A hazard point, from drawing it in the office to the alert's roll; and an area drawn by hand."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest
import pytest_asyncio
from playwright.async_api import FilePayload, Page, expect
from sqlalchemy import Executable, select, update

from alerting.roll.tables import roll
from contacts.tables import HAZARD_POINTS, HOUSEHOLDS, OFFICERS
from tests.browser.conftest import Site, running_site
from tests.browser.pages_checked import check_page
from tests.browser.people import People
from tests.support.city import NEXT_VILLAGE, QIANFO, TOWN, headcount, household_code
from tests.support.gateway import Gateway
from tests.support.hazard_points import CODE, stored_point
from tests.support.outlines import outlines_file
from tests.support.running import Running

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

LISTED: Final = 10
"""Number of the household without coordinates that the office lists; number 9 is not listed."""
NEAR: Final = range(2, 8)
"""The numbers of the households within 300 m of the middle of those with coordinates."""
THREATENED: Final = [household_code(QIANFO, number) for number in (*NEAR, LISTED)]
PEOPLE: Final = sum(map(headcount, (*NEAR, LISTED)))


FAR: Final = update(HOUSEHOLDS).where(HOUSEHOLDS.c.division == NEXT_VILLAGE).values(latitude=33.0)
"""Moves the homes of the next village north, because their coordinates equal those of Qianfo."""


@pytest_asyncio.fixture(loop_scope="session")
async def site(database_url: str, gateway: Gateway, tmp_path: Path) -> AsyncIterator[Site]:
    """A service with the outlines of the town and its villages."""
    outlines = str(outlines_file(tmp_path))
    async with running_site(database_url, gateway, outlines=outlines) as site:
        yield site


def homes(*codes: str) -> Executable:
    lost = update(HOUSEHOLDS).where(HOUSEHOLDS.c.code.in_(codes))
    return lost.values(latitude=None, longitude=None)


async def press(page: Page, name: str) -> None:
    await page.get_by_role("button", name=name, exact=True).click()


async def test_office_draws_a_point_and_its_watcher_alerts_it_in_two_taps(
    people: People, service: Running
) -> None:
    await service.change(
        update(OFFICERS).where(OFFICERS.c.id == "administrator").values(division=TOWN)
    )
    await service.change(FAR)
    await service.change(homes(household_code(QIANFO, 9), household_code(QIANFO, LISTED)))
    say, office = people.device.say, await people.opens("/admin/points", "administrator")
    await press(office, say("新增隐患点", "Add a hazard point"))
    await office.locator("#point-code").fill(CODE)
    await office.locator("#point-name").fill("大梁滑坡")
    await office.locator("#point-hazard").select_option("landslide")
    await office.locator(".division-choice select").select_option(QIANFO)
    await office.locator("#point-watcher").select_option("informant")
    await office.get_by_text("住户0010").click()
    await press(office, say("圆", "Circle"))
    await expect(office.locator(".village-name").first).to_have_text("千佛村")
    await expect(office.locator("path.outline")).to_have_count(3)
    await press(office, say("以地图中心为圆心", "Circle around the map's middle"))
    await expect(office.locator("path.drawn-area")).to_be_visible()
    await check_page(office)
    await press(office, say("保存", "Save"))
    row = office.locator("ul.rows > li")
    await expect(row).to_contain_text(say(f"7户{PEOPLE}人", f"7 households, {PEOPLE} people"))
    await check_page(office)

    informant = await people.opens("/raise", "informant")
    point = informant.get_by_role("button", name="大梁滑坡")
    await expect(point).to_contain_text(say("由您监测", "watched by you"))
    await check_page(informant)
    await point.click()
    await expect(informant.locator(".reach")).to_contain_text(re.compile(rf"7.*{PEOPLE}"))
    await expect(informant.locator(".told.caution")).to_contain_text("千佛村 1")
    await check_page(informant)
    await press(informant, say("发布演练", "Send the exercise"))
    await expect(informant).to_have_url(re.compile("/board/1$"))
    rows = service.rows(select(roll.c.household).order_by(roll.c.household))
    assert [each.household for each in rows] == THREATENED


async def test_drawn_area_reaches_the_households_in_it(people: People, service: Running) -> None:
    for statement in (*stored_point(), FAR):
        await service.change(statement)
    say, page = people.device.say, await people.opens("/raise", "commander")
    await page.get_by_text(say("改为在地图上画范围", "Draw the area on a map instead")).click()
    ground = page.locator(".draw-area .map")
    await expect(ground.locator("path.saved-area")).to_be_visible()
    await expect(ground.locator("path.outline.own")).to_be_visible()
    await expect(ground.locator("path.outline")).to_have_count(3)
    await ground.scroll_into_view_if_needed()
    box = await ground.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    # First tap next to the saved point, because a tap on it would choose it; then around its homes.
    for right, down in ((-60, 150), (60, 150), (60, -150), (-60, -150)):
        await page.mouse.click(x + right, y + down)
    await expect(ground.locator("path.drawn-corner")).to_have_count(4)
    await check_page(page)
    await press(page, say("画完多边形", "Finish the polygon"))
    await expect(ground.locator("path.drawn-area")).to_be_visible()
    await page.get_by_text(say("滑坡", "landslide"), exact=True).first.click()
    await press(page, say("下一步：核对", "Next: check"))
    await expect(page.locator(".headline")).to_contain_text(say("图上所画范围", "the drawn area"))
    await press(page, say("发布演练", "Send the exercise"))
    await expect(page).to_have_url(re.compile("/board/1$"))
    # On a phone this part of the board is closed at first.
    await page.locator(".places-part").evaluate("(part) => (part.open = true)")
    await press(page, say("地图", "Map"))
    await expect(page.locator(".map path.outline")).to_have_count(3)
    on_roll = service.rows(select(roll.c.household).order_by(roll.c.household))
    assert [each.household for each in on_roll] == [
        household_code(QIANFO, number) for number in range(1, 11)
    ]


async def test_office_corrects_a_file_and_imports_it(people: People, service: Running) -> None:
    say, page = people.device.say, await people.opens("/admin/points", "administrator")
    await page.locator("details.columns summary").click()
    text = (
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"编号":"G1",'
        f'"名称":"一号沟","区划":"{QIANFO}","灾种":"泥石沟","半径":200}},'
        '"geometry":{"type":"Point","coordinates":[107.2,31.905]}}]}'
    )
    await choose(page, text)
    await expect(page.locator("section[aria-labelledby=faults] tbody tr")).to_contain_text("hazard")
    await check_page(page)
    await choose(page, text.replace("泥石沟", "泥石流"))
    await press(page, say("导入", "Import"))
    await expect(page.locator("ul.rows > li")).to_contain_text("一号沟")
    assert service.rows(select(HAZARD_POINTS.c.code)) == [("G1",)]


async def choose(page: Page, text: str) -> None:
    file: FilePayload = {
        "name": "点.geojson",
        "mimeType": "application/geo+json",
        "buffer": text.encode(),
    }
    await page.locator("#points-file").set_input_files(file)
    await page.locator("details.columns button[type=submit]").click()
