"""Each tenth of progress in a group's own division is posted to the group once."""

from sqlalchemy import update

from alerting.ledger.tables import alerts
from alerting.roll.rules.evidence import Report, Rung
from alerting.work_groups.progress import post_progress
from tests.support.city import COUNTY, NEXT_VILLAGE, QIANFO, household_code
from tests.support.followed_alert import Followed
from tests.support.group_services import enlist, posts_owed
from tests.support.running import Workplace

STEPS = (post_progress,)


async def both_villages(work: Workplace) -> Followed:
    """Return a raised alert for two villages of 25 people each."""
    await enlist(work, COUNTY, QIANFO)
    raised = await work.raised("commander", QIANFO, NEXT_VILLAGE)
    return Followed(work, raised.alert.id, raised.alert.sent)


async def say(followed: Followed, report: Report, *numbers: int, at: int) -> None:
    for number in numbers:
        code = household_code(QIANFO, number)
        await followed.hear(
            household=code, rung=Rung.OWN, given_by="+86", report=report, given_at=at
        )


def progress(work: Workplace) -> list[tuple[str, str, str]]:
    """Return the (group, text without its leading time, state) of each progress post."""
    owed = [row for row in posts_owed(work) if row.kind == "group_progress"]
    return [(row.recipient, row.body.partition("）：")[2], row.state) for row in owed]


async def test_each_group_gets_the_progress_of_its_own_division(work: Workplace) -> None:
    followed = await both_villages(work)
    await say(followed, Report.EVACUATED, 2, 3, at=10)
    await followed.pass_to(60, STEPS)
    assert progress(work) == [
        (f"{COUNTY}/1", "50人中7人已落实，43人去向未落实。", "queued"),
        (f"{QIANFO}/1", "25人中7人已落实，18人去向未落实。", "queued"),
    ]
    bodies = {row.recipient: row.body for row in posts_owed(work) if row.kind == "group_progress"}
    assert bodies[f"{COUNTY}/1"].startswith("演练：应急指挥部：千佛村等2处（")
    assert bodies[f"{QIANFO}/1"].startswith("演练：应急指挥部：诺江镇千佛村（")


async def test_nothing_is_posted_between_checks_or_within_a_tenth(work: Workplace) -> None:
    followed = await both_villages(work)
    await say(followed, Report.EVACUATED, 2, at=10)
    await followed.pass_to(59, STEPS)
    assert progress(work) == []
    await followed.pass_to(60, STEPS)
    assert [group for group, _, _ in progress(work)] == [f"{QIANFO}/1"]
    await followed.pass_to(120, STEPS)
    assert len(progress(work)) == 1


async def test_outdated_progress_is_cancelled(work: Workplace) -> None:
    followed = await both_villages(work)
    await say(followed, Report.EVACUATED, 2, 3, at=10)
    await followed.pass_to(60, STEPS)
    await say(followed, Report.EVACUATED, 6, 7, at=70)
    await followed.pass_to(120, STEPS)
    of_village = [(words[:6], state) for group, words, state in progress(work) if QIANFO in group]
    assert of_village == [("25人中7人", "cancelled"), ("25人中14", "queued")]


async def test_progress_is_posted_when_people_are_missing_again(work: Workplace) -> None:
    followed = await both_villages(work)
    await say(followed, Report.EVACUATED, *range(1, 11), at=10)
    await followed.pass_to(60, STEPS)
    await followed.hear(
        household=household_code(QIANFO, 4),
        rung=Rung.OWN,
        given_by="",
        report=Report.MISSED_ROLL_CALL,
        given_at=70,
        since=followed.at(60),
    )
    await followed.pass_to(120, STEPS)
    said = [words for group, words, _ in progress(work) if QIANFO in group]
    assert said == ["25人中25人已落实，0人去向未落实。", "25人中24人已落实，1人去向未落实。"]


async def test_ended_alert_is_not_checked_any_more(work: Workplace) -> None:
    followed = await both_villages(work)
    await say(followed, Report.EVACUATED, 2, 3, at=10)
    work.change(update(alerts).values(state="cancelled"))
    await followed.pass_to(60, STEPS)
    assert progress(work) == []
