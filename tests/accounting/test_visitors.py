"""Officers add visitors inside the area, once, and with a report about them."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from alerting.accounting.audit import verify
from alerting.accounting.report import Finding, report
from alerting.accounting.visitors import Added, Arrival, add_visitors
from alerting.alerts.close import close
from alerting.cap.lifecycle import AlertState
from alerting.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from alerting.feed.reading import read_update
from alerting.ledger.alerts import set_state, stored
from alerting.ledger.events.kinds import EventKind
from alerting.ledger.tables import events
from alerting.roll.rules.evidence import Report, Rung
from alerting.roll.rules.standing import Standing
from alerting.roll.tables import evidence, roll
from alerting.roll.tallies import EVERYWHERE, tally_of
from tests.support.city import FAR_TOWN, NEXT_VILLAGE, NOW, QIANFO, TOWN, headcount, household_code
from tests.support.running import Workplace

TOURISTS = Arrival(QIANFO, "自驾游客", 3, "路边", Report.EVACUATED, "两辆车", "visitors-1")
AT_HOME = sum(headcount(number) for number in range(1, 11))


async def added(work: Workplace, officer: str = "grid", arrival: Arrival = TOURISTS) -> Added:
    return await add_visitors(work.runtime, work.somebody(officer), 1, arrival)


async def everybody_out(work: Workplace) -> None:
    for number in range(1, 11):
        home = household_code(QIANFO, number)
        finding = Finding(home, Report.EVACUATED, None, None, "", f"out-{number}")
        await report(work.runtime, work.somebody("grid"), 1, finding)


async def test_visitors_join_the_roll_with_a_report(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    put = await added(work)
    assert put.is_new
    assert (put.entry.household, put.entry.added_by) == (household_code(QIANFO, 9999), "grid")
    assert put.entry.standing.standing is Standing.EVACUATED
    said = select(evidence.c.rung, evidence.c.given_by, evidence.c.report, evidence.c.note)
    assert work.rows(said) == [(Rung.OFFICER, "grid", "evacuated", "两辆车")]
    kinds = select(events.c.kind).order_by(events.c.seq.desc()).limit(2)
    assert work.rows(kinds) == [("evidence.given",), ("visitors.added",)]


async def test_visitors_keep_the_time_they_were_found(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    now = work.runtime.clock.now()
    found_at = now - timedelta(minutes=12)
    await added(work, arrival=replace(TOURISTS, given_at=found_at))
    ((given_at, recorded_at),) = work.rows(select(evidence.c.given_at, evidence.c.recorded_at))
    assert given_at == found_at < now < recorded_at
    tomorrow = replace(TOURISTS, given_at=now + timedelta(days=1), key="visitors-2")
    with pytest.raises(InvalidError, match="future"):
        await added(work, arrival=tomorrow)
    yesterday = replace(TOURISTS, given_at=now - timedelta(days=1), key="visitors-3")
    with pytest.raises(InvalidError, match="before the alert"):
        await added(work, arrival=yesterday)


async def test_boards_show_visitors_without_names(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    look = work.runtime.database.look
    before = look(lambda db: stored(db, 1)).last_seq
    await added(work)
    now = work.runtime.clock.now()
    text = look(lambda db: read_update(db, 1, [QIANFO], before, now)).frames[QIANFO]
    frame = json.loads(text)
    assert [home["code"] for home in frame["households"]] == [household_code(QIANFO, 9999)]
    assert frame["tallies"][QIANFO]["people"]["evacuated"] == 3
    assert [(event["kind"], event["payload"]) for event in frame["events"]] == [
        ("visitors.added", {"people": 3, "by": "grid"})
    ]
    assert TOURISTS.name not in text


async def test_informants_report_on_visitors_has_the_neighbour_rung(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    assert not (await added(work, "informant")).entry.standing.verified
    assert work.rows(select(evidence.c.rung)) == [(Rung.NEIGHBOUR,)]


async def test_tally_counts_visitors_with_any_report(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    for number, what in enumerate(Report):
        if what is not Report.MISSED_ROLL_CALL:
            await added(work, arrival=replace(TOURISTS, report=what, key=f"visitors-{number}"))
    tally = work.runtime.database.look(lambda db: tally_of(db, 1, EVERYWHERE))
    assert (tally.people, tally.households) == (AT_HOME + 6 * 3, 10 + 6)
    assert tally.people_unaccounted == AT_HOME + 2 * 3
    assert work.runtime.database.look(verify).differences == ()


async def test_repeated_visitors_are_added_once(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    first = await added(work)
    again = await added(work, arrival=replace(TOURISTS, people=4))
    assert (first.is_new, again.is_new) == (True, False)
    assert first.entry == again.entry
    assert work.rows(select(func.count()).where(roll.c.added_by == "grid")) == [(1,)]
    # Another officer may use the same key for other visitors.
    assert (await added(work, "commander")).is_new


async def test_missing_visitors_keep_an_alert_open(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await everybody_out(work)
    put = await added(work, arrival=replace(TOURISTS, report=Report.NOT_HOME))
    with pytest.raises(ConflictError) as refused:
        await close(work.runtime, work.somebody("commander"), 1)
    assert refused.value.reasons == ("3 people are unaccounted",)
    found = Finding(put.entry.household, Report.EVACUATED, None, None, "", "found-them")
    await report(work.runtime, work.somebody("grid"), 1, found)
    assert await close(work.runtime, work.somebody("commander"), 1) is AlertState.CLOSED


@pytest.mark.parametrize(
    ("what", "state"),
    [
        (Report.NOT_HOME, AlertState.OPEN),
        (Report.NEEDS_HELP, AlertState.OPEN),
        (Report.EVACUATED, AlertState.CLOSED),
    ],
)
async def test_missing_visitors_reopen_a_closed_alert(
    work: Workplace, what: Report, state: AlertState
) -> None:
    await work.raised("informant", QIANFO)
    await everybody_out(work)
    await close(work.runtime, work.somebody("commander"), 1)
    await added(work, arrival=replace(TOURISTS, report=what))
    assert work.runtime.database.look(lambda db: stored(db, 1)).state is state
    reopened = select(func.count()).where(events.c.kind == EventKind.ALERT_REOPENED)
    assert work.rows(reopened) == [(state is AlertState.OPEN,)]


@pytest.mark.parametrize(
    ("officer", "division", "refused", "said"),
    [
        ("administrator", QIANFO, ForbiddenError, "does not report on a household"),
        ("grid", NEXT_VILLAGE, InvalidError, "not within your division"),
        ("commander", NEXT_VILLAGE, InvalidError, "not in the area of alert 1; .* widened first"),
        ("commander", TOWN, InvalidError, "is not a village or grid known here"),
        ("commander", QIANFO + "009", InvalidError, "is not a village or grid known here"),
        ("far-commander", FAR_TOWN, NotFoundError, "no alert 1"),
    ],
)
async def test_visitors_outside_the_area_are_refused(
    work: Workplace, officer: str, division: str, refused: type[Exception], said: str
) -> None:
    await work.raised("informant", QIANFO)
    with pytest.raises(refused, match=said):
        await added(work, officer, replace(TOURISTS, division=division))
    assert work.rows(select(func.count()).select_from(roll)) == [(10,)]
    assert work.rows(select(evidence)) == []


@pytest.mark.parametrize(
    ("state", "is_over"),
    [
        (AlertState.CANCELLED, True),
        (AlertState.ALL_CLEAR, True),
        (AlertState.EXPIRED, False),
    ],
)
async def test_visitors_are_refused_once_the_alert_is_over(
    work: Workplace, state: AlertState, is_over: bool
) -> None:
    await work.raised("informant", QIANFO)
    await work.runtime.ledger.write(lambda tx: set_state(tx.connection, 1, state, NOW))
    if is_over:
        with pytest.raises(ConflictError, match=f"is over \\({state}\\)"):
            await added(work)
    else:
        assert (await added(work)).is_new
