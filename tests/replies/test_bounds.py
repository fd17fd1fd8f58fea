"""A number may speak of so many households within an hour; calls for help have no bound."""

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


async def spoken_of(work: Workplace, *, code: str = "") -> None:
    """Report all households from the officer's number, 30 in a text."""
    for start in range(HOMES.start, HOMES.stop, 30):
        some = range(start, min(start + 30, HOMES.stop))
        await says(work, "\n".join(f"{number:04d} 1" for number in some) + code, GRID)


async def raised(work: Workplace) -> None:
    with work.runtime.database.writer.begin() as connection:
        settle(connection, QIANFO, range(11, HOMES.stop))
    await work.raised("informant", QIANFO)
    work.hand_over()


async def test_claims_beyond_the_bound_wait_for_an_officer(work: Workplace) -> None:
    await raised(work)
    await spoken_of(work)
    assert len(given(work)) == MOST
    assert [row[1] for row in queue(work)] == [
        "more households than a number may report within an hour"
    ]
    assert set(kinds(work, GRID)) == {"reports_recorded"}


async def test_calls_for_help_are_heard_beyond_the_bound(work: Workplace) -> None:
    await raised(work)
    await spoken_of(work)
    last = household_code(QIANFO, HOMES[-1])
    await says(work, f"{last[-4:]} 2", GRID)
    assert (given(work)[-1][0], given(work)[-1][3]) == (last, "needs_help")


async def test_corrections_are_heard_at_the_bound(work: Workplace) -> None:
    await raised(work)
    await spoken_of(work)
    await says(work, "0001 3", GRID)
    assert given(work)[-1][3] == "staying"


async def test_bound_is_of_an_hour(work: Workplace) -> None:
    await raised(work)
    await spoken_of(work)
    hour_ago = work.runtime.clock.now() - timedelta(hours=1)
    work.change(update(evidence).values(recorded_at=hour_ago))
    await says(work, f"{HOMES[-1]:04d} 1", GRID)
    assert len(given(work)) == MOST + 1


async def test_proved_reports_have_no_bound(work: Workplace) -> None:
    await raised(work)
    code = send_to_doors(work, *(household_code(QIANFO, number) for number in HOMES))
    await spoken_of(work, code=f" #{code}")
    assert len(given(work)) == len(HOMES)


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
