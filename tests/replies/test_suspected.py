"""A suspected call for help is told to an officer and listed first until it is answered."""

from typing import Any

import pytest
from sqlalchemy import select

from alerting.deliveries.tables import deliveries, texts
from alerting.ledger.tables import events
from alerting.replies.review import Reading, settle_text, texts_for
from alerting.roll.rules.evidence import Report
from tests.support.city import QIANFO, household_phone
from tests.support.incoming_texts import HOME, kinds, queue, says, standing
from tests.support.running import Workplace

SUSPECTED = "我家五个到了四个"


def sent_officers(work: Workplace) -> list[Any]:
    """Return the (recipient, body) of the texts that tell officers of a suspected call."""
    return work.rows(
        select(deliveries.c.recipient, texts.c.body)
        .join(texts, texts.c.id == deliveries.c.text)
        .where(texts.c.kind == "suspected_call")
        .order_by(deliveries.c.id)
    )


async def test_officer_is_told_and_sender_asked_at_once(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await says(work, SUSPECTED)
    sent = sent_officers(work)
    assert {who for who, _ in sent} == {"grid", "informant"}
    assert all("疑似求助" in body and "003" in body for _, body in sent)
    assert kinds(work) == ["if_help"]
    told = work.rows(select(events.c.subject).where(events.c.kind == "text.suspected_told"))
    assert told == [(HOME,)]


async def test_suspected_call_makes_nobody_safe(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await says(work, SUSPECTED)
    assert standing(work) == "unaccounted"


async def test_suspected_call_is_listed_first(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await says(work, "今天天气", household_phone(QIANFO, 4))
    await says(work, SUSPECTED)
    listed = work.runtime.database.look(lambda db: texts_for(db, work.somebody("grid")))
    assert [(text.body, text.suspected) for text in listed] == [
        (SUSPECTED, True),
        ("今天天气", False),
    ]


async def test_officers_are_told_only_once_of_repeated_suspected_texts(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await says(work, SUSPECTED)
    first = sent_officers(work)
    await says(work, SUSPECTED)
    assert sent_officers(work) == first
    assert kinds(work) == ["if_help"]


@pytest.mark.parametrize(
    ("body", "expected"), [("1", "evacuated"), ("2", "needs_help"), ("3", "staying")]
)
async def test_clear_answer_ends_the_suspicion(work: Workplace, body: str, expected: str) -> None:
    await work.raised("informant", QIANFO)
    await says(work, SUSPECTED)
    await says(work, body)
    assert queue(work) == []
    assert standing(work) == expected


async def test_thanks_do_not_end_the_suspicion(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await says(work, SUSPECTED)
    await says(work, "谢谢")
    assert [body for body, *_ in queue(work)] == [SUSPECTED]


async def test_officer_settles_the_suspicion(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    sid = await says(work, SUSPECTED)
    reading = Reading(Report.NEEDS_HELP, None, None, None, "been there")
    await settle_text(work.runtime, work.somebody("grid"), sid, reading)
    assert queue(work) == []
    assert standing(work) == "needs_help"
