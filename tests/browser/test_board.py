"""The board: an alert is raised in three taps, and its progress appears without a reload."""

import asyncio
import re
from datetime import timedelta
from typing import Final

import pytest
from playwright.async_api import Locator, Page, expect
from sqlalchemy import update

from alerting.deliveries.texts import tokens_of
from alerting.ledger.tables import alerts
from scripts.benches.proxy import Proxy
from tests.browser.devices import ON_BOTH_DEVICES
from tests.browser.people import People
from tests.support.city import PHONELESS_EVERY, QIANFO, household_code, household_phone
from tests.support.door_reports import all_out
from tests.support.running import Running, message_id

pytestmark = pytest.mark.asyncio(loop_scope="session")
ON_SQLITE: Final = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

HOUSEHOLDS: Final = range(1, 11)
PEOPLE: Final = 25


def missing(page: Page) -> Locator:
    """Return the element with the number of people unaccounted."""
    return page.locator(".headline strong")


async def board_of(people: People, officer: str) -> Page:
    """Return an officer's board of the first alert, marked so that a reload is detected."""
    page = await people.opens("/board/1", officer)
    await expect(missing(page)).to_be_visible()
    await page.evaluate("window.stayed = true")
    return page


async def press(page: Page, name: str) -> None:
    await page.get_by_role("button", name=name, exact=True).click()


async def unfold(page: Page, name: str) -> Locator:
    """Unfold a part of the board and return it."""
    part = page.locator("details").filter(has=page.get_by_role("heading", name=name)).first
    if await part.get_attribute("open") is None:
        await part.locator("summary").first.click()
    return part


async def test_alert_is_raised_in_three_taps_and_board_counts_answers(
    people: People, service: Running
) -> None:
    say, informant = people.device.say, await people.opens("/raise", "informant")
    await informant.get_by_text(say("滑坡", "landslide"), exact=True).first.click()
    await press(informant, say("下一步：核对", "Next: check"))
    await expect(informant.locator(".reach")).to_contain_text(re.compile(rf"10.*{PEOPLE}"))
    await press(informant, say("发布演练", "Send the exercise"))
    await expect(informant).to_have_url(re.compile("/board/1$"))
    await expect(missing(informant)).to_have_text(f"{PEOPLE}")

    board = await board_of(people, "commander")
    await expect(missing(board)).to_have_text(f"{PEOPLE}")
    await service.text(household_phone(QIANFO, 3), "1")
    await expect(missing(board)).to_have_text("21")
    home = household_code(QIANFO, 8)
    link = (await service.runtime.ledger.write(lambda tx: tokens_of(tx.connection, {(1, home)})))[
        1, home
    ]
    household = await people.opens(f"/h/{link}", java_script_enabled=False)
    await household.locator("button[value='1']").click()
    await expect(missing(board)).to_have_text("20")
    tree = await unfold(board, say("区划", "Divisions"))
    await expect(tree).to_contain_text(say("20 / 25 人去向未落实", "20 of 25 unaccounted"))
    assert await board.evaluate("window.stayed")


@ON_SQLITE
async def test_call_for_help_is_announced_and_resolved(people: People, service: Running) -> None:
    say = people.device.say
    await service.raised("informant", QIANFO)
    board = await board_of(people, "commander")
    await service.text(household_phone(QIANFO, 5), "2 老人走不动")
    announced = board.locator(".help-watch")
    await expect(announced).to_contain_text(say("新的求助", "New call for help"))
    await expect(board.locator(".headline")).to_contain_text(
        say("1 户在求助", "1 household calls for help")
    )
    await announced.get_by_role("button", name=say("知道了", "Seen")).click()
    await expect(announced).to_be_empty()
    grid = await board_of(people, "grid")
    cases = await unfold(grid, say("求助", "Calls for help"))
    await expect(cases).to_contain_text("住户0005")
    await cases.get_by_role("button", name=say("解决…", "Resolve…")).click()
    await cases.get_by_role("button", name=say("人已撤出", "They are out")).click()
    for page in (grid, board):
        shown = page.locator("#panel-help")
        await expect(shown).to_contain_text(say("0 未解决 / 共 1", "0 open of 1"))
        await expect(missing(page)).to_have_text("23")


@ON_SQLITE
async def test_suspected_call_is_listed_first_until_an_officer_ends_it(
    people: People, service: Running
) -> None:
    say, doubtful = people.device.say, "我家五个到了四个"
    await service.raised("informant", QIANFO)
    board = await board_of(people, "commander")
    await service.text(household_phone(QIANFO, 4), "今天天气")
    await service.text(household_phone(QIANFO, 5), doubtful)
    queue = await unfold(board, say("收到的短信和来电", "Texts and calls received"))
    announced = queue.locator("[aria-live=assertive]")
    await expect(announced).to_contain_text(
        say("1 条疑似求助，已派人去看", "1 text may call for help")
    )
    await expect(queue.locator("li.case").first).to_contain_text(doubtful)
    grid = await board_of(people, "grid")
    waiting = await unfold(grid, say("收到的短信和来电", "Texts and calls received"))
    suspected = waiting.locator("li.case").filter(has_text=doubtful)
    await suspected.get_by_role("button", name=say("求助", "Needs help")).click()
    await expect(board.locator(".headline")).to_contain_text(
        say("1 户在求助", "1 household calls for help")
    )
    await expect(announced).to_be_empty()
    await expect(queue.locator("li.case")).to_have_count(1)


async def ring(service: Running, phone: str) -> None:
    """Call the alerting number."""
    call = {"CallSid": "CA" + "7" * 32, "From": phone, "CallStatus": "ringing"}
    assert (await service.form("/twilio/voice", call))[0] == 200


async def send_picture(service: Running, phone: str, link: str) -> None:
    sent = {"MessageSid": message_id(), "From": phone, "Body": "", "NumMedia": "1"}
    assert (await service.form("/twilio/sms", sent | {"MediaUrl0": link}))[0] == 200


@ON_SQLITE
async def test_call_picture_and_opt_in_are_shown_by_kind(people: People, service: Running) -> None:
    say, link = people.device.say, "https://api.twilio.invalid/picture.jpg"
    await service.raised("informant", QIANFO)
    board = await board_of(people, "commander")
    queue = await unfold(board, say("收到的短信和来电", "Texts and calls received"))
    await ring(service, household_phone(QIANFO, 3))
    await send_picture(service, household_phone(QIANFO, 4), link)
    for word in ("STOP", "START"):
        await service.text(household_phone(QIANFO, 5), word)

    waiting = queue.locator("li.case")
    await expect(queue.locator("summary")).to_contain_text(say("1 条待读", "1 waiting"))
    await expect(waiting).to_have_count(1)
    picture = waiting.get_by_role("link", name=say("打开图片 1", "Open picture 1"))
    await expect(picture).to_have_attribute("href", link)
    called = say("有人回拨，听了预警", "Somebody rang back and heard the alert")
    started = say("住户发来 START", "Household sent START")
    for words, name in ((called, "住户0003"), (started, "住户0005")):
        line = queue.locator("section li").filter(has_text=words)
        await expect(line).to_contain_text(name)
    log = await unfold(board, say("日志", "Log"))
    for words in (called, started, say("没有文字的图片", "A picture without words")):
        await expect(log.locator("ol")).to_contain_text(words)
    assert await board.evaluate("window.stayed")


@ON_SQLITE
async def test_closing_is_refused_with_reasons_then_succeeds(
    people: People, service: Running
) -> None:
    people.watch.expected.append("status of 409")
    say = people.device.say
    await service.raised("informant", QIANFO)
    for number in HOUSEHOLDS:
        if number % PHONELESS_EVERY:
            await service.text(household_phone(QIANFO, number), "1")
    board = await board_of(people, "commander")
    await expect(missing(board)).to_have_text("3")
    actions = board.locator("section.actions")
    await expect(actions).to_contain_text(
        say("还不能关闭：3 人去向未落实", "cannot be closed yet: 3 people are unaccounted")
    )
    await unfold(board, say("其他处置", "Other actions"))
    await press(board, say("关闭", "Close"))
    await press(board, say("关闭预警", "Close the alert"))
    await expect(actions.get_by_role("alert")).to_be_visible()
    await unfold(board, say("住户", "Households"))
    await board.get_by_role("button", name="住户0010").last.click()
    await press(board, say("已撤出", "Out"))
    await expect(missing(board)).to_have_text("0")
    # An officer must first see high-risk households that only reported themselves.
    await all_out(service, [number for number in HOUSEHOLDS if number % PHONELESS_EVERY])
    await expect(actions.locator(".obstacles")).to_have_count(0)
    await press(board, say("关闭预警", "Close the alert"))
    await expect(board.locator(".headline")).to_contain_text(
        say("已关闭，仍在点名", "Closed; roll-calls go on")
    )
    assert await board.evaluate("window.stayed")


@ON_SQLITE
@ON_BOTH_DEVICES
async def test_stale_board_shows_a_banner_until_it_reconnects(
    people: People, service: Running, wire: Proxy
) -> None:
    say = people.device.say
    await service.raised("informant", QIANFO)
    board = await board_of(people, "commander")
    stale = board.get_by_role("status").filter(has_text=say("内容已过时", "Out of date by"))
    await expect(stale).to_have_count(0)
    silence = asyncio.create_task(wire.stall(60))
    await expect(stale).to_be_visible()
    top = await stale.bounding_box()
    assert top
    assert top["y"] < 200
    assert top["width"] > people.device.width * 0.9
    silence.cancel()
    await asyncio.wait([silence])
    await expect(stale).to_have_count(0)
    await service.text(household_phone(QIANFO, 3), "1")
    await expect(missing(board)).to_have_text("21")
    assert await board.evaluate("window.stayed")


@ON_SQLITE
@ON_BOTH_DEVICES
async def test_most_urgent_step_is_shown_with_its_number_and_button(
    people: People, service: Running
) -> None:
    say = people.device.say
    await service.raised("informant", QIANFO)
    board, informant = await board_of(people, "commander"), await board_of(people, "informant")
    step, own = board.locator(".next"), informant.locator(".next")
    await expect(own.locator(".next-step").first).to_contain_text(
        say("现在去敲门：25 人去向未落实", "now go and knock: 25 people are unaccounted")
    )
    await expect(own.get_by_role("link", name=say("去敲门", "Go and knock"))).to_be_visible()
    await service.text(household_phone(QIANFO, 5), "2 老人走不动")
    await expect(step.locator(".next-step").first).to_contain_text(
        say(
            "1 户求助，还没有人前往（最早：千佛村）",
            "1 call for help has nobody on the way (first: 千佛村)",
        )
    )
    place = await step.locator("button").first.bounding_box()
    assert place
    assert place["y"] + place["height"] < people.device.height
    await step.get_by_role("button", name=say("查看（1）", "Show (1)")).click()
    await expect(board.locator("#panel-help summary")).to_be_focused()
    # By now the alert has reminded the silent households by itself.
    hour_ago = service.runtime.clock.now() - timedelta(hours=1)
    await service.change(update(alerts).values(sent=hour_ago))
    home = {"household": household_code(QIANFO, 5), "officer": "grid"}
    _, task = await service.post("/api/alerts/1/tasks", "commander", home)
    assert (await service.post(f"/api/tasks/{task['id']}/take", "grid"))[0] == 200
    await expect(step.locator(".next-step").first).to_contain_text(
        say("23 人去向未落实：催未回复的住户", "23 people are unaccounted: remind those")
    )
    await step.get_by_role("button", name=say("催未回复的 9 户", "Remind 9 households")).click()
    await expect(board.locator(".drawer")).to_be_visible()


@ON_SQLITE
async def test_wall_view_shows_number_calls_and_places(people: People, service: Running) -> None:
    say = people.device.say
    await service.raised("informant", QIANFO)
    await service.text(household_phone(QIANFO, 5), "2 老人走不动")
    wall = await people.opens("/board/1?wall", "commander")
    figures = wall.locator(".wall-figure strong")
    await expect(figures).to_have_text(["23", "1", "0%"])
    await expect(wall.locator(".wall-call")).to_contain_text("住户0005")
    await expect(wall.locator(".wall-lists ul").first).to_contain_text("千佛村")
    await expect(wall.locator(".wall-condition")).to_contain_text(
        say("1 户在求助", "1 household calls for help")
    )
    await service.text(household_phone(QIANFO, 3), "1")
    await expect(figures.first).to_have_text("19")
    await wall.set_viewport_size({"width": 1920, "height": 1080})
    heights = await figures.evaluate_all("(all) => all.map((one) => one.offsetHeight)")
    assert min(heights) >= 160
