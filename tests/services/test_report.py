"""Evidence from the door: on which rung, about whom, when, and once."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from alerting.core.errors import ForbiddenError, InvalidError, NotFoundError
from alerting.core.standing import HouseholdStanding, Report, Rung, Standing
from alerting.services.report import Finding, report
from alerting.storage.tables import events, evidence
from tests.city import NEXT_VILLAGE, QIANFO, TOWN, household_code
from tests.running import Workplace

FIRST = household_code(QIANFO, 1)


def finding(
    what: Report = Report.EVACUATED,
    household: str = FIRST,
    *,
    people: int | None = None,
    given_at: datetime | None = None,
    key: str = "finding-1",
) -> Finding:
    return Finding(household, what, people, given_at, "seen", key)


async def reported(
    work: Workplace, officer: str, what: Finding, alert: int = 1
) -> HouseholdStanding:
    return await report(work.desk, work.somebody(officer), alert, what)


@pytest.mark.parametrize(
    ("officer", "rung", "verified"),
    [
        ("informant", Rung.NEIGHBOUR, False),
        ("grid", Rung.OFFICER, True),
        ("commander", Rung.OFFICER, True),
        ("city-duty", Rung.OFFICER, True),
    ],
)
async def test_the_role_is_the_rung(
    work: Workplace, officer: str, rung: Rung, verified: bool
) -> None:
    await work.raised("informant", QIANFO)
    standing = await reported(work, officer, finding())
    assert (standing.standing, standing.verified) == (Standing.EVACUATED, verified)
    assert standing.settled_by == officer
    kept = work.rows(select(evidence.c.rung, evidence.c.given_by, evidence.c.note))
    assert kept == [(rung, officer, "seen")]


async def test_who_keeps_the_roster_reports_nothing(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    with pytest.raises(ForbiddenError):
        await reported(work, "administrator", finding())


@pytest.mark.parametrize(
    ("officer", "household"),
    [
        ("grid", household_code(QIANFO, 99)),
        ("grid", household_code(NEXT_VILLAGE, 1)),
        ("commander", household_code(NEXT_VILLAGE, 1)),
        ("far-commander", FIRST),
    ],
)
async def test_a_household_that_is_not_ones_own_or_on_no_roll_does_not_exist(
    work: Workplace, officer: str, household: str
) -> None:
    await work.raised("informant", QIANFO)
    with pytest.raises(NotFoundError, match=household):
        await reported(work, officer, finding(household=household))
    assert work.rows(select(evidence)) == []


async def test_of_an_unknown_alert_nothing_is_reported(work: Workplace) -> None:
    with pytest.raises(NotFoundError):
        await reported(work, "grid", finding(), alert=7)


async def test_sent_twice_it_counts_once(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    first = await reported(work, "grid", finding(people=1))
    again = await reported(work, "grid", finding(people=1))
    assert first == again
    assert work.rows(select(func.count()).select_from(evidence)) == [(1,)]
    given = select(func.count()).where(events.c.kind == "evidence.given")
    assert work.rows(given) == [(1,)]


async def test_a_key_used_for_another_household_loses_no_call_for_help(work: Workplace) -> None:
    """A device that names its reports badly must not silence one of them."""
    await work.raised("commander", TOWN)
    await work.raised("commander", TOWN)
    await reported(work, "grid", finding())
    second = finding(Report.NEEDS_HELP, household_code(QIANFO, 2))
    assert (await reported(work, "grid", second)).standing is Standing.NEEDS_HELP
    other = await reported(work, "grid", finding(Report.STAYING), alert=2)
    assert other.standing is Standing.STAYING


async def test_nobody_has_seen_the_future(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    tomorrow = work.desk.clock.now() + timedelta(days=1)
    with pytest.raises(InvalidError) as refused:
        await reported(work, "grid", finding(given_at=tomorrow))
    assert refused.value.field == "given_at"


async def test_what_was_seen_earlier_and_sent_late_keeps_its_time(work: Workplace) -> None:
    """No signal at the door: the older report comes last and corrects nothing."""
    await work.raised("informant", QIANFO)
    now = work.desk.clock.now()
    await reported(work, "grid", finding(Report.STAYING, given_at=now))
    late = finding(given_at=now - timedelta(minutes=5), key="finding-2")
    assert (await reported(work, "grid", late)).standing is Standing.STAYING
    kept = work.rows(select(evidence.c.given_at, evidence.c.recorded_at).order_by(evidence.c.id))
    assert kept[1].given_at == now - timedelta(minutes=5)
    assert kept[1].recorded_at >= now
