"""The curve is built from an alert's log and ends at the current tallies."""

import random
import secrets
from collections.abc import Callable
from functools import partial

from alerting.accounting.evidence import NewEvidence
from alerting.accounting.record import record_evidence
from alerting.approvals.widen import widen
from alerting.board.curve import Curves
from alerting.board.rules import Point
from alerting.cap.alert import Area
from alerting.roll.rules.evidence import Report, Rung
from alerting.roll.rules.tally import Tally
from alerting.roll.tallies import tally_of
from tests.support.city import CITY, FAR_TOWN, NEXT_VILLAGE, QIANFO, TOWN, headcount, household_code
from tests.support.running import Workplace

REPORTS = [
    Report.EVACUATED,
    Report.ELSEWHERE,
    Report.STAYING,
    Report.NEEDS_HELP,
    Report.NOT_HOME,
    Report.RECEIVED,
]
PEOPLE = sum(headcount(n) for n in range(1, 11))


async def said(work: Workplace, village: str, number: int, report: Report) -> None:
    now = work.runtime.clock.now()
    word = NewEvidence(
        alert=1,
        household=household_code(village, number),
        given_at=now,
        recorded_at=now,
        rung=Rung.OFFICER,
        given_by="grid",
        report=report,
        people=None,
        channel="officer",
        source=f"{village}{number}{now}",
    )
    await work.runtime.ledger.write(lambda tx: record_evidence(tx, [word]))


def curve(work: Workplace, division: str) -> list[tuple[int, int, int]]:
    points = work.runtime.database.look(lambda db: Curves().of(db, 1, division))
    return [(point.total, point.accounted, point.unaccounted) for point in points]


def tally(work: Workplace, division: str) -> Tally:
    return work.runtime.database.look(lambda db: tally_of(db, 1, division))


async def test_curve_runs_from_everybody_unaccounted_to_the_tallies(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    assert curve(work, QIANFO) == [(PEOPLE, 0, PEOPLE)]
    await said(work, QIANFO, 2, Report.EVACUATED)
    await said(work, QIANFO, 3, Report.STAYING)
    await said(work, QIANFO, 4, Report.ELSEWHERE)
    steps = curve(work, QIANFO)
    now = tally(work, QIANFO)
    assert steps[0] == (PEOPLE, 0, PEOPLE)
    assert steps[-1] == (
        PEOPLE,
        now.people_evacuated + now.people_elsewhere,
        now.people_unaccounted,
    )
    assert now.people_staying > 0
    assert [accounted for _, accounted, _ in steps] == [
        0,
        headcount(2),
        headcount(2),
        headcount(2) + headcount(4),
    ]


async def test_curve_covers_the_requested_division(work: Workplace) -> None:
    await work.raised("commander", QIANFO, NEXT_VILLAGE)
    await said(work, NEXT_VILLAGE, 2, Report.EVACUATED)
    assert curve(work, QIANFO) == [(PEOPLE, 0, PEOPLE)]
    assert curve(work, NEXT_VILLAGE)[-1] == (PEOPLE, headcount(2), PEOPLE - headcount(2))
    assert curve(work, TOWN)[-1] == curve(work, CITY)[-1]
    assert curve(work, TOWN)[-1] == (2 * PEOPLE, headcount(2), 2 * PEOPLE - headcount(2))
    assert curve(work, FAR_TOWN) == []


async def test_households_of_a_widened_area_join_the_curve_when_alerted(work: Workplace) -> None:
    await work.raised("commander", QIANFO)
    area = Area(divisions=(NEXT_VILLAGE,))
    await widen(work.runtime, work.somebody("commander"), 1, area)
    assert [total for total, _, _ in curve(work, TOWN)] == [PEOPLE, 2 * PEOPLE]


async def test_incremental_curve_equals_a_full_rebuild(
    work: Workplace, record_property: Callable[[str, object], None]
) -> None:
    seed = secrets.randbelow(2**32)
    record_property("seed", seed)
    chance = random.Random(seed)
    followed = Curves()
    places = [QIANFO, NEXT_VILLAGE, TOWN, CITY, FAR_TOWN]

    def points(curves: Curves, division: str) -> list[Point]:
        return work.runtime.database.look(lambda db: curves.of(db, 1, division))

    await work.raised("commander", QIANFO)
    for turn in range(40):
        if turn == 15:
            area = Area(divisions=(NEXT_VILLAGE,))
            await widen(work.runtime, work.somebody("commander"), 1, area)
        village = chance.choice([QIANFO, NEXT_VILLAGE])
        await said(work, village, chance.randint(1, 10), chance.choice(REPORTS))
        if chance.random() < 0.5:
            division = chance.choice(places)
            assert points(followed, division) == points(Curves(), division)
    for division in places:
        assert points(followed, division) == points(Curves(), division)
    assert points(followed, CITY)[-1].accounted == sum(
        getattr(tally(work, CITY), f"people_{safe}") for safe in ("elsewhere", "evacuated")
    )


async def test_evidence_on_households_not_on_the_roll_is_ignored(work: Workplace) -> None:
    await work.raised("commander", QIANFO)
    followed = Curves()
    before = work.runtime.database.look(lambda db: followed.of(db, 1, CITY))
    await said(work, NEXT_VILLAGE, 3, Report.EVACUATED)
    assert work.runtime.database.look(lambda db: followed.of(db, 1, CITY)) == before


async def test_many_alerts_have_separate_curves(work: Workplace) -> None:
    followed = Curves()
    for _ in range(20):
        await work.raised("commander", QIANFO)
    await said(work, QIANFO, 2, Report.EVACUATED)
    for alert in (1, *range(2, 21), 1):
        points = work.runtime.database.look(partial(followed.of, alert=alert, division=QIANFO))
        assert points[-1].accounted == (headcount(2) if alert == 1 else 0)
