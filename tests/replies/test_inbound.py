"""Texts wait until an officer settles them or their sender sends a clear text."""

import asyncio
import json
from time import process_time

import pytest
from sqlalchemy import select, update

from alerting.accounting.audit import verify
from alerting.cap.lifecycle import AlertState
from alerting.ledger.events.kinds import EventKind
from alerting.ledger.tables import alerts, events
from alerting.replies.inbound import UNREAD, UNREADABLE_TEXT, storable, store_unread
from alerting.replies.read import read_ahead
from alerting.replies.rules.grammar import prepare
from alerting.replies.statements import IncomingText
from alerting.replies.tables import inbound
from alerting.replies.take import take_text
from alerting.roll.rules.evidence import Report
from alerting.roll.tables import evidence, roll
from tests.support.city import (
    NEXT_VILLAGE,
    POLICY,
    QIANFO,
    household_code,
    household_phone,
    officer_phone,
)
from tests.support.gateway import Gateway
from tests.support.incoming_texts import HOME, PHONE, kinds, queue, says, standing
from tests.support.running import Workplace, message_id, running_service

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
async def test_unclear_text_waits_for_an_officer(
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
async def test_understood_texts_and_texts_from_machines_do_not_wait(
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


PHONE = household_phone(QIANFO, 3)
HOME = household_code(QIANFO, 3)

HOSTILE = (
    "2 13912345678",
    "2 99999999999999999999",
    "2 " + "9" * 4_400,
    "2 千百千百",
    "3 走了千百千百人",
    "\0\0",
    "滑坡 " + "裂缝" * 700,
    "\ufffd\u202e\U000e0041" * 300,
    "#" * 1_600,
)


def incoming(work: Workplace, body: str, sender: str = PHONE) -> IncomingText:
    return IncomingText(message_id(), sender, body, work.runtime.clock.now())


async def test_text_of_any_characters_is_stored(database_url: str, gateway: Gateway) -> None:
    async with running_service(database_url, gateway) as service:
        await service.raised("informant", QIANFO)
        for body in HOSTILE:
            for sender in (PHONE, officer_phone("informant"), "+8610001234567"):
                await service.text(sender, body)
        await service.text("f\0" * 4_000, "2")
        assert len(service.rows(select(inbound.c.body))) == 3 * len(HOSTILE) + 1
        status, record = await service.get(f"/api/alerts/1/households/{HOME}", "commander")
        assert (status, record["household"]["standing"]) == (200, "needs_help")
        assert service.runtime.database.look(verify).differences == ()


async def test_texts_of_one_sender_are_stored_at_once_and_read_in_turn(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    async with work.runtime.locks.of(PHONE):
        waiting = asyncio.ensure_future(take_text(work.runtime, incoming(work, "2")))
        await take_text(work.runtime, incoming(work, "1", household_phone(QIANFO, 4)))
        reasons = work.rows(select(inbound.c.sender, inbound.c.reason))
        assert (PHONE, UNREAD) in reasons
        assert len(reasons) == 2
    await waiting
    assert work.rows(select(evidence.c.report).order_by(evidence.c.id)) == [
        (Report.EVACUATED,),
        (Report.NEEDS_HELP,),
    ]


async def test_text_that_cannot_be_read_waits_for_an_officer(work: Workplace) -> None:
    raised = await work.raised("informant", QIANFO)
    await take_text(work.runtime, incoming(work, "1"))
    work.change(update(roll).values(standing="no standing of this version"))
    unread = incoming(work, "2")
    await take_text(work.runtime, unread)
    await take_text(work.runtime, unread)
    i = inbound.c
    kept = select(i.body, i.reason, i.recipient, i.alert).where(i.waits)
    assert work.rows(kept) == [("2", UNREADABLE_TEXT, HOME, raised.alert.id)]
    logged = select(events.c.subject).where(events.c.kind == EventKind.TEXT_UNCLEAR)
    assert work.rows(logged) == [(HOME,)]


async def test_text_stored_by_a_crashed_process_is_read_on_redelivery(
    work: Workplace,
) -> None:
    await work.raised("informant", QIANFO)
    came = incoming(work, "2")
    await work.runtime.ledger.write_item(store_unread, came)
    await take_text(work.runtime, came)
    assert work.rows(select(inbound.c.intent, inbound.c.waits)) == [("needs_help", False)]
    assert work.rows(select(evidence.c.report)) == [(Report.NEEDS_HELP,)]


def test_id_and_sender_are_cut_to_a_maximum_length(work: Workplace) -> None:
    came = storable(incoming(work, "a\ud800b\0", sender="n\0" * 4_000))
    assert (came.body, len(came.sender), "\0" in came.sender) == ("a?b ", 40, False)


async def test_text_of_many_lines_gets_one_answer_and_verifies_nobody(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    for separator in ("\n", ", "):
        lines = separator.join(f"{number:04d} 1" for number in range(1, 151))
        await take_text(work.runtime, incoming(work, lines, officer_phone("commander")))
    await take_text(work.runtime, incoming(work, "\n".join(["0999 1"] * 20)))
    assert work.rows(select(evidence.c.household, evidence.c.report, evidence.c.note)) == []
    assert len(work.rows(select(inbound.c.body).where(inbound.c.waits))) == 3
    assert len(kinds(work)) == 1


async def test_call_for_help_at_the_end_of_a_very_long_text_is_heard(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await take_text(work.runtime, incoming(work, "百" * 60_000 + " 救命"))
    assert work.rows(select(evidence.c.report)) == [(Report.NEEDS_HELP,)]


@pytest.mark.parametrize("part", ["百", "1 ", "a1 ", "#12 ", "1,2", "【", "aab", "034 1\n"])
def test_reading_time_is_proportional_to_the_length(part: str) -> None:
    prepare()
    begun = process_time()
    read_ahead((part * 1_600)[:1_600], POLICY.second_reader)
    read_ahead(part * 20_000, POLICY.second_reader)
    assert process_time() - begun < 0.4
