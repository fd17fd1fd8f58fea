"""A number may speak of so many households within an hour; calls for help have no bound."""

from datetime import timedelta

from sqlalchemy import update

from alerting.roll.tables import evidence
from tests.support.city import QIANFO, household_code, officer_phone, settle
from tests.support.door_texts import send_to_doors
from tests.support.incoming_texts import given, kinds, queue, says
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
