"""Parts of a long text that several processes receive are joined through the database."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import func, select, update

from alerting.channels.smpp.long_text import LongTexts, Part
from alerting.channels.smpp.text import Place
from alerting.database.engine import Database
from alerting.dispatchers import InboundSms
from alerting.ledger.writer import Ledger
from alerting.replies.parts import REMEMBERED, TextPart, keep_part
from alerting.replies.tables import inbound, text_parts
from alerting.roll.tables import roll
from alerting.runtime import Runtime, wall_clock
from tests.support.city import POLICY, QIANFO, household_code, household_phone
from tests.support.running import Workplace

HOME, PHONE = household_code(QIANFO, 1), household_phone(QIANFO, 1)
STANDING = select(roll.c.standing).where(roll.c.household == HOME)
HEARD = select(inbound.c.body, inbound.c.intent, inbound.c.waits)
FIRST, SECOND = "1 都出来了，除了奶奶", "奶奶还在屋里，快来"


def part(number: int, octets: str = "6f", reference: int = 7) -> TextPart:
    return TextPart(PHONE, reference, 2, number, octets, 8, f"id-{number}")


def wire_part(number: int, body: str) -> Part:
    return Part(f"id-{number}", body.encode("utf-16-be"), 8, Place(7, number, 2))


@contextlib.asynccontextmanager
async def second_process(database_url: str, work: Workplace) -> AsyncIterator[Runtime]:
    """Yield the runtime of another process on the same database."""
    database = Database(database_url)
    ledger = Ledger(database, lambda _topic: None, POLICY)
    yield Runtime(database, ledger, work.runtime.clock)
    await ledger.close()
    database.close()


def long_texts(runtime: Runtime, join_seconds: float) -> LongTexts:
    heard = InboundSms(runtime)
    return LongTexts(heard.text, heard.part, join_seconds)


async def test_parts_received_by_two_processes_become_one_text(
    work: Workplace, database_url: str
) -> None:
    await work.raised("informant", QIANFO)
    async with second_process(database_url, work) as other:
        await asyncio.gather(
            long_texts(work.runtime, 60).join(PHONE, wire_part(1, FIRST)),
            long_texts(other, 60).join(PHONE, wire_part(2, SECOND)),
        )
    assert work.rows(STANDING) == [("needs_help",)]
    assert [body for body, *_ in work.rows(HEARD)] == [FIRST + SECOND]


async def test_part_makes_nobody_safe_until_another_process_gets_the_rest(
    work: Workplace, database_url: str
) -> None:
    await work.raised("informant", QIANFO)
    async with second_process(database_url, work) as other:
        await long_texts(work.runtime, 0).join(PHONE, wire_part(1, "1 全家都出来了，"))
        assert work.rows(STANDING) == [("unaccounted",)]
        assert work.rows(HEARD) == [("1 全家都出来了，…", "unclear", True)]
        await long_texts(other, 0).join(PHONE, wire_part(2, "在村小学"))
    assert work.rows(STANDING) == [("evacuated",)]
    whole = "1 全家都出来了，在村小学"
    assert (whole, "evacuated", False) in work.rows(HEARD)


async def test_reference_reused_later_begins_another_text(work: Workplace) -> None:
    await keep_part(work.runtime, part(1))
    work.change(update(text_parts).values(received_at=wall_clock() - 2 * REMEMBERED))
    again = replace(part(1), message_id="id-of-a-later-text")
    assert await keep_part(work.runtime, again) == [again]


async def test_repeated_part_is_stored_once(work: Workplace) -> None:
    for _ in range(2):
        await keep_part(work.runtime, part(1))
    again = replace(part(1), message_id="id-of-another-connection")
    assert await keep_part(work.runtime, again) == [part(1)]
    assert work.rows(select(func.count()).select_from(text_parts)) == [(1,)]


async def test_parts_of_different_texts_are_kept_apart(work: Workplace) -> None:
    await keep_part(work.runtime, part(1))
    assert await keep_part(work.runtime, part(1, reference=8)) == [part(1, reference=8)]
    assert await keep_part(work.runtime, part(1, "7a")) == [part(1), part(1, "7a")]


async def test_parts_older_than_the_limit_are_not_returned(work: Workplace) -> None:
    await keep_part(work.runtime, part(1))
    long_ago = wall_clock() - REMEMBERED - timedelta(seconds=1)
    work.change(update(text_parts).values(received_at=long_ago))
    assert await keep_part(work.runtime, part(2)) == [part(2)]
