"""A widened alert goes only to new recipients, within the caller's division."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from alerting.accounting.audit import verify
from alerting.approvals.rules import ApprovalCause
from alerting.approvals.tables import approvals
from alerting.approvals.widen import Widened, widen
from alerting.cap.alert import Area
from alerting.cap.lifecycle import AlertState
from alerting.deliveries.tables import deliveries, texts
from alerting.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from alerting.ledger.tables import alerts, events
from alerting.roll.tables import roll
from alerting.roll.tallies import tally_of
from tests.support.approvals import look_next_door
from tests.support.city import CITY, COUNTY, FAR_TOWN, NEXT_VILLAGE, QIANFO, TOWN, headcount
from tests.support.running import Workplace

PEOPLE = sum(headcount(n) for n in range(1, 11))


async def widened(work: Workplace, officer: str, *divisions: str, alert: int = 1) -> Widened:
    return await widen(work.runtime, work.somebody(officer), alert, Area(divisions=divisions))


async def test_only_new_recipients_are_called(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    answer = await widened(work, "county-duty", COUNTY)
    assert answer.reached
    assert (answer.reached.households, answer.reached.people) == (10, PEOPLE)
    # New: nine households of the next village with a phone, its grid officer, the far commander.
    assert answer.reached.texts == 11
    assert answer.alert.divisions == (COUNTY, QIANFO)
    assert ("deliveries", "") in work.woken
    twice = (
        select(deliveries.c.recipient, deliveries.c.channel)
        .join(texts, texts.c.id == deliveries.c.text)
        .where(texts.c.kind.in_(["alert", "call"]))
        .group_by(deliveries.c.recipient, deliveries.c.channel)
        .having(func.count() > 1)
    )
    assert work.rows(twice) == []


async def test_widening_recounts_the_tallies(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await widened(work, "commander", TOWN)
    tally = work.runtime.database.look(lambda db: tally_of(db, 1, TOWN))
    assert (tally.households, tally.people, tally.people_unaccounted) == (
        20,
        2 * PEOPLE,
        2 * PEOPLE,
    )
    assert work.runtime.database.look(verify).differences == ()


async def test_repeated_widening_enrols_nobody_twice(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await widened(work, "commander", NEXT_VILLAGE)
    again = await widened(work, "commander", NEXT_VILLAGE)
    assert again.reached
    assert (again.reached.households, again.reached.texts) == (0, 0)
    assert work.rows(select(func.count()).select_from(roll)) == [(20,)]


async def test_new_officers_read_the_number_of_new_people(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await widened(work, "commander", NEXT_VILLAGE)
    bodies = work.rows(
        select(texts.c.body)
        .join(deliveries, deliveries.c.text == texts.c.id)
        .where(deliveries.c.recipient == "next-grid")
        .distinct()
    )
    assert f"10户{PEOPLE}人" in bodies[0].body


@pytest.mark.parametrize("divisions", [(COUNTY,), (FAR_TOWN,), (NEXT_VILLAGE, CITY)])
async def test_widening_beyond_the_callers_division_is_refused(
    work: Workplace, divisions: tuple[str, ...]
) -> None:
    await work.raised("informant", QIANFO)
    with pytest.raises(InvalidError, match="not within your division 511921100"):
        await widened(work, "commander", *divisions)
    assert work.rows(select(func.count()).select_from(roll)) == [(10,)]


def wider(answer: Widened) -> list[tuple[tuple[str, ...], str]]:
    return [
        (each.divisions, each.asked)
        for each in answer.waiting
        if each.cause is ApprovalCause.WIDER_AREA
    ]


@pytest.mark.parametrize("officer", ["informant", "grid"])
@pytest.mark.parametrize(
    ("divisions", "asked"),
    [((NEXT_VILLAGE,), TOWN), ((FAR_TOWN,), FAR_TOWN), ((COUNTY,), COUNTY)],
)
async def test_informants_and_grid_officers_ask_for_approval(
    work: Workplace, officer: str, divisions: tuple[str, ...], asked: str
) -> None:
    await work.raised("informant", QIANFO)
    answer = await widened(work, officer, *divisions)
    assert answer.reached is None
    assert wider(answer) == [(divisions, asked)]
    assert answer.alert.divisions == (QIANFO,)
    assert work.rows(select(func.count()).select_from(roll)) == [(10,)]


async def test_repeated_request_creates_one_approval(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    first = await widened(work, "informant", NEXT_VILLAGE)
    again = await widened(work, "grid", NEXT_VILLAGE)
    assert again.waiting == first.waiting
    more = await widened(work, "grid", NEXT_VILLAGE, FAR_TOWN)
    assert wider(more) == [((NEXT_VILLAGE,), TOWN), ((FAR_TOWN,), FAR_TOWN)]


async def test_alerted_area_needs_no_approval(work: Workplace) -> None:
    await work.raised("commander", TOWN)
    answer = await widened(work, "informant", NEXT_VILLAGE)
    assert (answer.reached, answer.waiting) == (None, ())


async def test_own_village_is_alerted_without_approval(work: Workplace) -> None:
    """A polygon alert by another officer, over part of the village, is widened to all of it."""
    area = {"polygon": [(31.9, 107.1), (31.9, 107.3), (31.9035, 107.3), (31.9035, 107.1)]}
    await work.raised("commander", area=area)
    answer = await widened(work, "informant", QIANFO, NEXT_VILLAGE)
    assert answer.reached
    assert answer.reached.households == 7
    assert wider(answer) == [((NEXT_VILLAGE,), TOWN)]
    logged = select(func.count()).select_from(events)
    before = work.rows(logged)
    again = await widened(work, "informant", QIANFO, NEXT_VILLAGE)
    assert (again.reached, again.waiting, work.rows(logged)) == (None, answer.waiting, before)


async def test_administrator_may_not_widen_or_ask(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    with pytest.raises(ForbiddenError, match="administrator"):
        await widened(work, "administrator", NEXT_VILLAGE)


async def test_approval_lapses_when_its_whole_area_is_alerted(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await look_next_door(work)
    await widened(work, "informant", NEXT_VILLAGE, FAR_TOWN)
    answer = await widened(work, "commander", NEXT_VILLAGE)
    assert [each.divisions for each in answer.waiting] == [(NEXT_VILLAGE, FAR_TOWN)]
    settled = work.rows(select(approvals.c.cause).where(approvals.c.state == "lapsed"))
    assert settled == [("adjacent_villages",)]


async def test_alert_outside_the_callers_divisions_is_not_found(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    with pytest.raises(NotFoundError):
        await widened(work, "far-commander", FAR_TOWN)
    with pytest.raises(NotFoundError):
        await widened(work, "city-duty", CITY, alert=99)


@pytest.mark.parametrize("state", [s for s in AlertState if s is not AlertState.OPEN])
async def test_alert_that_is_not_open_cannot_be_widened(work: Workplace, state: AlertState) -> None:
    await work.raised("informant", QIANFO)
    work.change(update(alerts).values(state=state))
    with pytest.raises(ConflictError, match="no longer open"):
        await widened(work, "commander", TOWN)


async def test_expired_alert_cannot_be_widened(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    work.change(update(alerts).values(expires=work.runtime.clock.now() - timedelta(seconds=1)))
    with pytest.raises(ConflictError, match="no longer open"):
        await widened(work, "commander", TOWN)
    assert work.rows(select(func.count()).select_from(roll)) == [(10,)]
