"""Limits on the claims of one number within an hour. Calls for help have no limit."""

from datetime import timedelta

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
from tests.support.city import QIANFO, household_code, household_phone, officer_phone, settle
from tests.support.door_texts import send_to_doors
from tests.support.incoming_texts import HOME, PHONE, given, kinds, queue, says, standing
from tests.support.running import Workplace

GRID = officer_phone("grid")
MOST = 60
HOMES = range(1, MOST + 12)


async def report_all_households(work: Workplace, *, code: str = "") -> None:
    """Send reports on all households from the officer's number, 30 in each text."""
    for start in range(HOMES.start, HOMES.stop, 30):
        some = range(start, min(start + 30, HOMES.stop))
        await says(work, "\n".join(f"{number:04d} 1" for number in some) + code, GRID)


async def raised(work: Workplace) -> None:
    with work.runtime.database.writer.begin() as connection:
        settle(connection, QIANFO, range(11, HOMES.stop))
    await work.raised("informant", QIANFO)
    work.hand_over()


async def test_claims_beyond_the_limit_wait_for_an_officer(work: Workplace) -> None:
    await raised(work)
    await report_all_households(work)
    assert len(given(work)) == MOST
    assert [row[1] for row in queue(work)] == [
        "more households than a number may report within an hour"
    ]
    assert set(kinds(work, GRID)) == {"reports_recorded"}


async def test_calls_for_help_are_heard_beyond_the_limit(work: Workplace) -> None:
    await raised(work)
    await report_all_households(work)
    last = household_code(QIANFO, HOMES[-1])
    await says(work, f"{last[-4:]} 2", GRID)
    assert (given(work)[-1][0], given(work)[-1][3]) == (last, "needs_help")


async def test_corrections_count_at_the_limit(work: Workplace) -> None:
    await raised(work)
    await report_all_households(work)
    await says(work, "0001 3", GRID)
    assert given(work)[-1][3] == "staying"


async def test_limit_is_lifted_after_an_hour(work: Workplace) -> None:
    await raised(work)
    await report_all_households(work)
    hour_ago = work.runtime.clock.now() - timedelta(hours=1)
    work.change(update(evidence).values(recorded_at=hour_ago))
    await says(work, f"{HOMES[-1]:04d} 1", GRID)
    assert len(given(work)) == MOST + 1


async def test_reports_with_a_code_have_no_limit(work: Workplace) -> None:
    await raised(work)
    code = send_to_doors(work, *(household_code(QIANFO, number) for number in HOMES))
    await report_all_households(work, code=f" #{code}")
    assert len(given(work)) == len(HOMES)


NUMBERS = range(1, 10)


def early(work: Workplace) -> list[bool]:
    return [row[0] for row in work.rows(select(evidence.c.early).order_by(evidence.c.id))]


def deliver(work: Workplace, state: DeliveryState, attempts: int = 1) -> None:
    """Set the state of all deliveries to one household's phone."""
    mine = update(deliveries).where(deliveries.c.number == PHONE)
    work.change(mine.values(state=state, attempts=attempts))


async def test_claims_before_the_texts_were_sent_are_flagged(work: Workplace) -> None:
    """A '1' from 156 numbers once counted although their texts were still queued."""
    await work.raised("informant", QIANFO)
    for number in NUMBERS:
        await says(work, "1", household_phone(QIANFO, number))
    assert early(work) == [True] * len(NUMBERS)
    assert work.runtime.database.look(lambda db: verify(db).differences) == ()


async def test_household_record_shows_the_flag(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await says(work, "1")
    deliver(work, DeliveryState.ACCEPTED)
    await says(work, "1")
    grid = work.somebody("grid")
    record = work.runtime.database.look(lambda db: record_of(db, 1, HOME, grid))
    assert [said.early for said in record.said] == [True, False]


async def test_early_claim_does_not_count_as_verified_when_closing(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await says(work, "1")
    deliver(work, DeliveryState.ACCEPTED)
    closing = parse_policy("[closing]\nverified = 1.0").closing
    owed = work.runtime.database.look(lambda db: checks_owed(db, 1, QIANFO, closing))
    assert (early(work), owed) == ([True], Checks(verified=1))


@pytest.mark.parametrize(
    ("body", "expected"), [("2", "needs_help"), ("3", "staying"), ("2 救命", "needs_help")]
)
async def test_early_reports_of_danger_are_not_flagged(
    work: Workplace, body: str, expected: str
) -> None:
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
async def test_claim_after_a_tried_text_is_not_flagged(
    work: Workplace, state: DeliveryState, attempts: int
) -> None:
    await work.raised("informant", QIANFO)
    deliver(work, state, attempts)
    await says(work, "1")
    assert early(work) == [False]


async def test_answer_of_a_household_without_texts_is_not_flagged(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    deliver(work, DeliveryState.CANCELLED, 0)
    await says(work, "1")
    assert early(work) == [False]


async def test_text_to_one_household_counts_for_all_households_with_its_phone(
    work: Workplace,
) -> None:
    other, phones = household_code(QIANFO, 4), HOUSEHOLD_PHONES.c
    shared = update(HOUSEHOLD_PHONES).where(phones.household == other, phones.position == 0)
    work.change(shared.values(number=PHONE))
    await work.raised("informant", QIANFO)
    left = update(deliveries).where(deliveries.c.recipient == HOME)
    work.change(left.values(state=DeliveryState.ACCEPTED))
    await says(work, "0004 1")
    assert early(work) == [False]


async def test_officers_report_is_not_flagged(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await says(work, "003 1", officer_phone("grid"))
    assert early(work) == [False]
