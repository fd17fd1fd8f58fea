"""An officer works door tasks offline; no report is lost, doubled or reordered."""

import re
from datetime import timedelta
from typing import Any, Final

import pytest
from playwright.async_api import Locator, Page, expect
from sqlalchemy import select

from alerting.roll.tables import evidence
from tests.browser.people import People
from tests.support.city import QIANFO, household_code, household_phone
from tests.support.running import Running

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]
DOORS: Final = (3, 4, 7, 10)
NO_NETWORK: Final = "net::ERR_INTERNET_DISCONNECTED|net::ERR_FAILED"
"""Console error of each attempt while the browser is offline."""

HOLD: Final = """
const open = IDBFactory.prototype.open;
window.held = [];
IDBFactory.prototype.open = function (...parameters) {
  const request = open.apply(this, parameters);
  request.addEventListener("success", () => window.held.push(request.result));
  return request;
};
"""
"""Script that stores each connection to the phone's storage that the page opens."""
CLOSE: Final = "() => window.held.splice(0).map((one) => one.close()).length"
DISK_FULL: Final = """() => {
  IDBObjectStore.prototype.add = () => {
    throw new DOMException("the disk is full", "QuotaExceededError");
  };
}"""


def reports(service: Running) -> list[Any]:
    """Return officers' reports in the order in which the ledger received them."""
    c = evidence.c
    said = c.given_by == "grid"
    columns = (c.household, c.report, c.people, c.given_at, c.recorded_at)
    return service.rows(select(*columns).where(said).order_by(c.id))


async def round_of(people: People, service: Running, script: str = "") -> Page:
    """Return the page of an officer with some door tasks, cached on the device."""
    await service.raised("informant", QIANFO)
    for number in DOORS:
        sent = {"household": household_code(QIANFO, number), "officer": "grid"}
        assert (await service.post("/api/alerts/1/tasks", "commander", sent))[0] == 201
    page = await people.opens("/doors", "grid", script=script, service_workers="allow")
    await expect(door(page, DOORS[-1])).to_be_visible()
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    return page


def door(page: Page, number: int) -> Locator:
    return page.get_by_role("listitem", name=re.compile(f"住户{number:04d}")).first


async def report(page: Page, number: int, *buttons: str) -> None:
    for name in buttons:
        await door(page, number).get_by_role("button", name=name, exact=True).click()


async def test_offline_reports_arrive_in_order_with_their_own_times(
    people: People, service: Running
) -> None:
    people.watch.expected.append(NO_NETWORK)
    say, page = people.device.say, await round_of(people, service)
    await page.context.set_offline(True)
    out, help_ = say("全部撤出", "All out"), say("求助", "Help")
    partly, two = say("部分撤出", "Partly"), say("2 人", "2 people")
    await report(page, 4, out)
    await report(page, 3, partly, two)
    unsent = page.get_by_role("status").filter(has_text=say("2 条尚未发送", "2 not yet sent"))
    await expect(unsent).to_be_visible()
    await expect(door(page, 4)).to_contain_text(say("尚未发送", "not yet sent"))

    await page.reload()
    await expect(unsent).to_be_visible()
    await report(page, 7, help_)
    three = say("3 条尚未发送", "3 not yet sent")
    await expect(page.get_by_role("status").filter(has_text=three)).to_be_visible()
    assert reports(service) == []

    await page.context.set_offline(False)
    await expect(page.get_by_text(say("尚未发送", "not yet sent"))).to_have_count(0)
    await expect(door(page, 4)).to_contain_text(say("已收到", "received"))
    said = reports(service)
    assert [(row.household[-4:], row.report, row.people) for row in said] == [
        ("0004", "evacuated", None),
        ("0003", "evacuated", 2),
        ("0007", "needs_help", None),
    ]
    given = [row.given_at for row in said]
    assert given == sorted(set(given))
    assert all(row.given_at < row.recorded_at for row in said)
    # Alert time runs fast here, so reports made before the reload are that much older.
    assert said[0].recorded_at - given[0] > timedelta(seconds=10)


async def test_call_is_confirmed_and_report_undone_within_a_minute(
    people: People, service: Running
) -> None:
    say, page = people.device.say, await round_of(people, service)
    call = page.locator(".calls").get_by_role("button")
    await call.click()
    await expect(page.get_by_text(say("叫应已确认", "Call acknowledged"))).to_be_visible()
    await report(page, 4, say("不走", "Staying"))
    await expect(door(page, 4)).to_contain_text(say("已收到", "received"))
    await door(page, 4).get_by_role("button", name=re.compile(say("撤销", "Undo"))).click()
    await expect(door(page, 4)).to_contain_text(say("已撤回", "Taken back"))
    await report(page, 4, say("全部撤出", "All out"))
    await expect(door(page, 4)).not_to_contain_text(say("已撤回", "Taken back"))
    await expect(door(page, 4)).to_contain_text(say("已收到", "received"))
    # Requests are sent in order, so the ledger has the confirmation too.
    assert (await service.get("/api/calls", "grid"))[1] == []
    said = [(row.report, row.people) for row in reports(service)]
    assert said == [("staying", None), ("evacuated", 0), ("evacuated", None)]
    _, known = await service.get(
        f"/api/alerts/1/households/{household_code(QIANFO, 4)}", "commander"
    )
    assert known["household"]["standing"] == "evacuated"


async def test_household_that_answers_leaves_the_door_list(
    people: People, service: Running
) -> None:
    page = await round_of(people, service)
    await service.text(household_phone(QIANFO, 4), "1")
    await page.reload()
    await expect(door(page, 3)).to_be_visible()
    await expect(page.get_by_role("listitem", name=re.compile("住户0004"))).to_have_count(0)


async def test_report_is_stored_after_the_phone_closed_the_storage(
    people: People, service: Running
) -> None:
    say, page = people.device.say, await round_of(people, service, HOLD)
    await report(page, 4, say("求助", "Help"))
    await expect(door(page, 4)).to_contain_text(say("已收到", "received"))
    assert await page.evaluate(CLOSE) > 0
    await report(page, 3, say("全部撤出", "All out"))
    await expect(door(page, 3)).to_contain_text(say("已收到", "received"))
    assert [(row.household[-4:], row.report) for row in reports(service)] == [
        ("0004", "needs_help"),
        ("0003", "evacuated"),
    ]


async def test_report_that_a_full_phone_cannot_store_is_shown(
    people: People, service: Running
) -> None:
    say, page = people.device.say, await round_of(people, service)
    await page.evaluate(DISK_FULL)
    await report(page, 4, say("求助", "Help"))
    alarm = page.get_by_role("alert")
    await expect(alarm).to_contain_text(say("没有存下，也没有发出", "neither kept nor sent"))
    await expect(alarm).to_contain_text("住户0004")
    await expect(alarm).not_to_contain_text("QuotaExceededError")
    assert reports(service) == []


async def test_doors_handed_to_somebody_else_stay_until_put_away(
    people: People, service: Running
) -> None:
    say, page = people.device.say, await round_of(people, service)
    for number in DOORS[:2]:
        sent = {"household": household_code(QIANFO, number), "officer": "commander"}
        assert (await service.post("/api/alerts/1/tasks", "commander", sent))[0] == 201
    await page.reload()
    gone = page.locator(".is-gone")
    await expect(gone).to_have_count(2)
    await expect(gone.first).to_contain_text(
        say(
            "已转给officer commander，您仍可上报",
            "Handed to officer commander; you can still report",
        )
    )
    await gone.first.get_by_role("button", name=say("收起", "Put away"), exact=True).click()
    await expect(gone).to_have_count(1)
    await gone.get_by_role("button", name=say("全部撤出", "All out"), exact=True).click()
    await expect(gone).to_have_count(0)
    await service.until(
        select(evidence).where(evidence.c.given_by == "grid"), lambda rows: len(rows) == 1
    )
