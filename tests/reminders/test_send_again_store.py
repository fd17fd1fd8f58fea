"""Non-responders, and those of them that a text reaches and for whom none waits."""

from collections import Counter

import pytest
from sqlalchemy import select, true, update

from alerting.deliveries.tables import deliveries
from alerting.messages.wording import Wording
from alerting.policy.policy import HouseholdLink
from alerting.reminders.remind import Households
from alerting.reminders.send_again import Silent, silent_in
from alerting.roll.tables import roll
from tests.support.alert_rows import REQUEST
from tests.support.city import NEXT_VILLAGE, NOW, POLICY, QIANFO, TOWN, household_code
from tests.support.closed_alert import AfterZero, raised
from tests.support.running import Workplace

HOME = household_code(QIANFO, 3)


def asked(scene: AfterZero, division: str = QIANFO) -> list[str]:
    """Return the households that the condition selects."""
    who = silent(scene, division).to_ask.who
    rows = scene.work.rows(select(roll.c.household).where(who).order_by(roll.c.household))
    return [row.household for row in rows]


def silent(scene: AfterZero, division: str = QIANFO) -> Silent:
    return scene.work.runtime.database.look(lambda db: silent_in(db, scene.alert, division))


@pytest.mark.parametrize(
    ("state", "to_ask", "waiting"),
    [("queued", 0, 9), ("sending", 9, 0), ("unknown", 9, 0), ("delivered", 9, 0), ("failed", 9, 0)],
)
async def test_waiting_text_counts_as_a_reminder(
    work: Workplace, state: str, to_ask: int, waiting: int
) -> None:
    scene = await raised(work)
    work.change(update(deliveries).values(state=state))
    found = silent(scene)
    assert (found.households, found.waiting, found.unreachable) == (to_ask, waiting, 1)
    assert len(asked(scene)) == to_ask


@pytest.mark.parametrize(
    "standing", ["partly", "needs_help", "staying", "elsewhere", "evacuated", "unaccounted"]
)
async def test_household_with_a_standing_is_no_non_responder(
    work: Workplace, standing: str
) -> None:
    scene = await raised(work)
    work.change(
        update(deliveries).values(state="delivered"),
        update(roll).where(roll.c.household == HOME).values(standing=standing),
    )
    assert (HOME in asked(scene)) is (standing == "unaccounted")


@pytest.mark.parametrize(("division", "number"), [(QIANFO, 9), (TOWN, 9), (NEXT_VILLAGE, 0)])
async def test_non_responders_are_of_the_division(
    work: Workplace, division: str, number: int
) -> None:
    scene = await raised(work)
    work.change(update(deliveries).values(state="delivered"))
    assert len(asked(scene, division)) == silent(scene, division).households == number


async def test_waiting_phone_call_is_no_text(work: Workplace) -> None:
    scene = await raised(work)
    work.change(update(deliveries).values(channel="voice"))
    assert silent(scene).waiting == 0


async def test_people_and_segments_count_households_to_ask(work: Workplace) -> None:
    scene = await raised(work)
    work.change(update(deliveries).values(state="delivered"))
    found = silent(scene)
    headcounts = select(roll.c.headcount).where(found.to_ask.who)
    assert found.people == sum(row.headcount for row in work.rows(headcounts)) == 22
    languages = [row.language for row in work.rows(select(roll.c.language).where(found.to_ask.who))]
    assert found.to_ask.by_language == Counter(languages)
    wording = Wording(REQUEST, POLICY.issuer.at(QIANFO), "诺江镇千佛村", NOW)
    one = Silent(Households(true(), {"zh": 1}), 0, 0, 0).segments(wording, None)
    assert one in {1, 2}
    assert Silent(Households(true(), {}), 0, 9, 1).segments(wording, None) == 0
    assert Silent(Households(true(), {"zh": 7}), 0, 9, 1).segments(wording, None) == 7 * one


async def test_segments_of_reminders_count_their_links(work: Workplace) -> None:
    wording = Wording(REQUEST, POLICY.issuer.at(QIANFO), "诺江镇千佛村", NOW)
    silent = Silent(Households(true(), {"zh": 7}), 0, 0, 0)
    page = "https://alerts.example.org/h/"
    assert silent.segments(wording, HouseholdLink(page, in_reminders=False)) == 7
    assert silent.segments(wording, HouseholdLink(page, in_reminders=True)) == 14


async def test_household_whose_text_leaves_after_counting_stays_excluded(
    work: Workplace,
) -> None:
    scene = await raised(work)
    at_home = deliveries.c.recipient == HOME
    work.change(
        update(roll).where(roll.c.household == HOME).values(language="en"),
        update(roll).where(roll.c.household != HOME).values(language="zh"),
        update(deliveries).where(~at_home).values(state="delivered"),
    )
    who = silent(scene).to_ask.who
    work.change(update(deliveries).values(state="sending"))
    chosen = {row.household for row in work.rows(select(roll.c.household).where(who))}
    assert chosen == {household_code(QIANFO, n) for n in range(1, 10)} - {HOME}
