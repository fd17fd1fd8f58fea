"""A text is kept before it is understood: nothing in it, or in older rows, can lose it."""

import asyncio
from time import process_time

import pytest
from sqlalchemy import select, update

from alerting.accounting.audit import verify
from alerting.ledger.events.kinds import EventKind
from alerting.ledger.tables import events
from alerting.replies.arrival import keep_first, storable
from alerting.replies.read import read_ahead
from alerting.replies.rules.grammar import prepare
from alerting.replies.statements import IncomingText
from alerting.replies.store import UNREAD, UNREADABLE
from alerting.replies.tables import inbound
from alerting.replies.take import take_text
from alerting.roll.rules.evidence import Report
from alerting.roll.tables import evidence, roll
from tests.support.city import POLICY, QIANFO, household_code, household_phone, officer_phone
from tests.support.gateway import Gateway
from tests.support.incoming_texts import kinds
from tests.support.running import Workplace, message_id, running_service

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


async def test_text_is_kept_whatever_it_says(database_url: str, gateway: Gateway) -> None:
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


async def test_texts_of_one_sender_are_kept_at_once_and_read_in_turn(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    async with work.runtime.turns.of(PHONE):
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
    assert work.rows(kept) == [("2", UNREADABLE, HOME, raised.alert.id)]
    logged = select(events.c.subject).where(events.c.kind == EventKind.TEXT_UNCLEAR)
    assert work.rows(logged) == [(HOME,)]


async def test_text_kept_by_a_process_that_died_is_read_when_it_comes_again(
    work: Workplace,
) -> None:
    await work.raised("informant", QIANFO)
    came = incoming(work, "2")
    await work.runtime.ledger.write_item(keep_first, came)
    await take_text(work.runtime, came)
    assert work.rows(select(inbound.c.intent, inbound.c.waits)) == [("needs_help", False)]
    assert work.rows(select(evidence.c.report)) == [(Report.NEEDS_HELP,)]


def test_id_and_sender_are_bounded(work: Workplace) -> None:
    came = storable(incoming(work, "a\ud800b\0", sender="n\0" * 4_000))
    assert (came.body, len(came.sender), "\0" in came.sender) == ("a?b ", 40, False)


async def test_many_lines_bring_one_answer_and_verify_nobody(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    for separator in ("\n", ", "):
        lines = separator.join(f"{number:04d} 1" for number in range(1, 151))
        await take_text(work.runtime, incoming(work, lines, officer_phone("commander")))
    await take_text(work.runtime, incoming(work, "\n".join(["0999 1"] * 20)))
    assert work.rows(select(evidence.c.household, evidence.c.report, evidence.c.note)) == []
    assert len(work.rows(select(inbound.c.body).where(inbound.c.waits))) == 3
    assert len(kinds(work)) == 1


async def test_end_of_a_text_longer_than_a_phone_sends_is_read(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await take_text(work.runtime, incoming(work, "百" * 60_000 + " 救命"))
    assert work.rows(select(evidence.c.report)) == [(Report.NEEDS_HELP,)]


@pytest.mark.parametrize("part", ["百", "1 ", "a1 ", "#12 ", "1,2", "【", "aab", "034 1\n"])
def test_reading_takes_time_in_proportion_to_the_text(part: str) -> None:
    prepare()
    begun = process_time()
    read_ahead((part * 1_600)[:1_600], POLICY.second_reader)
    read_ahead(part * 20_000, POLICY.second_reader)
    assert process_time() - begun < 0.4
