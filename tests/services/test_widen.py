"""Widening: the new are called, nobody twice, and nobody beyond one's own division."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from alerting.core.cap import Area
from alerting.core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from alerting.core.lifecycle import AlertState
from alerting.services.widen import Widened, widen
from alerting.storage.tables import alerts, deliveries, roll, texts
from alerting.storage.tallies import tally_of
from alerting.storage.verify import verify
from tests.city import CITY, COUNTY, FAR_TOWN, NEXT_VILLAGE, QIANFO, TOWN, headcount
from tests.running import Workplace

PEOPLE = sum(headcount(n) for n in range(1, 11))


async def widened(work: Workplace, officer: str, *divisions: str, alert: int = 1) -> Widened:
    return await widen(work.desk, work.somebody(officer), alert, Area(divisions=divisions))


async def test_only_the_new_are_called(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    answer = await widened(work, "county-duty", COUNTY)
    assert (answer.reached.households, answer.reached.people) == (10, PEOPLE)
    # The next village's nine households with a phone, its grid officer, the far commander.
    assert answer.reached.texts == 11
    assert answer.alert.divisions == (COUNTY, QIANFO)
    assert ("deliveries", COUNTY) in work.woken
    twice = (
        select(deliveries.c.recipient, deliveries.c.channel)
        .group_by(deliveries.c.recipient, deliveries.c.channel)
        .having(func.count() > 1)
    )
    assert work.rows(twice) == []


async def test_tallies_are_recounted(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await widened(work, "commander", TOWN)
    tally = work.desk.database.look(lambda db: tally_of(db, 1, TOWN))
    assert (tally.households, tally.people, tally.people_unaccounted) == (
        20,
        2 * PEOPLE,
        2 * PEOPLE,
    )
    assert work.desk.database.look(verify).differences == ()


async def test_widened_twice_nobody_joins_twice(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await widened(work, "commander", NEXT_VILLAGE)
    again = await widened(work, "commander", NEXT_VILLAGE)
    assert (again.reached.households, again.reached.texts) == (0, 0)
    assert work.rows(select(func.count()).select_from(roll)) == [(20,)]


async def test_the_new_officers_read_how_many_the_new_are(work: Workplace) -> None:
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
async def test_not_beyond_ones_own_division(work: Workplace, divisions: tuple[str, ...]) -> None:
    await work.raised("informant", QIANFO)
    with pytest.raises(InvalidError, match="not within your division 511921100"):
        await widened(work, "commander", *divisions)
    assert work.rows(select(func.count()).select_from(roll)) == [(10,)]


async def test_an_informant_raises_and_does_not_widen(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    with pytest.raises(ForbiddenError, match="informant"):
        await widened(work, "informant", QIANFO)


async def test_what_does_not_concern_the_caller_does_not_exist(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    with pytest.raises(NotFoundError):
        await widened(work, "far-commander", FAR_TOWN)
    with pytest.raises(NotFoundError):
        await widened(work, "city-duty", CITY, alert=99)


@pytest.mark.parametrize("state", [s for s in AlertState if s is not AlertState.OPEN])
async def test_what_is_no_longer_open_is_not_widened(work: Workplace, state: AlertState) -> None:
    await work.raised("informant", QIANFO)
    work.change(update(alerts).values(state=state))
    with pytest.raises(ConflictError, match="no longer open"):
        await widened(work, "commander", TOWN)


async def test_what_has_expired_is_not_widened(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    work.change(update(alerts).values(expires=work.desk.clock.now() - timedelta(seconds=1)))
    with pytest.raises(ConflictError, match="no longer open"):
        await widened(work, "commander", TOWN)
    assert work.rows(select(func.count()).select_from(roll)) == [(10,)]
