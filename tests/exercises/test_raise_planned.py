"""A planned exercise is raised once when due; otherwise the reason is stored."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from alerting.cap.alert import Status
from alerting.cap.exercise import ExerciseSize
from alerting.cap.lifecycle import AlertState
from alerting.database.engine import Database
from alerting.deliveries.tables import deliveries
from alerting.escalation.loop import Escalator
from alerting.exercises.plans import PlannedExercise, plan_exercise
from alerting.exercises.raise_planned import raise_planned
from alerting.exercises.rules import PlanOutcome
from alerting.exercises.tables import exercise_outcomes, exercise_plans
from alerting.ledger.alerts import set_state, stored
from alerting.ledger.tables import alerts
from alerting.ledger.writer import Ledger
from alerting.runtime import Runtime
from contacts.tables import OFFICER_PHONES, OFFICERS
from tests.support.city import NEXT_VILLAGE, NOW, POLICY, QIANFO, TOWN
from tests.support.clocks import fixed_clock
from tests.support.running import Workplace, workplace

OFFICERS_ALONE = ExerciseSize.OFFICERS
DUE = NOW + timedelta(hours=1)


@pytest.fixture
async def work(database_url: str) -> AsyncIterator[Workplace]:
    """Open a workplace whose clock stands still, an hour before the exercise."""
    async with workplace(database_url, fixed_clock(0, NOW)) as place:
        yield place


async def planned(
    work: Workplace,
    where: str = QIANFO,
    size: ExerciseSize = OFFICERS_ALONE,
    *,
    by: str = "commander",
    monthly: bool = False,
) -> int:
    plan = PlannedExercise(where, size, "landslide", DUE, monthly)
    return await plan_exercise(work.runtime, work.somebody(by), plan)


async def step(runtime: Runtime, now: datetime) -> int:
    return await runtime.ledger.write(partial(raise_planned, now=now), own_transaction=True)


def told(work: Workplace) -> list[Any]:
    columns = exercise_outcomes.c["outcome", "alert", "detail"]
    return work.rows(select(*columns).order_by(exercise_outcomes.c.due))


async def test_loop_raises_a_due_exercise_in_the_planners_name(work: Workplace) -> None:
    await planned(work)
    loop = Escalator(work.runtime)
    while await loop.tick(DUE - timedelta(seconds=1)):
        pass
    assert work.rows(select(alerts)) == []
    while await loop.tick(DUE):
        pass
    ((outcome, alert, detail),) = told(work)
    assert (outcome, detail) == (PlanOutcome.RAISED, "")
    raised = work.runtime.database.look(lambda db: stored(db, alert))
    assert (raised.status, raised.raised_by, raised.divisions) == (
        Status.EXERCISE,
        "commander",
        (QIANFO,),
    )
    assert (raised.request.exercise_size, raised.request.event) == (OFFICERS_ALONE, "滑坡")
    kinds = work.rows(select(deliveries.c.recipient_kind).distinct())
    assert [kind for (kind,) in kinds] == ["officer"]


async def test_exercise_for_one_phone_reaches_only_the_planner(work: Workplace) -> None:
    await planned(work, size=ExerciseSize.ONE_PHONE)
    assert await step(work.runtime, DUE) == 1
    recipients = work.rows(select(deliveries.c.recipient).distinct())
    assert [recipient for (recipient,) in recipients] == ["commander"]


@pytest.mark.both_databases
async def test_two_processes_raise_an_exercise_once(database_url: str) -> None:
    async with workplace(database_url, fixed_clock(0, NOW)) as one:
        await planned(one)
        database = Database(database_url)
        ledger = Ledger(database, lambda _topic: None, POLICY)
        other = Runtime(database, ledger, one.runtime.clock)
        done = await asyncio.gather(
            *(step(runtime, DUE) for _ in range(5) for runtime in (one.runtime, other))
        )
        await ledger.close()
        database.close()
        assert sum(done) == 1
        assert len(one.rows(select(alerts))) == len(told(one)) == 1


async def test_exercise_more_than_an_hour_late_is_not_raised(work: Workplace) -> None:
    await planned(work)
    assert await step(work.runtime, DUE + timedelta(hours=1, seconds=1)) == 1
    assert told(work) == [(PlanOutcome.MISSED, None, "")]
    assert work.rows(select(alerts)) == []


async def test_monthly_exercise_stays_planned_after_it_was_missed(work: Workplace) -> None:
    await planned(work, monthly=True)
    later = DUE + timedelta(days=70)
    done = 0
    while await step(work.runtime, later):
        done += 1
    assert done == 3
    assert [outcome for outcome, *_ in told(work)] == [PlanOutcome.MISSED] * 3
    ((again,),) = work.rows(select(exercise_plans.c.due))
    assert again > later


@pytest.mark.parametrize("state", [AlertState.OPEN, AlertState.CLOSED])
async def test_exercise_is_skipped_if_an_actual_alert_there_is_not_over(
    work: Workplace, state: AlertState
) -> None:
    raised = await actual(work, TOWN, state)
    await planned(work)
    assert await step(work.runtime, DUE) == 1
    assert told(work) == [(PlanOutcome.SKIPPED, raised, "")]


async def test_exercise_is_raised_despite_alerts_elsewhere_and_ended_alerts(
    work: Workplace,
) -> None:
    await actual(work, NEXT_VILLAGE, AlertState.OPEN)
    await actual(work, QIANFO, AlertState.ALL_CLEAR)
    await work.raised("commander", QIANFO)
    await planned(work)
    assert await step(work.runtime, DUE) == 1
    assert [outcome for outcome, *_ in told(work)] == [PlanOutcome.RAISED]


async def actual(work: Workplace, where: str, state: AlertState) -> int:
    """Raise an exercise and make it an actual alert in the database; return its id.

    A service with a drill's clock refuses actual alerts.
    """
    raised = (await work.raised("commander", where)).alert.id
    work.change(update(alerts).where(alerts.c.id == raised).values(status=Status.ACTUAL))
    with work.runtime.database.writer.begin() as connection:
        set_state(connection, raised, state, NOW)
    return raised


async def test_exercise_is_refused_if_its_planner_may_no_longer_raise_it(work: Workplace) -> None:
    await planned(work)
    moved = update(OFFICERS).where(OFFICERS.c.id == "commander").values(division=NEXT_VILLAGE)
    work.change(moved)
    assert await step(work.runtime, DUE) == 1
    ((outcome, alert, detail),) = told(work)
    assert (outcome, alert) == (PlanOutcome.REFUSED, None)
    assert f"{QIANFO} is not within your division" in detail
    ((chinese,),) = work.rows(select(exercise_outcomes.c.chinese))
    assert f"{QIANFO}不在您的范围" in chinese
    assert work.rows(select(alerts)) == []


async def test_exercise_is_refused_if_its_planner_has_left_the_roster(work: Workplace) -> None:
    await planned(work, by="informant")
    work.change(
        delete(OFFICER_PHONES).where(OFFICER_PHONES.c.officer == "informant"),
        delete(OFFICERS).where(OFFICERS.c.id == "informant"),
    )
    assert await step(work.runtime, DUE) == 1
    assert told(work) == [(PlanOutcome.REFUSED, None, "informant is no longer an officer")]
