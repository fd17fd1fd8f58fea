"""Which non-responders get a reminder: a text reaches them, and none is queued."""

from collections import Counter

import pytest
from sqlalchemy import select, true, update

from alerting.deliveries.tables import deliveries, texts
from alerting.ledger.alerts import stored
from alerting.messages.places import Places
from alerting.messages.wording import Readers, Wording
from alerting.policy.policy import HouseholdLink
from alerting.policy.sections import Channel
from alerting.reminders.remind import Households, remind
from alerting.reminders.send_again import Silent, silent_in
from alerting.roll.tables import roll
from tests.support.alert_rows import REQUEST
from tests.support.city import NEXT_VILLAGE, NOW, POLICY, QIANFO, TOWN, household_code
from tests.support.closed_alert import AfterZero, raised
from tests.support.running import Workplace

HOME = household_code(QIANFO, 3)
READERS = Readers("zh", QIANFO)


def asked(scene: AfterZero, division: str = QIANFO) -> list[str]:
    """Return the codes of the households that get a reminder."""
    who = silent(scene, division).to_ask.who
    rows = scene.work.rows(select(roll.c.household).where(who).order_by(roll.c.household))
    return [row.household for row in rows]


def silent(scene: AfterZero, division: str = QIANFO) -> Silent:
    return scene.work.runtime.database.look(lambda db: silent_in(db, scene.alert, division))


@pytest.mark.parametrize(
    ("state", "to_ask", "waiting"),
    [("queued", 0, 9), ("sending", 9, 0), ("unknown", 9, 0), ("delivered", 9, 0), ("failed", 9, 0)],
)
async def test_household_with_a_waiting_text_gets_no_reminder(
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
async def test_household_that_answered_gets_no_reminder(work: Workplace, standing: str) -> None:
    scene = await raised(work)
    work.change(
        update(deliveries).values(state="delivered"),
        update(roll).where(roll.c.household == HOME).values(standing=standing),
    )
    assert (HOME in asked(scene)) is (standing == "unaccounted")


@pytest.mark.parametrize(("division", "number"), [(QIANFO, 9), (TOWN, 9), (NEXT_VILLAGE, 0)])
async def test_non_responders_are_limited_to_the_division(
    work: Workplace, division: str, number: int
) -> None:
    scene = await raised(work)
    work.change(update(deliveries).values(state="delivered"))
    assert len(asked(scene, division)) == silent(scene, division).households == number


async def test_waiting_phone_call_does_not_count_as_a_text(work: Workplace) -> None:
    scene = await raised(work)
    work.change(update(deliveries).values(channel="voice"))
    assert silent(scene).waiting == 0


async def test_people_and_segments_count_households_to_ask(work: Workplace) -> None:
    scene = await raised(work)
    work.change(update(deliveries).values(state="delivered"))
    found = silent(scene)
    headcounts = select(roll.c.headcount).where(found.to_ask.who)
    assert found.people == sum(row.headcount for row in work.rows(headcounts)) == 22
    readers = work.rows(select(roll.c.language, roll.c.division).where(found.to_ask.who))
    assert found.to_ask.by_readers == Counter(Readers(*row) for row in readers)
    wording = Wording(REQUEST, POLICY.issuer, Places({}), (QIANFO,), NOW)
    one = Silent(Households(true(), {READERS: 1}), 0, 0, 0).segments(wording, None)
    assert one in {1, 2}
    assert Silent(Households(true(), {}), 0, 9, 1).segments(wording, None) == 0
    assert Silent(Households(true(), {READERS: 7}), 0, 9, 1).segments(wording, None) == 7 * one


async def test_segments_of_reminders_include_their_links(work: Workplace) -> None:
    wording = Wording(REQUEST, POLICY.issuer, Places({}), (QIANFO,), NOW)
    silent = Silent(Households(true(), {READERS: 7}), 0, 0, 0)
    page = "https://alerts.example.org/h/"
    assert silent.segments(wording, HouseholdLink(page, in_reminders=False)) == 7
    assert silent.segments(wording, HouseholdLink(page, in_reminders=True)) == 14


async def test_household_whose_text_is_sent_after_the_count_gets_no_reminder(
    work: Workplace,
) -> None:
    scene = await raised(work)
    at_home = deliveries.c.recipient == HOME
    work.change(
        update(roll).where(roll.c.household == HOME).values(language="en"),
        update(roll).where(roll.c.household != HOME).values(language="zh"),
        update(deliveries).where(~at_home).values(state="delivered"),
    )
    found = silent(scene).to_ask
    assert list(found.by_readers) == [READERS]
    work.change(update(deliveries).values(state="sending"))
    alert = work.runtime.database.look(lambda connection: stored(connection, 1))
    await work.runtime.ledger.write(
        lambda transaction: remind(transaction, alert, Channel.SMS, found, NOW)
    )
    reminded = (
        select(deliveries.c.recipient)
        .join(texts, texts.c.id == deliveries.c.text)
        .where(texts.c.kind == "reminder")
    )
    asked_again = {row.recipient for row in work.rows(reminded)}
    assert asked_again == {household_code(QIANFO, n) for n in range(1, 10)} - {HOME}
