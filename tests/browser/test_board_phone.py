"""On a phone the board of a busy county stays short, and the main number stays in view.

A list shows five rows whatever its length, so a test with six villages also stands for sixty.
"""

from collections.abc import Iterable
from typing import Any, Final

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import Connection, insert

from contacts.tables import DIVISIONS
from tests.browser.devices import PHONE
from tests.browser.people import People
from tests.support.city import (
    COUNTY,
    NEXT_VILLAGE,
    PHONELESS_EVERY,
    QIANFO,
    TOWN,
    household_code,
    household_phone,
    settle,
)
from tests.support.running import Running

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.parametrize("device", [PHONE], indirect=True, ids=["phone"]),
]
SCREEN: Final = 640
VILLAGES: Final = [f"{TOWN}{number}" for number in range(301, 307)]
HOUSEHOLDS: Final = range(1, 25)
REACHED: Final = [number for number in HOUSEHOLDS if number % PHONELESS_EVERY]
CALLS: Final = REACHED[:12]
"""Numbers of the households in the first village that call for help."""
UNCLEAR: Final = REACHED[12:20]
"""Numbers of the households there whose texts cannot be read."""
LEFT: Final = CALLS[-2:]
"""Numbers of the households there that are found last."""
HEIGHT: Final = "document.documentElement.scrollHeight"
ROWS: Final = """() => [...document.querySelectorAll(".panel > .panel-list:not(.log), .households")]
  .map((one) => one.children.length)"""
UNFOLD: Final = "document.querySelectorAll('.board details').forEach((one) => (one.open = true))"


def settle_county(connection: Connection) -> None:
    """Settle six more villages."""
    rows = [
        {"code": code, "name": f"第{code[-3:]}号山下村", "tier": "village", "parent": TOWN}
        for code in VILLAGES
    ]
    connection.execute(insert(DIVISIONS), rows)
    for code in VILLAGES:
        settle(connection, code, HOUSEHOLDS)


async def county_alert(people: People, service: Running) -> Page:
    """Return the board of a new alert of the whole county, 360 by 640 pixels."""
    await service.runtime.ledger.write(lambda tx: settle_county(tx.connection))
    await service.raised("county-duty", COUNTY)
    page = await people.opens("/board/1", "county-duty")
    await page.set_viewport_size({"width": 360, "height": SCREEN})
    return page


async def become_urgent(service: Running) -> None:
    """Let households call for help and send unreadable texts, and give one officer all doors."""
    for number in CALLS:
        await service.text(household_phone(VILLAGES[0], number), "2 老人走不动")
    for number in UNCLEAR:
        await service.text(household_phone(VILLAGES[0], number), "你们是哪里的")
    for number in range(1, 11):
        home = {"household": household_code(QIANFO, number), "officer": "grid"}
        assert (await service.post("/api/alerts/1/tasks", "county-duty", home))[0] == 201


async def report(service: Running, homes: Iterable[str]) -> None:
    """Report households as seen out of the area."""
    for code in homes:
        body = {"household": code, "report": "evacuated"}
        assert (await service.post("/api/alerts/1/evidence", "county-duty", body))[0] == 200


async def is_short(page: Page, *reasons: str) -> None:
    """Wait until the next step has one of these reasons; the board then fits three screens."""
    expected = page.locator(", ".join(f".next > .because-{reason}" for reason in reasons))
    await expect(expected).to_be_visible()
    await expect(page.locator(".panel-told").filter(has_text="正在读取")).to_have_count(0)
    height: int = await page.evaluate(HEIGHT)
    assert height <= 3 * SCREEN
    await the_number_stays_in_view(page)


async def test_board_takes_three_screens_in_every_phase(people: People, service: Running) -> None:
    page = await county_alert(people, service)
    await is_short(page, "answers_awaited", "many_left")
    await become_urgent(service)
    await expect(page.locator("#panel-help summary")).to_contain_text(f"{len(CALLS)} 未解决")
    await is_short(page, "help_unattended")
    await shows_five_rows_unfolded(page)
    left = [household_code(VILLAGES[0], number) for number in LEFT]
    homes = [household_code(village, number) for village in VILLAGES for number in HOUSEHOLDS]
    homes += [
        household_code(village, number)
        for village in (QIANFO, NEXT_VILLAGE)
        for number in range(1, 11)
    ]
    await report(service, (code for code in homes if code not in left))
    await expect(page.locator("#panel-help summary")).to_contain_text(f"{len(LEFT)} 未解决")
    await is_short(page, "help_unattended")
    await report(service, left)
    await is_short(page, "ready_to_close")
    assert (await service.post("/api/alerts/1/close", "county-duty"))[0] < 300
    await is_short(page, "closed")


async def the_number_stays_in_view(page: Page) -> None:
    await page.evaluate(f"scrollTo(0, {HEIGHT})")
    box: dict[str, Any] = await page.locator(".headline strong").evaluate(
        "(one) => one.getBoundingClientRect().toJSON()"
    )
    assert 0 <= box["top"] < SCREEN / 4
    await page.evaluate("scrollTo(0, 0)")


async def shows_five_rows_unfolded(page: Page) -> None:
    """Check that an unfolded list shows five rows, and all after a click on its button; fold it."""
    await page.evaluate(UNFOLD)
    cases = page.locator("#panel-help .case")
    await expect(cases).to_have_count(5)
    rows: list[int] = await page.evaluate(ROWS)
    assert max(rows) == 5
    await page.locator("#panel-help").get_by_role("button", name="显示全部").click()
    await expect(cases).to_have_count(len(CALLS))
    await page.reload()
