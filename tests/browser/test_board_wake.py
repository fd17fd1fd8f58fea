"""One tap calls an officer again who could not be woken; next to it is a link to telephone them."""

import pytest
from playwright.async_api import expect
from sqlalchemy import select, update

from alerting.deliveries.tables import deliveries, texts
from alerting.officer_calls.tables import officer_calls
from tests.browser.people import People
from tests.support.city import NOW, QIANFO, officer_phone
from tests.support.running import Running

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]


async def test_officer_who_could_not_be_woken_is_called_again_from_the_board(
    people: People, service: Running
) -> None:
    say = people.device.say
    await service.raised("commander", QIANFO)
    called = update(officer_calls).where(officer_calls.c.officer == "grid")
    await service.change(called.values(told_above_at=NOW, steps_done=99, next_at=None))
    board = await people.opens("/board/1", "commander")
    step = board.locator(".because-officers_not_woken").first
    await expect(step.locator("a")).to_have_attribute("href", f"tel:{officer_phone('grid')}")
    await step.get_by_role(
        "button", name=say("再叫officer grid", "Wake officer grid again")
    ).click()
    await expect(step).to_have_count(0)
    await service.until(
        select(deliveries.c.channel)
        .join(texts, texts.c.id == deliveries.c.text)
        .where(deliveries.c.recipient == "grid", texts.c.kind == "call"),
        lambda rows: [row.channel for row in rows].count("sms") == 2,
    )
    await board.locator("#panel-officers").evaluate("panel => (panel.open = true)")
    mine = board.locator("#panel-officers .call").filter(has_text="officer grid")
    await expect(mine).to_contain_text(say("再次呼叫", "called again at"))
    await expect(mine.get_by_role("button")).to_have_count(0)
