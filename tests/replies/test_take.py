"""Replies by text become evidence, get an answer, and take effect only once."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from alerting.accounting.audit import verify
from alerting.cap.lifecycle import AlertState
from alerting.deliveries.tables import deliveries, texts
from alerting.ledger.tables import alerts
from alerting.metrics import BATCH
from alerting.officer_calls.tables import officer_calls
from alerting.replies.statements import IncomingText
from alerting.replies.tables import inbound
from alerting.replies.take import take_text
from alerting.roll.entries import entries
from alerting.roll.rules.standing import Standing
from alerting.roll.tables import evidence
from alerting.roll.tallies import tally_of
from contacts.tables import HOUSEHOLD_PHONES
from tests.support.city import (
    NEXT_VILLAGE,
    QIANFO,
    TOWN,
    headcount,
    household_code,
    household_phone,
    officer_phone,
)
from tests.support.confirmations import answered
from tests.support.running import Workplace, message_id

PHONE = household_phone(QIANFO, 3)
HOME = household_code(QIANFO, 3)
PEOPLE = headcount(3)


async def said(work: Workplace, body: str, phone: str = PHONE, sid: str | None = None) -> None:
    text = IncomingText(sid or message_id(), phone, body, work.runtime.clock.now())
    await take_text(work.runtime, text)


def standing(work: Workplace, alert: int = 1, household: str = HOME) -> Any:
    found = work.runtime.database.look(lambda db: entries(db, {(alert, household)}))
    return found[alert, household].standing


def answers(work: Workplace, phone: str = PHONE) -> list[tuple[str, str]]:
    """Return the (kind, body) of the answers queued for a phone, in order."""
    call = ("alert", "call")
    rows = work.rows(
        select(texts.c.kind, texts.c.body)
        .join(deliveries, deliveries.c.text == texts.c.id)
        .where(deliveries.c.number == phone, texts.c.kind.not_in(call))
        .order_by(deliveries.c.id)
    )
    return [(kind, body) for kind, body in rows]


def kinds(work: Workplace, phone: str = PHONE) -> list[str]:
    return [kind for kind, _ in answers(work, phone)]


@pytest.mark.parametrize(
    ("body", "expected", "answered"),
    [
        ("1", Standing.EVACUATED, []),
        ("１", Standing.EVACUATED, []),
        ("已转移", Standing.EVACUATED, []),
        ("1 4", Standing.EVACUATED, []),
        ("1 2", Standing.PARTLY, ["confirm_partial"]),
        ("2", Standing.NEEDS_HELP, ["confirm_help"]),
        ("救命", Standing.NEEDS_HELP, ["confirm_help"]),
        ("3", Standing.STAYING, []),
        ("4", Standing.ELSEWHERE, []),
        ("马上走", Standing.UNACCOUNTED, []),
        ("STOP", Standing.UNACCOUNTED, []),
        ("不安全", Standing.NEEDS_HELP, ["confirm_help"]),
        ("今天天气", Standing.UNACCOUNTED, ["question"]),
        ("", Standing.UNACCOUNTED, ["question"]),
    ],
)
async def test_reply_sets_standing_and_answer(
    work: Workplace, body: str, expected: Standing, answered: list[str]
) -> None:
    await work.raised("informant", QIANFO)
    await said(work, body)
    assert standing(work).standing is expected
    assert kinds(work) == answered
    kept = work.rows(select(inbound.c.sender, inbound.c.body, inbound.c.alert, inbound.c.recipient))
    assert kept == [(PHONE, body, 1, HOME)]
    assert work.runtime.database.look(verify).differences == ()


async def test_partial_reply_asks_for_the_missing(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await said(work, "1 2")
    ((_, body),) = answers(work)
    assert "收到：2人安全" in body
    assert f"还差{PEOPLE - 2}人，在哪里" in body
    people = standing(work).people
    assert (people.evacuated, people.unaccounted) == (2, PEOPLE - 2)


async def test_unclear_reply_gets_one_question(
    work: Workplace,
) -> None:
    await work.raised("informant", QIANFO)
    for body in ("今天天气", "什么", "??"):
        await said(work, body)
    await asyncio.gather(*(said(work, "哈哈") for _ in range(5)))
    assert kinds(work) == ["question", "directions"]
    unclear = select(func.count()).where(inbound.c.intent == "unclear")
    assert work.rows(unclear) == [(8,)]


async def test_later_reply_corrects_everything_except_a_call_for_help(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    for body, expected in [
        ("3", Standing.STAYING),
        ("1", Standing.EVACUATED),
        ("2", Standing.NEEDS_HELP),
        ("1", Standing.NEEDS_HELP),
    ]:
        await said(work, body)
        assert standing(work).standing is expected
    assert kinds(work) == ["confirm_help"]


async def test_repeated_message_counts_once(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await said(work, "1 2", sid="SM1")
    await said(work, "1 2", sid="SM1")
    await asyncio.gather(*(said(work, "1 2", sid="SM2") for _ in range(4)))
    assert work.rows(select(func.count()).select_from(inbound)) == [(2,)]
    assert work.rows(select(func.count()).select_from(evidence)) == [(2,)]
    assert kinds(work) == ["confirm_partial"]


async def test_strangers_text_is_kept_and_accounts_for_nobody(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await said(work, "1", "+8610001234567")
    await said(work, "1", household_phone(NEXT_VILLAGE, 1))
    kept = work.rows(select(inbound.c.reason, inbound.c.alert).distinct())
    assert kept == [("unknown_sender", None)]
    assert work.rows(select(evidence)) == []
    assert answers(work, "+8610001234567") == []


async def two_alerts(work: Workplace) -> tuple[int, int]:
    """Raise two alerts for one village; return their numbers."""
    first = await work.raised("informant", QIANFO)
    second = await work.raised("grid", QIANFO)
    return first.alert.number, second.alert.number


async def test_bare_reply_to_two_alerts_gets_a_question(work: Workplace) -> None:
    numbers = await two_alerts(work)
    await said(work, "1")
    assert [standing(work, alert).standing for alert in (1, 2)] == [Standing.UNACCOUNTED] * 2
    ((kind, body),) = answers(work)
    assert kind == "which_alert"
    assert all(f"#{number}" in body for number in numbers)
    await said(work, f"1 #{numbers[1]}")
    await said(work, f"3 ＃{numbers[0]}")
    assert standing(work, 2).standing is Standing.EVACUATED
    assert standing(work, 1).standing is Standing.STAYING


async def test_question_names_only_open_alerts(work: Workplace) -> None:
    numbers = [*(await two_alerts(work)), (await work.raised("grid", QIANFO)).alert.number]
    work.change(update(alerts).where(alerts.c.id == 1).values(state=AlertState.CLOSED))
    await said(work, "1")
    ((kind, body),) = answers(work)
    assert kind == "which_alert"
    assert [f"#{number}" in body for number in numbers] == [False, True, True]


async def test_reply_with_a_wrong_code_gets_a_question(work: Workplace) -> None:
    raised = await work.raised("informant", QIANFO)
    other = 10 + (raised.alert.number + 7) % 80
    await said(work, f"1 #{other}")
    assert standing(work).standing is Standing.UNACCOUNTED
    assert kinds(work) == ["which_alert"]


async def test_call_for_help_counts_on_the_live_alert(work: Workplace) -> None:
    await two_alerts(work)
    work.change(update(alerts).where(alerts.c.id == 2).values(status="Actual"))
    await said(work, "2")
    assert standing(work, 2).standing is Standing.NEEDS_HELP
    assert standing(work, 1).standing is Standing.UNACCOUNTED
    assert kinds(work) == ["confirm_help"]


async def shared_phone(work: Workplace) -> str:
    """Give a neighbour without a phone the number of household 3; return the neighbour."""
    neighbour = household_code(QIANFO, 10)
    work.change(insert(HOUSEHOLD_PHONES).values(household=neighbour, position=0, number=PHONE))
    await work.raised("informant", QIANFO)
    return neighbour


async def test_shared_phone_accounts_for_neither_household(work: Workplace) -> None:
    neighbour = await shared_phone(work)
    await said(work, "1")
    assert standing(work).standing is Standing.UNACCOUNTED
    assert standing(work, 1, neighbour).standing is Standing.UNACCOUNTED
    ((kind, body),) = answers(work)
    assert (kind, "0003 0010" in body) == ("which_household", True)
    await said(work, "0010 1")
    assert standing(work, 1, neighbour).standing is Standing.EVACUATED
    assert standing(work).standing is Standing.UNACCOUNTED


async def test_call_for_help_from_a_shared_phone_counts_for_both(work: Workplace) -> None:
    neighbour = await shared_phone(work)
    await said(work, "2")
    assert standing(work).standing is Standing.NEEDS_HELP
    assert standing(work, 1, neighbour).standing is Standing.NEEDS_HELP


async def test_text_from_any_phone_of_a_household_counts_for_it(work: Workplace) -> None:
    second = "+8610001234567"
    work.change(insert(HOUSEHOLD_PHONES).values(household=HOME, position=1, number=second))
    await work.raised("informant", QIANFO)
    await said(work, "1 2", second)
    assert standing(work).standing is Standing.PARTLY
    assert kinds(work, second) == ["confirm_partial"]
    assert kinds(work) == []


async def test_officers_1_before_the_call_was_sent_confirms_nothing(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await said(work, "1", officer_phone("commander"))
    assert answered(work) == []
    work.hand_over()
    await said(work, "1", officer_phone("commander"))
    assert [officer for _, officer, _ in answered(work)] == ["commander"]


@pytest.mark.parametrize(("body", "confirmed"), [("1", 1), ("收到", 1), ("2", 0), ("什么", 0)])
async def test_officers_bare_1_confirms_the_call(
    work: Workplace, body: str, confirmed: int
) -> None:
    await work.raised("informant", QIANFO)
    work.hand_over()
    await said(work, body, officer_phone("commander"))
    await said(work, body, officer_phone("commander"))
    await said(work, body, officer_phone("far-commander"))
    assert answered(work) == [(1, "commander", "sms")] * confirmed


@pytest.mark.parametrize("state", [AlertState.CLOSED, AlertState.EXPIRED, AlertState.ALL_CLEAR])
async def test_call_for_help_after_the_end_is_recorded(work: Workplace, state: AlertState) -> None:
    await work.raised("informant", QIANFO)
    work.change(update(alerts).values(state=state))
    await said(work, "2")
    assert standing(work).standing is Standing.NEEDS_HELP


async def test_concurrent_replies_share_commits(work: Workplace) -> None:
    await work.raised("commander", TOWN)
    phones = [household_phone(v, n) for v in (QIANFO, NEXT_VILLAGE) for n in range(1, 10)]
    before = BATCH._sum.get(), sum(bucket.get() for bucket in BATCH._buckets)
    await asyncio.gather(*(said(work, body, phone) for body in ("3", "1") for phone in phones))
    units = BATCH._sum.get() - before[0]
    commits = sum(bucket.get() for bucket in BATCH._buckets) - before[1]
    # Two texts from each phone, each of which is stored and then read.
    assert units == 4 * len(phones)
    assert commits < units / 2
    tally = work.runtime.database.look(lambda db: tally_of(db, 1, TOWN))
    assert tally.households_evacuated + tally.households_staying == len(phones)
    assert work.runtime.database.look(verify).differences == ()


async def test_officers_first_1_does_not_count_for_own_home(
    work: Workplace,
) -> None:
    await work.raised("informant", QIANFO)
    work.hand_over()
    phone = officer_phone("grid")
    work.change(insert(HOUSEHOLD_PHONES).values(household=HOME, position=1, number=phone))
    await said(work, "1", phone)
    assert standing(work).standing is Standing.UNACCOUNTED
    assert answered(work) == [(1, "grid", "sms")]
    await said(work, "1", phone)
    assert standing(work).standing is Standing.EVACUATED


async def test_raisers_first_1_does_not_count_for_own_home(
    work: Workplace,
) -> None:
    """The officer call asks for a '1' even from the informant who raised the alert."""
    phone = officer_phone("informant")
    work.change(insert(HOUSEHOLD_PHONES).values(household=HOME, position=1, number=phone))
    await work.raised("informant", QIANFO)
    work.hand_over()
    await said(work, "1", phone)
    assert standing(work).standing is Standing.UNACCOUNTED
    assert answered(work) == [(1, "informant", "sms")]
    await said(work, "1", phone)
    assert standing(work).standing is Standing.EVACUATED
    followed = select(officer_calls.c.officer).where(officer_calls.c.next_at.is_not(None))
    assert "informant" not in {row.officer for row in work.rows(followed)}


async def test_officers_code_confirms_only_that_alert(work: Workplace) -> None:
    _, second = await two_alerts(work)
    work.hand_over()
    await said(work, f"1 #{second}", officer_phone("commander"))
    ((alert, officer, _),) = answered(work)
    assert work.rows(select(alerts.c.number).where(alerts.c.id == alert)) == [(second,)]
    assert officer == "commander"
