"""Answers to replies: who gets them and how often. A call for help always gets one."""

import pytest
from sqlalchemy import select, update

from alerting.cap.lifecycle import AlertState
from alerting.deliveries.tables import deliveries
from alerting.ledger.tables import alerts, events
from alerting.roll.tables import roll
from tests.support.city import QIANFO, household_code, officer_phone
from tests.support.incoming_texts import HOME, PHONE, answers, given, kinds, queue, says, standing
from tests.support.running import Workplace

GRID = officer_phone("grid")


async def test_officer_gets_the_report_form_each_time(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    bodies = ("什么情况", "003 什么", "1 5", "2", "003 什么\n004 什么")
    for body in bodies:
        await says(work, body, GRID)
    given_back = answers(work, GRID)
    assert [kind for kind, _ in given_back] == ["report_form"] * len(bodies)
    assert all("户号 数字 人数" in body for _, body in given_back)
    assert len(queue(work)) == len(bodies)
    addressed = work.rows(
        select(deliveries.c.recipient, deliveries.c.tier).where(deliveries.c.number == GRID)
    )
    assert set(addressed) == {("grid", "village")}


@pytest.mark.parametrize("question", ["去哪里集合?", "is this real?", "where do we go?"])
async def test_question_is_answered_with_the_place_once(work: Workplace, question: str) -> None:
    await work.raised("informant", QIANFO)
    for _ in range(2):
        await says(work, question)
    ((kind, body),) = answers(work)
    assert kind == "directions"
    assert "村小学" in body
    assert standing(work) == "unaccounted"


async def test_text_of_many_lines_gets_one_answer(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await says(work, "997 1\n998 1\n999 1", GRID)
    ((kind, body),) = answers(work, GRID)
    assert (kind, "997 998 999" in body) == ("no_such_household", True)


async def test_question_on_a_closed_alert_gets_no_answer(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    work.change(update(alerts).values(state=AlertState.CLOSED))
    await says(work, "003 什么", GRID)
    await says(work, "什么")
    assert kinds(work, GRID) + kinds(work) == []


async def test_caller_for_several_neighbours_gets_one_answer(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await says(work, "004 2\n005 2")
    assert len(given(work)) == 2
    assert kinds(work) == ["confirm_help"]


async def test_partial_report_of_a_neighbour_gets_no_question(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await says(work, "007 1 2")
    assert [row[0] for row in given(work)] == [household_code(QIANFO, 7)]
    assert kinds(work) == []


async def test_opt_out_gets_no_answer_and_marks_unreachable(work: Workplace) -> None:
    for _ in range(2):
        await work.raised("informant", QIANFO)
    for _ in range(2):
        await says(work, "STOP")
    assert kinds(work) == []
    unreachable = select(roll.c.alert, roll.c.household).where(~roll.c.reachable)
    phoneless = household_code(QIANFO, 10)
    assert sorted(work.rows(unreachable)) == [
        (alert, home) for alert in (1, 2) for home in (HOME, phoneless)
    ]
    logged = select(events.c.alert, events.c.subject).where(events.c.kind == "household.opted_out")
    assert sorted(work.rows(logged)) == [(1, HOME), (2, HOME)]
    assert work.rows(select(roll.c.next_at).where(roll.c.household == HOME)) != [(None,)] * 2


async def test_opt_out_from_a_closed_alert_changes_nothing(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    work.change(update(alerts).values(state=AlertState.CLOSED))
    await says(work, "STOP", PHONE)
    assert work.rows(select(roll.c.reachable).where(roll.c.household == HOME)) == [(True,)]


async def test_answer_counts_the_household_numbers_that_do_not_fit(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    numbers = range(2089950, 2089970)
    await says(work, "\n".join(f"{number} 1" for number in numbers), GRID)
    ((_, body),) = answers(work, GRID)
    named = sum(str(number) in body for number in numbers)
    assert 8 < named < 20
    assert f"，另有{20 - named}个" in body
