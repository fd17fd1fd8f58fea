"""Texts that wait for an officer, until their sender is understood."""

import json

import pytest
from sqlalchemy import select, update

from alerting.cap.lifecycle import AlertState
from alerting.ledger.tables import alerts, events
from alerting.replies.tables import inbound
from tests.support.city import NEXT_VILLAGE, QIANFO, household_code, household_phone, officer_phone
from tests.support.incoming_texts import HOME, PHONE, queue, says, standing
from tests.support.running import Workplace

STRANGER = "+8610001234567"
NEXT_PHONE = household_phone(NEXT_VILLAGE, 1)
NEXT_HOME = household_code(NEXT_VILLAGE, 1)


@pytest.mark.parametrize(
    ("body", "phone", "reason", "alert", "recipient"),
    [
        ("今天天气", PHONE, "a part is not understood", 1, HOME),
        ("1 #99", PHONE, "which_alert", 1, HOME),
        ("1", STRANGER, "unknown_sender", None, None),
        ("1", NEXT_PHONE, "unknown_sender", None, NEXT_HOME),
        ("什么情况", officer_phone("grid"), "unnamed", 1, "grid"),
        ("2", officer_phone("grid"), "unnamed", 1, "grid"),
        ("003 天气", officer_phone("grid"), "a part is not understood", 1, HOME),
    ],
)
async def test_text_not_understood_waits(
    work: Workplace, body: str, phone: str, reason: str, alert: int | None, recipient: str | None
) -> None:
    await work.raised("informant", QIANFO)
    await says(work, body, phone)
    assert queue(work) == [(body, reason, alert, recipient)]


@pytest.mark.parametrize(
    ("body", "phone"),
    [
        ("1", PHONE),
        ("2", PHONE),
        ("STOP", PHONE),
        ("收到", PHONE),
        ("1", officer_phone("grid")),
        ("收到", officer_phone("grid")),
        ("STOP", STRANGER),
        ("10086为您服务", "10086"),
        ("滑坡了", "Weather"),
    ],
)
async def test_understood_and_automatic_texts_do_not_wait(
    work: Workplace, body: str, phone: str
) -> None:
    await work.raised("informant", QIANFO)
    work.hand_over()
    for _ in range(2):
        await says(work, body, phone)
    assert queue(work) == []
    assert work.rows(select(inbound.c.sender).distinct()) == [(phone,)]


async def test_without_an_open_alert_only_help_and_hazards_wait(work: Workplace) -> None:
    for body in ("1", "今天天气", "救命", "滑坡了", "滑坡了吗"):
        await says(work, body)
    assert queue(work) == [
        ("救命", "unknown_sender", None, HOME),
        ("滑坡了", "hazard_unheard", None, HOME),
    ]


async def test_hazard_text_on_a_closed_alert_waits(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await says(work, "滑坡")
    work.change(update(alerts).values(state=AlertState.CLOSED))
    await says(work, "滑坡")
    assert [row[1] for row in queue(work)] == ["a part is not understood", "hazard_unheard"]


async def test_unclear_text_is_logged_on_its_alert(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    sid = await says(work, "今天天气")
    e = events.c
    unclear = select(e.division, e.subject, e.payload).where(e.kind == "text.unclear")
    ((division, subject, payload),) = work.rows(unclear)
    assert (division, subject, json.loads(payload)["provider_id"]) == (QIANFO, HOME, sid)
    await says(work, "1")
    assert len(work.rows(unclear)) == 1


@pytest.mark.parametrize(
    ("earlier", "later", "left"),
    [
        (["今天天气", "什么"], "1", []),
        (["今天天气"], "2", []),
        (["今天天气"], "收到", ["今天天气"]),
        (["今天天气"], "哈哈", ["今天天气", "哈哈"]),
        (["今天天气"], "004 1", ["今天天气"]),
        (["099 1"], "1", ["099 1"]),
        (["1 #99"], "1", []),
    ],
)
async def test_later_understood_text_settles_the_senders_earlier_ones(
    work: Workplace, earlier: list[str], later: str, left: list[str]
) -> None:
    await work.raised("informant", QIANFO)
    await says(work, "不懂", household_phone(QIANFO, 2))
    for body in (*earlier, later):
        await says(work, body)
    assert [row[0] for row in queue(work)] == ["不懂", *left]
    settled = work.rows(select(inbound.c.settled_by).where(inbound.c.settled_at.is_not(None)))
    assert settled == [("sender",)] * (len(earlier) - len([body for body in left if body != later]))


async def test_answer_to_another_alert_settles_nothing(work: Workplace) -> None:
    first = await work.raised("informant", QIANFO)
    second = await work.raised("informant", QIANFO)
    await says(work, f"天气 #{first.alert.number}")
    await says(work, f"1 #{second.alert.number}")
    assert [row[2] for row in queue(work)] == [1]
    assert standing(work, alert=2) == "evacuated"
