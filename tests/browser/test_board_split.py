"""One tap shares out the doors of one officer, after the board has shown each officer's share."""

from typing import Final

import pytest
from playwright.async_api import expect
from sqlalchemy import insert, select

from alerting.doors.rules import TaskState
from alerting.doors.tables import tasks
from contacts.tables import OFFICERS
from tests.browser.people import People
from tests.support.city import QIANFO, household_code
from tests.support.running import Running

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]
DOORS: Final = range(1, 11)


async def test_doors_of_one_officer_are_split_after_the_shares_are_shown(
    people: People, service: Running
) -> None:
    say = people.device.say
    mate = {"id": "mate", "name": "张勇", "role": "grid_officer", "division": QIANFO}
    await service.change(insert(OFFICERS).values(mate))
    await service.raised("informant", QIANFO)
    for number in DOORS:
        home = {"household": household_code(QIANFO, number), "officer": "grid"}
        assert (await service.post("/api/alerts/1/tasks", "commander", home))[0] == 201
    board = await people.opens("/board/1", "commander")
    step = board.locator(".because-doors_on_one").first
    await step.get_by_role("button", name=say("分给附近的人", "Split the doors")).click()
    dialog = board.get_by_role("dialog")
    for name, doors in (("officer grid", 4), ("张勇", 3), ("officer informant", 3)):
        await expect(dialog).to_contain_text(name)
        await expect(dialog).to_contain_text(
            say(f"{doors} 户，共 {doors} 户", f"{doors} doors, {doors} in all")
        )
    await dialog.get_by_role("button", name=say("分给附近的人", "Split the doors")).click()
    await service.until(
        select(tasks).where(tasks.c.officer == "mate", tasks.c.state == TaskState.OPEN),
        lambda rows: len(rows) == 3,
    )
    await expect(step).to_have_count(0)
