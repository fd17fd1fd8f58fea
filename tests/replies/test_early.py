"""A claim that comes before anything was handed over to its household is kept and marked early."""

import pytest
from sqlalchemy import select, update

from alerting.accounting.audit import verify
from alerting.accounting.household import record_of
from alerting.deliveries.rules.delivery import DeliveryState
from alerting.deliveries.tables import deliveries
from alerting.policy.policy import parse_policy
from alerting.roll.checks import checks_owed
from alerting.roll.rules.tally import Checks
from alerting.roll.tables import evidence
from contacts.tables import HOUSEHOLD_PHONES
from tests.support.city import QIANFO, household_code, household_phone, officer_phone
from tests.support.incoming_texts import HOME, PHONE, says, standing
from tests.support.running import Workplace

NUMBERS = range(1, 10)


def early(work: Workplace) -> list[bool]:
    return [row[0] for row in work.rows(select(evidence.c.early).order_by(evidence.c.id))]


def deliver(work: Workplace, state: DeliveryState, attempts: int = 1) -> None:
    """Give the deliveries to one household's phone a state."""
    mine = update(deliveries).where(deliveries.c.number == PHONE)
    work.change(mine.values(state=state, attempts=attempts))


async def test_claims_from_many_numbers_before_the_texts_are_marked(work: Workplace) -> None:
    """'1' from 156 households' numbers counted as answers while their texts were still queued."""
    await work.raised("informant", QIANFO)
    for number in NUMBERS:
        await says(work, "1", household_phone(QIANFO, number))
    assert early(work) == [True] * len(NUMBERS)
    assert work.runtime.database.look(lambda db: verify(db).differences) == ()


async def test_record_of_the_household_shows_the_mark(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await says(work, "1")
    deliver(work, DeliveryState.ACCEPTED)
    await says(work, "1")
    grid = work.somebody("grid")
    record = work.runtime.database.look(lambda db: record_of(db, 1, HOME, grid))
    assert [said.early for said in record.said] == [True, False]


async def test_early_claim_counts_as_unverified_for_a_close(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await says(work, "1")
    deliver(work, DeliveryState.ACCEPTED)
    closing = parse_policy("[closing]\nverified = 1.0").closing
    owed = work.runtime.database.look(lambda db: checks_owed(db, 1, QIANFO, closing))
    assert (early(work), owed) == ([True], Checks(verified=1))


@pytest.mark.parametrize(
    ("body", "expected"), [("2", "needs_help"), ("3", "staying"), ("2 救命", "needs_help")]
)
async def test_danger_is_never_marked(work: Workplace, body: str, expected: str) -> None:
    await work.raised("informant", QIANFO)
    await says(work, body)
    assert (early(work), standing(work)) == ([False], expected)


@pytest.mark.parametrize(
    ("state", "attempts"),
    [
        (DeliveryState.SENDING, 1),
        (DeliveryState.ACCEPTED, 1),
        (DeliveryState.UNDELIVERED, 1),
        (DeliveryState.QUEUED, 1),
    ],
)
async def test_text_that_was_tried_can_be_answered(
    work: Workplace, state: DeliveryState, attempts: int
) -> None:
    await work.raised("informant", QIANFO)
    deliver(work, state, attempts)
    await says(work, "1")
    assert early(work) == [False]


async def test_household_to_whom_nothing_is_owed_is_not_marked(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    deliver(work, DeliveryState.CANCELLED, 0)
    await says(work, "1")
    assert early(work) == [False]


async def test_text_to_one_home_of_a_phone_is_read_for_all(work: Workplace) -> None:
    other, phones = household_code(QIANFO, 4), HOUSEHOLD_PHONES.c
    shared = update(HOUSEHOLD_PHONES).where(phones.household == other, phones.position == 0)
    work.change(shared.values(number=PHONE))
    await work.raised("informant", QIANFO)
    left = update(deliveries).where(deliveries.c.recipient == HOME)
    work.change(left.values(state=DeliveryState.ACCEPTED))
    await says(work, "0004 1")
    assert early(work) == [False]


async def test_officers_report_is_not_marked(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await says(work, "003 1", officer_phone("grid"))
    assert early(work) == [False]
