"""Who is silent, and of them whom a text reaches and none waits for."""

import pytest
from sqlalchemy import update

from alerting.core.wording import Wording
from alerting.storage.silent import Silent, silent_in
from alerting.storage.tables import deliveries, roll
from tests.after_zero import AfterZero, raised
from tests.alert_rows import REQUEST
from tests.city import NEXT_VILLAGE, NOW, QIANFO, TOWN, household_code
from tests.running import Workplace

HOME = household_code(QIANFO, 3)


def silent(scene: AfterZero, division: str = QIANFO) -> Silent:
    return scene.work.desk.database.look(lambda db: silent_in(db, scene.alert, division))


@pytest.mark.parametrize(
    ("state", "to_ask", "waiting"),
    [("queued", 0, 9), ("sending", 9, 0), ("unknown", 9, 0), ("delivered", 9, 0), ("failed", 9, 0)],
)
async def test_a_text_that_waits_is_worth_another_one(
    work: Workplace, state: str, to_ask: int, waiting: int
) -> None:
    scene = await raised(work)
    work.change(update(deliveries).values(state=state))
    found = silent(scene)
    assert (len(found.to_ask), found.waiting, found.unreachable) == (to_ask, waiting, 1)


@pytest.mark.parametrize(
    "standing", ["partly", "needs_help", "staying", "elsewhere", "evacuated", "unaccounted"]
)
async def test_who_has_said_something_is_not_silent(work: Workplace, standing: str) -> None:
    scene = await raised(work)
    work.change(
        update(deliveries).values(state="delivered"),
        update(roll).where(roll.c.household == HOME).values(standing=standing),
    )
    asked = {entry.household for entry in silent(scene).to_ask}
    assert (HOME in asked) is (standing == "unaccounted")


@pytest.mark.parametrize(("division", "number"), [(QIANFO, 9), (TOWN, 9), (NEXT_VILLAGE, 0)])
async def test_they_are_those_of_the_division(work: Workplace, division: str, number: int) -> None:
    scene = await raised(work)
    work.change(update(deliveries).values(state="delivered"))
    assert len(silent(scene, division).to_ask) == number


async def test_a_call_that_waits_is_no_text(work: Workplace) -> None:
    scene = await raised(work)
    work.change(update(deliveries).values(channel="voice"))
    assert silent(scene).waiting == 0


async def test_people_and_segments_are_those_to_be_asked(work: Workplace) -> None:
    scene = await raised(work)
    work.change(update(deliveries).values(state="delivered"))
    found = silent(scene)
    assert found.people == sum(entry.headcount for entry in found.to_ask) == 22
    wording = Wording(REQUEST, "诺江镇千佛村", NOW)
    one_each = Silent(found.to_ask[:1], 0, 0).segments(wording)
    assert one_each in {1, 2}
    assert Silent((), 9, 1).segments(wording) == 0
    assert found.segments(wording) >= len(found.to_ask)
