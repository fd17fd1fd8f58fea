"""A message without references triggers a note, a proposed alert, or an alert at once."""

import pytest

from alerting.cap_inbox.rules.outcomes import Outcome, Reason
from alerting.runtime import Clock
from tests.support.cap_documents import (
    POLICY,
    SENT,
    Area,
    Desk,
    document,
    info,
    open_desk,
    simple,
)
from tests.support.city import CITY, FAR_TOWN, NEXT_VILLAGE, QIANFO, TOWN

HERE = "31.8,107.1 32,107.1 32,107.3 31.8,107.3 31.8,107.1"


async def test_message_without_a_rule_is_a_note(desk: Desk) -> None:
    done = await desk.take(simple())
    assert (done.outcome, done.reason) == (Outcome.NOTED, Reason.NO_RULE)
    assert (desk.alerts(), len(desk.shown())) == ([], 1)


async def test_source_without_rules_makes_only_notes(desk: Desk) -> None:
    assert (await desk.take(simple("Extreme"), "university")).outcome is Outcome.NOTED


async def test_alert_is_raised_in_the_name_of_the_sources_officer(desk: Desk) -> None:
    done = await desk.take(simple("Extreme"))
    assert (done.outcome, done.reason, done.alert) == (Outcome.ALERTED, Reason.BY_RULE, 1)
    assert desk.alerts() == [("open", "county-duty")]
    assert desk.work.log()[0] == "alert.raised"
    assert desk.work.log()[-1] == "cap.followed"


async def test_proposal_alerts_nobody_before_an_officer_decides(desk: Desk) -> None:
    done = await desk.take(simple("Severe"))
    assert (done.outcome, done.alert) == (Outcome.PROPOSED, 1)
    assert desk.alerts() == [("proposed", "cap:weather-bureau")]
    assert desk.work.log() == ["alert.proposed", "approval.asked", "cap.followed"]


async def test_alert_that_cannot_be_raised_at_once_is_proposed(database_url: str) -> None:
    wide = POLICY.replace('area = ["511921"]', "")
    async with open_desk(database_url, wide) as desk:
        done = await desk.take(document(info(Area((CITY,)), severity="Extreme")))
        assert (done.outcome, done.reason) == (Outcome.PROPOSED, Reason.NOT_PERMITTED)
        assert "5119 is not within your division 511921" in done.detail
        mixed = info(Area((NEXT_VILLAGE,)), Area(polygons=(HERE,)), severity="Extreme")
        done = await desk.take(document(mixed))
        assert (done.outcome, done.reason) == (Outcome.PROPOSED, Reason.WHOLE_VILLAGES)


async def test_alert_of_an_unknown_officer_is_proposed(database_url: str) -> None:
    gone = POLICY.replace('"county-duty"', '"nobody"')
    async with open_desk(database_url, gone) as desk:
        done = await desk.take(simple("Extreme"))
        assert (done.outcome, done.reason) == (Outcome.PROPOSED, Reason.OFFICER_UNKNOWN)
        assert done.detail == "nobody"


async def test_proposal_of_a_drawing_keeps_the_drawing(desk: Desk) -> None:
    await desk.take(document(info(Area(polygons=(HERE,)), severity="Severe")))
    await desk.take(document(info(Area((FAR_TOWN, TOWN)), severity="Severe")))
    assert desk.alerts() == [("proposed", "cap:weather-bureau")] * 2


async def test_actual_message_is_acted_on_outside_a_drill(database_url: str) -> None:
    async with open_desk(database_url, clock=Clock()) as desk:
        done = await desk.take(simple("Extreme", status="Actual"))
        assert done.outcome is Outcome.ALERTED


@pytest.mark.parametrize(
    ("areas", "reason"),
    [
        ((Area(value_name="FIPS6", codes=("006113",)),), Reason.NO_AREA),
        ((Area(("519999",)),), Reason.UNKNOWN_CODES),
        ((Area(polygons=("1,1 2,1 2,2 1,1",)),), Reason.NOBODY_THERE),
        ((), Reason.NO_AREA),
    ],
)
async def test_message_that_covers_nothing_here_is_ignored(
    desk: Desk, areas: tuple[Area, ...], reason: Reason
) -> None:
    done = await desk.take(document(info(*areas, severity="Severe")))
    assert (done.outcome, done.reason) == (Outcome.IGNORED, reason)
    assert desk.shown() == []


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (simple("Extreme", status="Test"), Reason.STATUS_TEST),
        (simple("Extreme", status="System"), Reason.STATUS_SYSTEM),
        (simple("Extreme", status="Draft"), Reason.STATUS_DRAFT),
        (simple("Extreme", status="Actual"), Reason.ACTUAL_IN_A_DRILL),
        (simple("Extreme", msgType="Ack"), Reason.ACKNOWLEDGEMENT),
        (simple("Extreme", msgType="Error"), Reason.ERROR_REPORTED),
        (simple("Extreme", scope="Private"), Reason.PRIVATE),
        (document(), Reason.NO_INFO),
        (document(info(Area((QIANFO,)), severity="Extreme", expires=SENT)), Reason.EXPIRED),
        (document(info(Area((QIANFO,)), severity="Extreme", expires="")), Reason.EXPIRED),
    ],
)
async def test_message_without_effect_is_ignored(desk: Desk, message: str, reason: Reason) -> None:
    done = await desk.take(message)
    assert (done.outcome, done.reason) == (Outcome.IGNORED, reason)
    assert (desk.alerts(), desk.shown()) == ([], [])


async def test_restricted_message_is_a_note(database_url: str) -> None:
    async with open_desk(database_url, clock=Clock()) as desk:
        limited = {"scope": "Restricted", "restriction": "officers", "status": "Actual"}
        done = await desk.take(simple("Extreme", **limited))
        assert (done.outcome, done.reason) == (Outcome.NOTED, Reason.RESTRICTED)
