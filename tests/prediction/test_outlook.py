"""The counts of an alert become the inputs of the model."""

from sqlalchemy import Connection

from alerting.board.curve import Curves
from alerting.doors.notify import tell_doors
from alerting.escalation.households import follow_households
from alerting.ledger.alerts import stored
from alerting.prediction.outlook import outlook_of
from alerting.prediction.rules.zero import Outlook
from alerting.roll.rules.evidence import Report, Rung
from tests.support.city import POLICY, QIANFO, household_code
from tests.support.followed_alert import Followed

LADDER = (follow_households, tell_doors)
FIRST_DOOR, VULNERABLE_DOOR, DEPUTY = 480, 240, 900
"""Delays on the policy's ladder, in seconds."""


def outlook(followed: Followed, second: float) -> Outlook:
    now = followed.at(second)

    def look(db: Connection) -> Outlook:
        return outlook_of(db, stored(db, followed.alert), QIANFO, Curves(), POLICY, now)

    return followed.work.runtime.database.look(look)


async def word(followed: Followed, number: int, report: Report, at: int, rung: Rung) -> None:
    by = "grid" if rung is Rung.OFFICER else "+86"
    household = household_code(QIANFO, number)
    await followed.hear(household=household, rung=rung, given_by=by, report=report, given_at=at)


def doors(seen: Outlook) -> int:
    return sum(each.doors for each in seen.rounds)


def coming(seen: Outlook) -> dict[float, int]:
    """Return the number of households that will need a visit, by seconds until then."""
    return {part.due: part.households for each in seen.rounds for part in each.coming}


async def test_silent_households_are_visited_at_the_steps_of_their_ladder(
    followed: Followed,
) -> None:
    seen = outlook(followed, 120)
    # The household without a phone is visited at once, the vulnerable one after half the time.
    assert coming(seen) == {0.0: 1, VULNERABLE_DOOR - 120: 1, FIRST_DOOR - 120: 8}


async def test_open_doors_are_counted_for_their_officer(followed: Followed) -> None:
    await followed.live_through(VULNERABLE_DOOR)
    seen = outlook(followed, VULNERABLE_DOOR)
    assert doors(seen) == 2
    assert coming(seen) == {FIRST_DOOR - VULNERABLE_DOOR: 8}


async def test_answers_reduce_the_doors_to_come(followed: Followed) -> None:
    for number in (1, 2, 3):
        await word(followed, number, Report.EVACUATED, 60, Rung.OWN)
    assert coming(outlook(followed, 120))[FIRST_DOOR - 120] == 5


async def test_doors_done_set_the_pace(followed: Followed) -> None:
    await followed.live_through(FIRST_DOOR)
    before = outlook(followed, FIRST_DOOR).pace
    for place, number in enumerate(range(1, 9), 1):
        await word(followed, number, Report.EVACUATED, FIRST_DOOR + 30 * place, Rung.OFFICER)
    after_them = outlook(followed, FIRST_DOOR + 240).pace
    assert after_them.points[1][0] < 0.7 * before.points[1][0]


async def test_zero_is_when_the_last_person_answered_and_the_last_call_was_resolved(
    followed: Followed,
) -> None:
    await word(followed, 1, Report.NEEDS_HELP, 10, Rung.OWN)
    for number in range(2, 11):
        await word(followed, number, Report.EVACUATED, 10 * number, Rung.OFFICER)
    assert outlook(followed, 110).help_open == 1
    await word(followed, 1, Report.EVACUATED, 200, Rung.OFFICER)
    seen = outlook(followed, 300)
    assert (seen.unaccounted, seen.help_open) == (0, 0)
    assert seen.zero_at == followed.at(200)
