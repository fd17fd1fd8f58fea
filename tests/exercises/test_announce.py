"""Officers and administrators are texted once about a planned exercise, a day ahead."""

from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select, update

from alerting.cap.alert import Status
from alerting.cap.exercise import ExerciseSize
from alerting.cap.lifecycle import AlertState
from alerting.escalation.loop import Escalator
from alerting.exercises.announce import AHEAD, announce_planned
from alerting.exercises.plans import PlannedExercise, cancel_plan, plan_exercise
from alerting.exercises.raise_planned import raise_planned
from alerting.ledger.tables import alerts, areas
from alerting.runtime import wall_clock
from alerting.sign_in.send_links import notice_message
from contacts.notices import Notice, queue_notice, take_notices
from contacts.people import Role
from contacts.tables import OFFICER_NOTICES, OFFICERS
from tests.support.city import NEXT_VILLAGE, NOW, POLICY, QIANFO, TOWN
from tests.support.clocks import fixed_clock
from tests.support.running import Workplace, workplace

DUE = NOW + timedelta(days=3)


@pytest.fixture
async def work(database_url: str) -> AsyncIterator[Workplace]:
    """Open a workplace whose clock stands still, three days before the exercise."""
    async with workplace(database_url, fixed_clock(0, NOW)) as place:
        yield place


async def planned(
    work: Workplace, size: ExerciseSize = ExerciseSize.OFFICERS, *, monthly: bool = False
) -> int:
    plan = PlannedExercise(QIANFO, size, "landslide", DUE, monthly)
    return await plan_exercise(work.runtime, work.somebody("commander"), plan)


async def announced(work: Workplace, ahead: timedelta) -> int:
    step = partial(announce_planned, now=DUE - ahead)
    return await work.runtime.ledger.write(step, own_transaction=True)


def told(work: Workplace) -> list[Any]:
    order = OFFICER_NOTICES.c.id
    return [row.officer for row in work.rows(select(OFFICER_NOTICES.c.officer).order_by(order))]


async def test_loop_announces_the_exercise_once_a_day_ahead(work: Workplace) -> None:
    await planned(work)
    loop = Escalator(work.runtime)
    for ahead in (AHEAD + timedelta(seconds=1), AHEAD, AHEAD - timedelta(hours=1)):
        while await loop.tick(DUE - ahead):
            pass
        assert ("grid" in told(work)) is (ahead <= AHEAD)
    assert sorted(told(work)) == sorted(set(told(work)))
    assert {"grid", "informant", "administrator"} <= set(told(work))
    assert "far-commander" not in told(work)


async def test_text_names_hazard_place_time_and_participants(work: Workplace) -> None:
    await planned(work)
    english = OFFICERS.c.id == "administrator"
    work.change(update(OFFICERS).where(english).values(language="en"))
    await announced(work, AHEAD)
    owed = await work.runtime.ledger.write(
        lambda tx: take_notices(tx.connection, 50, wall_clock()), own_transaction=True
    )
    bodies = {each.officer: notice_message(each, wall_clock()).body for each in owed}
    due = DUE.astimezone(POLICY.alert.zone)
    for officer, words in (
        ("grid", ("演练通知", "千佛村滑坡", "只叫责任人")),
        ("administrator", ("Exercise", "landslide", "officers only")),
    ):
        for word in (f"{due:%Y-%m-%d}", f"{due:%H:%M}", *words):
            assert word in bodies[officer], (word, bodies[officer])


async def test_exercise_for_one_phone_is_announced_to_its_officer_and_the_administrator(
    work: Workplace,
) -> None:
    await planned(work, ExerciseSize.ONE_PHONE)
    await announced(work, AHEAD)
    assert sorted(told(work)) == ["administrator", "commander"]


async def test_officer_who_became_administrator_is_told_once(work: Workplace) -> None:
    await planned(work, ExerciseSize.ONE_PHONE)
    theirs = OFFICERS.c.id == "commander"
    work.change(update(OFFICERS).where(theirs).values(role=Role.ADMINISTRATOR))
    await announced(work, AHEAD)
    assert told(work) == ["commander"]


@pytest.mark.parametrize("where", [TOWN, QIANFO, f"{QIANFO}001"])
async def test_exercise_is_not_announced_until_an_actual_alert_there_is_over(
    work: Workplace, where: str
) -> None:
    for _ in range(2):
        await work.raised("commander", NEXT_VILLAGE)
    # Both are made actual in the database, because a drill's clock forbids actual alerts.
    work.change(
        update(alerts).values(status=Status.ACTUAL),
        update(areas).where(areas.c.alert == 2).values(division=where),
    )
    await planned(work)
    assert (await announced(work, AHEAD), told(work)) == (0, [])
    over = update(alerts).where(alerts.c.id == 2)
    work.change(over.values(state=AlertState.ALL_CLEAR))
    assert await announced(work, AHEAD - timedelta(hours=1)) == 1
    assert told(work)


async def test_unsent_texts_are_withdrawn_when_an_actual_alert_begins_there(
    work: Workplace,
) -> None:
    await planned(work)
    assert await announced(work, AHEAD) == 1
    await work.raised("commander", NEXT_VILLAGE)
    work.change(update(alerts).values(status=Status.ACTUAL))
    await announced(work, AHEAD)
    assert told(work), "an alert elsewhere withdrew the texts"
    work.change(update(areas).values(division=TOWN))
    await announced(work, AHEAD)
    assert told(work) == []
    work.change(update(alerts).values(state=AlertState.ALL_CLEAR))
    assert (await announced(work, AHEAD), told(work)) == (0, []), "it was announced twice"


async def test_recovery_notice_is_sent_before_earlier_announcements(work: Workplace) -> None:
    await planned(work)
    await announced(work, AHEAD)
    later = Notice("recovery", "zh", "", {}, wall_clock() + timedelta(hours=1))
    owner = work.somebody("far-commander")
    await work.runtime.ledger.write(lambda tx: queue_notice(tx.connection, [owner], later))
    (first,) = await work.runtime.ledger.write(
        lambda tx: take_notices(tx.connection, 1, wall_clock()), own_transaction=True
    )
    assert (first.officer, first.notice.kind) == ("far-commander", "recovery")


async def test_cancelled_exercise_is_not_announced(work: Workplace) -> None:
    id_ = await planned(work)
    assert await announced(work, AHEAD) == 1
    assert told(work)
    await cancel_plan(work.runtime, work.somebody("commander"), id_)
    assert told(work) == []
    await cancel_plan(work.runtime, work.somebody("commander"), await planned(work))
    assert await announced(work, AHEAD) == 0


async def test_monthly_exercise_is_announced_every_month(work: Workplace) -> None:
    await planned(work, monthly=True)
    assert [await announced(work, AHEAD), await announced(work, AHEAD)] == [1, 0]
    await work.runtime.ledger.write(partial(raise_planned, now=DUE), own_transaction=True)
    assert await announced(work, AHEAD) == 0
    next_month = timedelta(days=-29)
    assert await announced(work, next_month) == 1
