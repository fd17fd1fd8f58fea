"""Counts by officer and place from the rows of an alert."""

from sqlalchemy import update

from alerting.doors.notify import tell_doors
from alerting.doors.tables import tasks
from alerting.escalation.households import follow_households
from alerting.prediction.facts import Facts, count_facts
from alerting.roll.rules.evidence import Report, Rung
from tests.support.city import NEXT_VILLAGE, QIANFO, household_code, household_phone
from tests.support.followed_alert import Followed

DEPUTY_STEP = 9
"""The deputy's position on the policy's ladder."""
LADDER = (follow_households, tell_doors)


def counted(followed: Followed, division: str = QIANFO) -> Facts:
    database = followed.work.runtime.database
    return database.look(lambda db: count_facts(db, followed.alert, division, DEPUTY_STEP))


async def reported(followed: Followed, number: int, at: int, report: Report) -> None:
    household = household_code(QIANFO, number)
    await followed.hear(
        household=household, rung=Rung.OFFICER, given_by="grid", report=report, given_at=at
    )


async def test_busy_time_counts_from_the_previous_door_or_the_opening(followed: Followed) -> None:
    await followed.pass_to(480, LADDER)
    for number, at in ((1, 540), (2, 600), (3, 690)):
        await reported(followed, number, at, Report.EVACUATED)
    found = counted(followed)
    assert (found.done, found.busy_seconds) == (3, 60 + 60 + 90)
    assert sum(each.pending for each in found.doors) == 7


async def test_door_settled_by_somebody_else_does_not_count_for_its_officer(
    followed: Followed,
) -> None:
    await followed.pass_to(480, LADDER)
    home, phone = household_code(QIANFO, 1), household_phone(QIANFO, 1)
    await followed.hear(
        household=home, rung=Rung.OWN, given_by=phone, report=Report.EVACUATED, given_at=540
    )
    found = counted(followed)
    assert (found.done, found.busy_seconds) == (0, 0)
    assert {each.last_done for each in found.doors} == {None}
    assert sum(each.pending for each in found.doors) == 9


async def test_silent_households_exclude_those_with_a_door_task(followed: Followed) -> None:
    await followed.pass_to(240, LADDER)
    found = counted(followed)
    assert sum(each.households for each in found.silent) == 8
    assert sum(each.pending for each in found.doors) == 2
    assert counted(followed, NEXT_VILLAGE).silent == []


async def test_call_for_help_has_no_officer_until_its_door_has_one(
    followed: Followed,
) -> None:
    await reported(followed, 1, 10, Report.NEEDS_HELP)
    await followed.pass_to(20, LADDER)
    help_calls = counted(followed).help
    assert (help_calls.open, help_calls.on_nobody) == (1, 0)
    followed.work.change(update(tasks).values(officer=None))
    assert counted(followed).help.on_nobody == 1
    await reported(followed, 1, 300, Report.EVACUATED)
    help_calls = counted(followed).help
    assert (help_calls.open, help_calls.last_resolved) == (0, followed.at(300))
