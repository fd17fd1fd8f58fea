"""Receipts for administrators' test texts are matched by the provider's id or by the token."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from alerting.deliveries.channel import Answer
from alerting.deliveries.named_receipts import (
    NamedReceipt,
    body_of,
    record_receipt_by_id,
    went_to_its_phone,
)
from alerting.deliveries.phone_tests import LASTS, ask_test, settle_test, take_tests
from alerting.deliveries.rules.delivery import DeliveryState, OutcomeKind
from alerting.deliveries.tables import phone_tests
from alerting.errors import NotFoundError
from alerting.messages.text import ComposedText
from alerting.runtime import wall_clock
from tests.support.city import TEXTING, officer_phone
from tests.support.running import Workplace

NAME = TEXTING.name
LOST = NamedReceipt(NAME, "7", (), (), DeliveryState.UNDELIVERED, 5)


def sent(work: Workplace) -> str:
    """Hand over a test text, to which the provider gives the id 7; return the test's token."""
    with work.runtime.database.writer.begin() as db:
        text = ComposedText.of("试发", {"place": "千佛村"})
        token = ask_test(db, work.somebody("administrator"), NAME, "zh", text, wall_clock())
        (message,) = take_tests(db, NAME, wall_clock())
        settle_test(db, token, Answer(OutcomeKind.ACCEPTED, "7"))
    assert (message.token, message.content.facts) == (token, {"place": "千佛村"})
    return token


def reported(work: Workplace) -> list[tuple[str, int]]:
    return [tuple(row) for row in work.rows(select(phone_tests.c["reported", "error_code"]))]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"provider_id": "07", "may_mean": (("7",),)},
        {"provider_id": ""},
    ],
    ids=["id", "spelling", "token"],
)
async def test_receipt_finds_its_test(work: Workplace, changes: dict[str, object]) -> None:
    token = sent(work)
    token_if_no_id = {} if changes.get("provider_id", "7") else {"token": token}
    named = replace(LOST, **(changes | token_if_no_id))
    await record_receipt_by_id(work.runtime, named)
    assert reported(work) == [("undelivered", 5)]
    late = replace(named, state=DeliveryState.SENT)
    await record_receipt_by_id(work.runtime, late)
    assert reported(work) == [("undelivered", 5)]
    with pytest.raises(NotFoundError):
        await record_receipt_by_id(work.runtime, replace(named, provider="another"))


def test_report_is_matched_to_the_test_and_its_phone(work: Workplace) -> None:
    sent(work)
    look = work.runtime.database.look
    assert look(lambda db: body_of(db, LOST)) == "试发"
    own = replace(LOST, phones=(officer_phone("administrator"),))
    assert look(lambda db: went_to_its_phone(db, own))
    assert not look(lambda db: went_to_its_phone(db, replace(LOST, phones=("+861390000009",))))


def test_test_text_is_not_sent_after_five_minutes(work: Workplace) -> None:
    with work.runtime.database.writer.begin() as db:
        text = ComposedText.of("试发", {})
        ask_test(db, work.somebody("administrator"), NAME, "zh", text, wall_clock() - LASTS)
        assert take_tests(db, NAME, wall_clock()) == []
