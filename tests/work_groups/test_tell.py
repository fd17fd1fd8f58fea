"""Alerts, corrections and cancellations are posted to groups, in addition to people's texts."""

import json

from sqlalchemy import select, update

from alerting.alerts.correct import cancel, correct
from alerting.approvals.widen import widen
from alerting.cap.alert import Area
from alerting.cap.changes import Changes
from alerting.deliveries.tables import deliveries
from alerting.ledger.tables import events
from alerting.runtime import Clock
from tests.support.city import CITY, COUNTY, FAR_TOWN, NEXT_VILLAGE, QIANFO, TOWN
from tests.support.group_services import enlist, posts_owed
from tests.support.running import Workplace, workplace


async def test_alert_is_posted_to_the_groups_of_its_area_and_above(work: Workplace) -> None:
    await enlist(work, CITY, COUNTY, FAR_TOWN, "grid", NEXT_VILLAGE)
    await work.raised("grid", QIANFO)
    owed = posts_owed(work)
    assert [row.recipient for row in owed] == [f"{CITY}/1", f"{COUNTY}/1", "grid/1"]
    assert {(row.body, row.number) for row in owed} == {(owed[0].body, "")}
    assert owed[0].body.startswith("演练：应急指挥部：立即撤离！诺江镇千佛村有滑坡")
    assert "10户" in owed[0].body


async def test_actual_alert_is_not_marked_as_an_exercise(database_url: str) -> None:
    async with workplace(database_url, Clock()) as work:
        await enlist(work, COUNTY)
        await work.raised("commander", QIANFO, status="Actual")
        (row,) = posts_owed(work)
        assert row.body.startswith("应急指挥部：立即撤离！")


async def test_alert_is_posted_to_a_group_once(work: Workplace) -> None:
    await enlist(work, COUNTY)
    first = (await work.raised("commander", QIANFO)).alert.id
    caller, area = work.somebody("commander"), Area(divisions=(NEXT_VILLAGE,))
    await widen(work.runtime, caller, first, area)
    second = (await work.raised("commander", NEXT_VILLAGE)).alert.id
    assert [row.alert for row in posts_owed(work)] == [first, second]


async def test_posts_to_groups_are_not_counted_as_texts(work: Workplace) -> None:
    await work.raised("commander", QIANFO)
    # The texts of both alerts contain a code, because two are open.
    without = await work.raised("commander", QIANFO)
    await enlist(work, COUNTY, TOWN)
    beside = await work.raised("commander", QIANFO)
    assert without.reached
    assert beside.reached
    counted = (without.reached.texts, without.reached.segments)
    assert counted == (beside.reached.texts, beside.reached.segments)
    (told,) = work.rows(select(events).where(events.c.kind == "groups.told"))
    assert (told.alert, {row.seq for row in posts_owed(work)}) == (beside.alert.id, {told.seq})
    names = [f"{COUNTY}/1", f"{TOWN}/1"]
    assert json.loads(told.payload) == {"text": "group_alert", "groups": names}


def set_state(work: Workplace, state: str) -> None:
    groups = update(deliveries).where(deliveries.c.channel == "group")
    work.change(groups.values(state=state))


async def test_correction_goes_to_the_groups_that_have_the_alert(work: Workplace) -> None:
    await enlist(work, COUNTY)
    alert = (await work.raised("commander", QIANFO)).alert.id
    caller = work.somebody("commander")
    without = await correct(work.runtime, caller, alert, Changes(assembly_point="镇小学"))
    assert [row.kind for row in posts_owed(work)] == ["group_alert"]
    set_state(work, "accepted")
    owed = await correct(work.runtime, caller, alert, Changes(assembly_point="镇中学"))
    kinds, bodies = zip(*((row.kind, row.body) for row in posts_owed(work)), strict=True)
    assert kinds == ("group_alert", "group_correction")
    assert ["镇小学" in bodies[0], "镇中学" in bodies[1]] == [True, True]
    assert bodies[1].startswith("演练：应急指挥部：更正：仍须立即撤离！")
    assert owed.owed.recipients == without.owed.recipients


async def test_cancellation_is_posted_and_queued_posts_are_withdrawn(work: Workplace) -> None:
    await enlist(work, COUNTY, TOWN)
    alert = (await work.raised("commander", QIANFO)).alert.id
    county = update(deliveries).where(deliveries.c.recipient == f"{COUNTY}/1")
    work.change(county.values(state="accepted"))
    await cancel(work.runtime, work.somebody("commander"), alert, "no landslide")
    assert [(row.recipient, row.kind, row.state) for row in posts_owed(work)] == [
        (f"{COUNTY}/1", "group_alert", "accepted"),
        (f"{COUNTY}/1", "cancellation", "queued"),
        (f"{TOWN}/1", "group_alert", "cancelled"),
    ]
