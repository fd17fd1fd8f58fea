"""A document is stored unchanged before it is read."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from alerting.cap_inbox.receive import receive
from alerting.cap_inbox.rules.outcomes import Outcome, Reason
from alerting.cap_inbox.tables import cap_inbox, cap_inbox_areas
from alerting.errors import InvalidError, TooManyError
from alerting.runtime import Clock
from tests.support.cap_documents import POLICY, Desk, open_desk, simple
from tests.support.clocks import fixed_clock


async def test_document_is_stored_unchanged(desk: Desk) -> None:
    signed = simple().replace("</alert>", "<!-- é --><s:S xmlns:s='urn:s'/></alert>")
    raw = signed.replace("UTF-8", "GB18030").replace("é", "滑").encode("gb18030")
    await desk.take(raw)
    (row,) = desk.messages()
    assert (bytes(row.raw), row.source, row.times) == (raw, "weather-bureau", 1)
    assert (row.outcome, row.reason) == ("noted", "no_rule")


async def test_invalid_document_is_stored_and_refused_each_time(desk: Desk) -> None:
    broken = simple(sent="")
    for _ in range(2):
        with pytest.raises(InvalidError, match="alert/sent: it is missing; add it") as refused:
            await desk.take(broken)
        assert refused.value.field == "alert/sent"
    (row,) = desk.messages()
    assert (row.outcome, row.reason, row.times) == ("refused", "not_cap", 2)
    assert row.detail == "alert/sent: it is missing; add it"
    assert row.identifier is None


async def test_unread_document_is_read_when_it_comes_again(desk: Desk) -> None:
    message = simple("Extreme")
    await desk.take(message)
    desk.work.change(
        delete(cap_inbox_areas),
        update(cap_inbox).values(outcome=Outcome.UNREAD, identifier=None, content=None),
    )
    done = await desk.take(message)
    assert done.outcome is Outcome.ALERTED


async def test_rate_limit_refuses_new_messages_but_not_repeats(database_url: str) -> None:
    few = POLICY.replace('name = "university"', 'name = "university"\nper_minute = 3')
    clock = fixed_clock(0)
    async with open_desk(database_url, few, clock) as desk:
        messages = [simple() for _ in range(4)]
        for message in messages[:3]:
            await desk.take(message, "university")
        with pytest.raises(TooManyError, match="university sent 3 messages within a minute"):
            await desk.take(messages[3], "university")
        assert (await desk.take(messages[0], "university")).outcome is Outcome.DUPLICATE
        assert (await desk.take(messages[3])).outcome is Outcome.NOTED
        assert len(desk.messages()) == 4
        a_minute_ago = clock.now() - timedelta(minutes=1)
        desk.work.change(update(cap_inbox).values(received_at=a_minute_ago))
        assert (await desk.take(messages[3], "university")).outcome is Outcome.NOTED


async def test_charset_of_the_request_is_used(database_url: str) -> None:
    async with open_desk(database_url, clock=Clock()) as desk:
        raw = simple().replace('<?xml version="1.0" encoding="UTF-8"?>', "").encode("gb18030")
        runtime = desk.work.runtime
        source = runtime.policy.cap_sources["university"]
        received = await receive(runtime, source, raw, "gb18030")
        assert received.done.reason is Reason.NO_RULE
