"""Reports by officers: rung, persons, time and idempotency."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from alerting.accounting.report import Finding, check_in, report
from alerting.errors import ForbiddenError, InvalidError, NotFoundError
from alerting.ledger.tables import events
from alerting.roll.rules.evidence import Report, Rung
from alerting.roll.rules.standing import HouseholdStanding, Standing, StandingReason
from alerting.roll.tables import evidence
from contacts.tables import HOUSEHOLDS
from tests.support.city import NEXT_VILLAGE, QIANFO, TOWN, household_code
from tests.support.running import Workplace

FIRST = household_code(QIANFO, 1)
NAMED = household_code(QIANFO, 2)
"""A household of three people, whose names some tests set."""


def finding(
    what: Report = Report.EVACUATED,
    household: str = FIRST,
    *,
    people: int | None = None,
    given_at: datetime | None = None,
    key: str = "finding-1",
    persons: tuple[str, ...] | None = None,
) -> Finding:
    return Finding(household, what, people, given_at, "seen", key, persons)


async def reported(
    work: Workplace, officer: str, what: Finding, alert: int = 1
) -> HouseholdStanding:
    return await report(work.runtime, work.somebody(officer), alert, what)


@pytest.mark.parametrize(
    ("officer", "rung", "verified"),
    [
        ("informant", Rung.NEIGHBOUR, False),
        ("grid", Rung.OFFICER, True),
        ("commander", Rung.OFFICER, True),
        ("city-duty", Rung.OFFICER, True),
    ],
)
async def test_role_decides_the_rung(
    work: Workplace, officer: str, rung: Rung, verified: bool
) -> None:
    await work.raised("informant", QIANFO)
    standing = await reported(work, officer, finding())
    assert (standing.standing, standing.verified) == (Standing.EVACUATED, verified)
    assert standing.settled_by == officer
    kept = work.rows(select(evidence.c.rung, evidence.c.given_by, evidence.c.note))
    assert kept == [(rung, officer, "seen")]


async def test_administrator_may_not_report(work: Workplace) -> None:
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
async def test_household_of_another_division_or_not_on_the_roll_is_not_found(
    work: Workplace, officer: str, household: str
) -> None:
    await work.raised("informant", QIANFO)
    with pytest.raises(NotFoundError, match=household):
        await reported(work, officer, finding(household=household))
    assert work.rows(select(evidence)) == []


async def test_report_on_unknown_alert_is_not_found(work: Workplace) -> None:
    with pytest.raises(NotFoundError):
        await reported(work, "grid", finding(), alert=7)


async def test_repeated_report_counts_once(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    first = await reported(work, "grid", finding(people=1))
    again = await reported(work, "grid", finding(people=1))
    assert first == again
    assert work.rows(select(func.count()).select_from(evidence)) == [(1,)]
    given = select(func.count()).where(events.c.kind == "evidence.given")
    assert work.rows(given) == [(1,)]


async def test_reused_key_does_not_lose_a_call_for_help(work: Workplace) -> None:
    """A device that reuses a key for another household must not suppress that report."""
    await work.raised("commander", TOWN)
    await work.raised("commander", TOWN)
    await reported(work, "grid", finding())
    second = finding(Report.NEEDS_HELP, household_code(QIANFO, 2))
    assert (await reported(work, "grid", second)).standing is Standing.NEEDS_HELP
    other = await reported(work, "grid", finding(Report.STAYING), alert=2)
    assert other.standing is Standing.STAYING


async def test_report_from_the_future_is_refused(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    tomorrow = work.runtime.clock.now() + timedelta(days=1)
    with pytest.raises(InvalidError) as refused:
        await reported(work, "grid", finding(given_at=tomorrow))
    assert refused.value.field == "given_at"


async def test_late_report_keeps_the_time_it_was_made(work: Workplace) -> None:
    """A report delayed by lost signal must not override a later one that arrived first."""
    await work.raised("informant", QIANFO)
    now = work.runtime.clock.now()
    await reported(work, "grid", finding(Report.STAYING, given_at=now))
    late = finding(given_at=now - timedelta(minutes=5), key="finding-2")
    assert (await reported(work, "grid", late)).standing is Standing.STAYING
    kept = work.rows(select(evidence.c.given_at, evidence.c.recorded_at).order_by(evidence.c.id))
    assert kept[1].given_at == now - timedelta(minutes=5)
    assert kept[1].recorded_at >= now


async def raised_with_names(work: Workplace) -> None:
    names = update(HOUSEHOLDS).where(HOUSEHOLDS.c.code == NAMED)
    work.change(names.values(persons="甲;乙;丙"))
    await work.raised("informant", QIANFO)


async def test_named_persons_of_a_household_are_counted_separately(work: Workplace) -> None:
    await raised_with_names(work)
    said = [(Report.EVACUATED, ("丙", "甲")), (Report.STAYING, ("乙",))]
    for number, (what, persons) in enumerate(said):
        key = f"finding-{number}"
        standing = await reported(work, "grid", finding(what, NAMED, key=key, persons=persons))
    assert (standing.people.evacuated, standing.people.staying) == (2, 1)
    assert standing.people.unaccounted == 0
    kept = select(evidence.c.persons).order_by(evidence.c.id)
    assert work.rows(kept) == [("0;2",), ("1",)]


@pytest.mark.parametrize(
    ("persons", "people", "said"),
    [
        (("丁",), None, "丁: not named on the roll; write names as it has them: 甲, 乙, 丙"),
        ((), None, "the list of names is empty"),
        (("甲",), 1, "leave out `people`"),
    ],
)
@pytest.mark.parametrize("verb", [report, check_in])
async def test_invalid_names_are_refused(
    work: Workplace,
    verb: Callable[..., Awaitable[HouseholdStanding]],
    persons: tuple[str, ...],
    people: int | None,
    said: str,
) -> None:
    await raised_with_names(work)
    told = finding(household=NAMED, persons=persons, people=people)
    with pytest.raises(InvalidError, match=said) as refused:
        await verb(work.runtime, work.somebody("grid"), 1, told)
    assert refused.value.field == "persons"
    assert work.rows(select(evidence)) == []


async def test_check_in_has_the_highest_rung_and_covers_the_town(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await reported(work, "commander", finding(Report.STAYING))
    standing = await check_in(work.runtime, work.somebody("next-grid"), 1, finding())
    assert (standing.standing, standing.reason) == (
        Standing.EVACUATED,
        StandingReason.SHELTER_CHECK_IN,
    )
    kept = select(evidence.c.rung, evidence.c.given_by, evidence.c.channel).order_by(evidence.c.id)
    assert work.rows(kept)[1] == (Rung.SHELTER, "next-grid", "shelter")
    with pytest.raises(NotFoundError):
        await reported(work, "next-grid", finding(key="finding-2"))


async def test_check_in_by_another_village_does_not_end_a_call_for_help(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await reported(work, "informant", finding(Report.NEEDS_HELP))
    arrived = finding(key="finding-2")
    standing = await check_in(work.runtime, work.somebody("next-grid"), 1, arrived)
    assert standing.standing is Standing.NEEDS_HELP
    standing = await check_in(work.runtime, work.somebody("grid"), 1, arrived)
    assert (standing.standing, standing.verified) == (Standing.EVACUATED, True)


@pytest.mark.parametrize(
    ("officer", "refused"),
    [
        ("informant", ForbiddenError),
        ("administrator", ForbiddenError),
        ("far-commander", NotFoundError),
    ],
)
async def test_check_in_by_wrong_role_or_town_is_refused(
    work: Workplace, officer: str, refused: type[Exception]
) -> None:
    await work.raised("informant", QIANFO)
    with pytest.raises(refused):
        await check_in(work.runtime, work.somebody(officer), 1, finding())
    assert work.rows(select(evidence)) == []
