"""Silent households get texts, calls, questions to neighbours and visits at the policy's times."""

import asyncio
from collections import Counter
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select, update

from alerting.accounting.evidence import NewEvidence
from alerting.accounting.record import record_evidence
from alerting.deliveries.rules.delivery import DeliveryState
from alerting.deliveries.tables import deliveries, texts
from alerting.deliveries.unreachable import call_instead
from alerting.doors.notify import tell_doors
from alerting.doors.rules import Cause, TaskState
from alerting.escalation.households import follow_households
from alerting.ledger.tables import alerts, events
from alerting.ledger.writer import Transaction
from alerting.roll.escalation import stand_down, to_the_door
from alerting.roll.rules.evidence import Report, Rung
from alerting.roll.tables import roll
from contacts.tables import OFFICERS
from tests.support.city import PHONELESS_EVERY, POLICY, QIANFO, VULNERABLE_EVERY, household_code
from tests.support.followed_alert import Followed
from tests.support.neighbours import looks_after

LADDER = (follow_households, tell_doors)
HOMES = [household_code(QIANFO, number) for number in range(1, 11)]
PHONELESS = {household_code(QIANFO, PHONELESS_EVERY)}
VULNERABLE = {household_code(QIANFO, n) for n in range(VULNERABLE_EVERY, 10, VULNERABLE_EVERY)}
OTHERS = set(HOMES) - PHONELESS - VULNERABLE
HOME = household_code(QIANFO, 3)


async def live(followed: Followed, until: int, every: int = 10) -> None:
    for second in range(0, until + 1, every):
        await followed.pass_to(second, LADDER)


async def own_word(
    followed: Followed, household: str, report: Report, at: int, people: int | None = None
) -> None:
    await followed.hear(
        household=household,
        rung=Rung.OWN,
        given_by="+86",
        report=report,
        people=people,
        given_at=at,
    )


async def officers_word(followed: Followed, household: str, report: Report, at: int) -> None:
    await followed.hear(
        household=household, rung=Rung.OFFICER, given_by="grid", report=report, given_at=at
    )


def doors_of(followed: Followed, *households: str) -> list[Any]:
    return [task for task in followed.tasks() if task.household in households]


def sent(followed: Followed, channel: str, household: str) -> list[float]:
    """Return when texts or calls to a household became due, in seconds after the alert."""
    found = followed.rows(
        select(deliveries.c.due_at)
        .where(deliveries.c.channel == channel, deliveries.c.recipient == household)
        .order_by(deliveries.c.id)
    )
    return [(row.due_at - followed.began).total_seconds() for row in found]


async def test_silent_household_gets_each_door_task_once_at_the_policys_times(
    followed: Followed,
) -> None:
    await own_word(followed, HOME, Report.EVACUATED, 1)
    await all_texts_left(followed)
    await live(followed, 1300)
    found = {
        (task.household, (task.opened_at - followed.began).total_seconds()): task.officer
        for task in followed.tasks()
    }
    doors = {480: "grid", 900: "commander"}
    expected: dict[tuple[str, float], str] = {
        (home, at): who for home in OTHERS - {HOME} for at, who in doors.items()
    }
    expected |= {(home, at / 2): who for home in VULNERABLE for at, who in doors.items()}
    at_once = {0: "grid", 210: "commander"}
    # The household without a phone gets its first door task at once, and the second after half the
    # usual interval, because it is vulnerable too.
    expected |= {(home, at): who for home in PHONELESS for at, who in at_once.items()}
    assert found == expected
    assert len(followed.tasks()) == len(expected)
    causes = Counter(task.cause for task in followed.tasks())
    assert causes == {Cause.SILENT: 2 * 8, Cause.CANNOT_BE_REACHED: 2}


async def all_texts_left(followed: Followed) -> None:
    """Mark every text as sent, because a queued text suppresses the reminder."""
    await followed.work.runtime.ledger.write(
        lambda tx: tx.connection.execute(update(deliveries).values(state=DeliveryState.SENT))
    )


async def test_texts_and_calls_repeat_at_the_policys_times(followed: Followed) -> None:
    vulnerable = next(iter(VULNERABLE))
    for second in range(0, 1300, 10):
        await followed.pass_to(second, LADDER)
        await all_texts_left(followed)
    assert sent(followed, "sms", HOME) == [0, 180]
    assert sent(followed, "voice", HOME) == [300, 400, 500]
    assert sent(followed, "sms", vulnerable) == [0, 90]
    assert sent(followed, "voice", vulnerable) == [150, 200, 250]
    assert sent(followed, "sms", next(iter(PHONELESS))) == []
    assert sent(followed, "voice", next(iter(PHONELESS))) == []


async def test_queued_text_suppresses_reminder_and_heard_call_ends_calls(
    followed: Followed,
) -> None:
    await followed.pass_to(180, LADDER)
    assert sent(followed, "sms", HOME) == [0]
    await followed.pass_to(300, LADDER)
    await followed.work.runtime.ledger.write(
        lambda tx: tx.connection.execute(
            update(deliveries)
            .where(deliveries.c.channel == "voice")
            .values(state=DeliveryState.DELIVERED)
        )
    )
    await followed.pass_to(400, LADDER)
    await followed.pass_to(500, LADDER)
    assert sent(followed, "voice", HOME) == [300]


async def test_several_overdue_steps_open_only_one_door_task(followed: Followed) -> None:
    await followed.pass_to(3600, LADDER)
    doors = [task.officer for task in doors_of(followed, HOME)]
    assert doors == ["commander"]
    assert sent(followed, "voice", HOME) == [3600]
    assert followed.on_roll(HOME).next_at is None


async def test_answer_ends_ladder_and_door_task(followed: Followed) -> None:
    await followed.pass_to(480, LADDER)
    await officers_word(followed, HOME, Report.EVACUATED, 490)
    other = next(iter(OTHERS - {HOME}))
    await own_word(followed, other, Report.EVACUATED, 490)
    await followed.pass_to(3600, LADDER)
    ended = {t.household: (t.state, t.closed_by) for t in doors_of(followed, HOME, other)}
    assert ended == {HOME: (TaskState.DONE, "grid"), other: (TaskState.ANSWERED, "+86")}
    assert followed.on_roll(HOME).next_at is None


async def test_not_home_report_leaves_door_task_with_its_officer(followed: Followed) -> None:
    await followed.pass_to(480, LADDER)
    await officers_word(followed, HOME, Report.NOT_HOME, 490)
    (task,) = doors_of(followed, HOME)
    assert (task.state, task.officer) == (TaskState.OPEN, "grid")
    await followed.pass_to(900, LADDER)
    states = [(t.state, t.officer) for t in doors_of(followed, HOME)]
    assert states == [(TaskState.PASSED_ON, "grid"), (TaskState.OPEN, "commander")]


@pytest.mark.parametrize(
    ("report", "cause"), [(Report.NEEDS_HELP, Cause.HELP), (Report.STAYING, Cause.REFUSES)]
)
async def test_help_and_refusal_open_door_task_at_once(
    followed: Followed, report: Report, cause: Cause
) -> None:
    await own_word(followed, HOME, report, 60)
    await followed.pass_to(60, LADDER)
    (task,) = doors_of(followed, HOME)
    assert (task.officer, task.cause, task.opened_at) == ("grid", cause, followed.at(60))
    await followed.pass_to(470, LADDER)
    assert sent(followed, "sms", HOME) == [0]


async def test_household_unaccounted_again_gets_door_task(followed: Followed) -> None:
    await own_word(followed, HOME, Report.EVACUATED, 60)
    await followed.pass_to(700, LADDER)
    assert not doors_of(followed, HOME)
    await own_word(followed, HOME, Report.EVACUATED, 710, people=1)
    await followed.pass_to(710, LADDER)
    assert [t.opened_at for t in doors_of(followed, HOME)] == [followed.at(710)]


async def out_of_reach(followed: Followed, at: int) -> None:
    home, rules = roll.c.household == HOME, POLICY.household
    await followed.work.runtime.ledger.write(
        lambda tx: to_the_door(tx.connection, followed.alert, home, rules, followed.at(at))
    )


async def test_unreachable_household_gets_door_task_at_once(followed: Followed) -> None:
    for second in (60, 61):
        await out_of_reach(followed, second)
        await followed.pass_to(second, LADDER)
    (task,) = doors_of(followed, HOME)
    assert (task.cause, task.opened_at) == (Cause.CANNOT_BE_REACHED, followed.at(60))
    await followed.pass_to(470, LADDER)
    assert sent(followed, "sms", HOME) == [0]


async def given_up(followed: Followed, at: float) -> None:
    """Mark the household's texts as given up, as after their last attempt."""
    tried = select(deliveries.c.id).where(
        deliveries.c.recipient == HOME, deliveries.c.channel == "sms"
    )
    lost = [row.id for row in followed.rows(tried)]
    await followed.work.runtime.ledger.write(lambda tx: call_instead(tx, lost, followed.at(at)))


async def test_text_given_up_is_followed_by_a_call_at_once_and_an_earlier_visit(
    followed: Followed,
) -> None:
    for second in (60, 61):
        await given_up(followed, second)
        await followed.pass_to(second, LADDER)
    assert sent(followed, "voice", HOME) == [60]
    logged = select(events.c.payload).where(events.c.kind == "texts.given_up")
    assert followed.rows(logged) == [('{"households":1}',)]
    await followed.live_through(240)
    (task,) = doors_of(followed, HOME)
    assert task.opened_at == followed.at(60 + 180)


async def test_text_given_up_changes_nothing_after_call_or_answer(
    followed: Followed,
) -> None:
    await followed.pass_to(301, LADDER)
    before = followed.on_roll(HOME)
    await given_up(followed, 302)
    assert followed.on_roll(HOME) == before
    await own_word(followed, HOME, Report.EVACUATED, 310)
    await given_up(followed, 311)
    assert followed.on_roll(HOME).next_at is None


async def test_door_task_stays_unassigned_if_there_is_no_officer(followed: Followed) -> None:
    followed.work.change(
        update(OFFICERS).values(role="administrator"), update(roll).values(officer=None)
    )
    await followed.pass_to(480, LADDER)
    await followed.pass_to(1200, LADDER)
    assert [t.officer for t in doors_of(followed, HOME)] == [None]


async def test_expired_alert_opens_door_tasks_and_sends_nothing(followed: Followed) -> None:
    followed.work.change(update(alerts).values(expires=followed.at(100)))
    before = followed.rows(select(func.count()).select_from(deliveries))
    await followed.pass_to(300, LADDER)
    await followed.pass_to(480, LADDER)
    assert {task.household for task in followed.tasks()} == set(HOMES)
    assert followed.rows(select(func.count()).select_from(deliveries)) == before


async def test_ended_alert_follows_no_household(followed: Followed) -> None:
    await followed.work.runtime.ledger.write(lambda tx: stand_down(tx.connection, followed.alert))
    await followed.pass_to(3600, LADDER)
    assert followed.tasks() == []


async def test_officer_gets_one_text_for_all_door_tasks(followed: Followed) -> None:
    await live(followed, 470)
    before = len(told_of_doors(followed))
    await followed.pass_to(480, LADDER)
    told = told_of_doors(followed)[before:]
    assert [row.channel for row in told] == ["websocket", "sms"]
    numbers = " ".join(home[-3:] for home in sorted(OTHERS))
    assert all(f"请入户{len(OTHERS)}户：{numbers}。" in row.body for row in told)
    assert all(row.body.startswith("演练：") for row in told)
    await followed.pass_to(890, LADDER)
    assert len(told_of_doors(followed)) == before + 2


def told_of_doors(followed: Followed) -> list[Any]:
    """Return the channel and body of each message to the grid officer about door tasks."""
    return followed.rows(
        select(deliveries.c.channel, texts.c.body)
        .join(texts, texts.c.id == deliveries.c.text)
        .where(texts.c.kind == "doors", deliveries.c.recipient == "grid")
        .order_by(deliveries.c.id)
    )


async def test_concurrent_answer_prevents_door_task(followed: Followed) -> None:
    await all_texts_left(followed)
    await live(followed, 470)
    heard = NewEvidence(
        *(followed.alert, HOME, followed.at(475), followed.at(475), Rung.OWN, "+86"),
        *(Report.EVACUATED, None, "test", "a message"),
    )
    with followed.work.runtime.database.writer.begin() as another:
        # Another process is still writing the answer when the household's step becomes due.
        transaction = Transaction(another, POLICY)
        record_evidence(transaction, [heard])
        transaction.flush()
        looking = asyncio.create_task(followed.pass_to(480, LADDER))
        await asyncio.sleep(0.5)
    await looking
    assert doors_of(followed, HOME) == []
    assert followed.on_roll(HOME).next_at is None
    assert len(doors_of(followed, *OTHERS)) == len(OTHERS) - 1


def asked_about(followed: Followed) -> list[tuple[float, str]]:
    """Return the time (seconds after the alert) and body of each question to a neighbour."""
    query = (
        select(deliveries.c.due_at, texts.c.body)
        .join(texts, texts.c.id == deliveries.c.text)
        .where(texts.c.kind == "neighbour")
        .order_by(deliveries.c.id)
    )
    rows = followed.rows(query)
    return [((row.due_at - followed.began).total_seconds(), row.body) for row in rows]


async def test_neighbour_is_asked_in_addition_to_the_door_tasks(followed: Followed) -> None:
    followed.work.change(looks_after(1, [2, 3, 10]))
    await own_word(followed, HOMES[0], Report.EVACUATED, 1)
    await live(followed, 1300)
    asked = asked_about(followed)
    # Household 10 is vulnerable and has no phone, so it gets a door task at once. Its neighbour is
    # asked 120 s later.
    assert [at for at, _ in asked] == [120, 240, 720]
    assert "010住户0010" in asked[0][1]
    assert all("002住户0002 003住户0003" in body for _, body in asked[1:])
    opened = [task.opened_at - followed.began for task in doors_of(followed, HOME)]
    assert [each.total_seconds() for each in opened] == [480, 900]


async def test_neighbour_is_asked_only_about_households_that_have_not_answered(
    followed: Followed,
) -> None:
    followed.work.change(looks_after(1, [2, 3, 4, 6]))
    await own_word(followed, HOMES[0], Report.EVACUATED, 1)
    await own_word(followed, HOME, Report.EVACUATED, 5, people=1)
    await own_word(followed, HOMES[3], Report.NEEDS_HELP, 5)
    await live(followed, 300)
    ((_, body),) = asked_about(followed)
    assert "2户" in body
    assert "002住户0002 006住户0006" in body


async def test_neighbours_report_ends_ladder_and_door_task(followed: Followed) -> None:
    followed.work.change(looks_after(1, [3]))
    await live(followed, 500)
    await followed.hear(
        household=HOME, rung=Rung.NEIGHBOUR, given_by="+86", report=Report.EVACUATED, given_at=501
    )
    assert [task.state for task in doors_of(followed, HOME)] == [TaskState.ANSWERED]
    assert followed.on_roll(HOME).next_at is None


async def test_expired_alert_asks_no_neighbour(followed: Followed) -> None:
    followed.work.change(
        looks_after(1, [3]), update(alerts).values(expires=followed.at(200), state="open")
    )
    await own_word(followed, HOMES[0], Report.EVACUATED, 1)
    await live(followed, 300)
    assert asked_about(followed) == []


async def test_neighbour_is_asked_about_all_households_in_one_text_despite_batches(
    followed: Followed,
) -> None:
    followed.work.change(looks_after(1, [2, 8, 9]))
    await own_word(followed, HOMES[0], Report.EVACUATED, 1)
    for second in range(0, 250, 10):
        await followed.pass_to(second, (partial(follow_households, at_once=3),))
    ((_, body),) = asked_about(followed)
    assert "002住户0002 008住户0008 009住户0009" in body
