"""Updates and Cancels change the notes, proposals and alerts of the messages they refer to."""

import json
from typing import Any

from sqlalchemy import select

from alerting.approvals.decide import decide
from alerting.approvals.tables import approvals
from alerting.cap_inbox.rules.outcomes import Outcome, Reason
from alerting.ledger.tables import alerts, areas
from contacts.tables import OFFICERS
from tests.support.cap_documents import SENT, Area, Desk, document, info, reference, simple
from tests.support.city import FAR_TOWN, NEXT_VILLAGE, QIANFO

LATER = "2026-08-29T05:20:00+08:00"
WORSE = "<description>裂缝变宽</description>"


def update(of: str, severity: str, *codes: str, **changes: str) -> str:
    said = info(Area(codes or (QIANFO,)), severity=severity, more=WORSE)
    later = {
        "identifier": f"{of}-u",
        "sent": LATER,
        "msgType": "Update",
        "references": reference(of),
    }
    return document(said, **later | changes)


def cancel(of: str, **changes: str) -> str:
    later = {
        "identifier": f"{of}-c",
        "sent": LATER,
        "msgType": "Cancel",
        "references": reference(of),
    }
    return document(**later | changes)


def description(desk: Desk, alert: int = 1) -> str:
    ((request,),) = desk.work.rows(select(alerts.c.request).where(alerts.c.id == alert))
    said: str = json.loads(request)["description"]
    return said


def settled(desk: Desk) -> list[Any]:
    return [row.state for row in desk.work.rows(select(approvals).order_by(approvals.c.id))]


async def approve(desk: Desk, approval: int = 1) -> None:
    commander = desk.work.somebody("commander")
    await decide(desk.work.runtime, commander, approval, approve=True)


async def test_update_replaces_a_note(desk: Desk) -> None:
    await desk.take(simple(identifier="a"))
    done = await desk.take(update("a", "Minor"))
    assert (done.outcome, desk.shown()) == (Outcome.NOTED, ["a-u"])


async def test_cancel_ends_a_note(desk: Desk) -> None:
    await desk.take(simple(identifier="a"))
    done = await desk.take(cancel("a"))
    assert (done.outcome, done.reason) == (Outcome.CANCELLED, Reason.FOLLOWS)
    assert desk.shown() == []


async def test_update_withdraws_a_proposal_and_makes_a_new_one(desk: Desk) -> None:
    await desk.take(simple("Severe", identifier="a"))
    done = await desk.take(update("a", "Severe"))
    assert (done.outcome, done.alert) == (Outcome.PROPOSED, 2)
    assert [state for state, _ in desk.alerts()] == ["cancelled", "proposed"]
    assert settled(desk) == ["lapsed", "waiting"]
    assert "alert.withdrawn" in desk.work.log(1)
    assert desk.shown() == ["a-u"]


async def test_cancel_withdraws_a_proposal(desk: Desk) -> None:
    await desk.take(simple("Severe", identifier="a"))
    done = await desk.take(cancel("a"))
    assert (done.outcome, done.alert) == (Outcome.CANCELLED, 1)
    assert [state for state, _ in desk.alerts()] == ["cancelled"]
    assert (settled(desk), desk.shown()) == (["lapsed"], [])
    assert desk.work.log()[-1] == "cap.followed"


async def test_update_corrects_the_alert_of_its_message(desk: Desk) -> None:
    await desk.take(simple("Extreme", identifier="a"))
    done = await desk.take(update("a", "Extreme"))
    assert (done.outcome, done.reason, done.alert) == (Outcome.UPDATED, Reason.FOLLOWS, 1)
    assert description(desk) == "裂缝变宽"
    assert desk.work.log()[-2:] == ["alert.updated", "cap.followed"]
    assert (len(desk.alerts()), desk.shown()) == (1, ["a-u"])


async def test_cancel_cancels_the_alert_of_its_message(desk: Desk) -> None:
    await desk.take(simple("Extreme", identifier="a"))
    await desk.take(update("a", "Extreme"))
    done = await desk.take(cancel("a-u", references=reference("a-u", LATER), note="rain stopped"))
    assert (done.outcome, done.alert) == (Outcome.CANCELLED, 1)
    assert desk.alerts() == [("cancelled", "county-duty")]
    assert desk.shown() == []
    again = await desk.take(cancel("a", identifier="other"))
    assert (again.outcome, again.reason) == (Outcome.IGNORED, Reason.ALREADY_OVER)


async def test_approved_proposal_is_corrected_and_cancelled(desk: Desk) -> None:
    await desk.take(simple("Severe", identifier="a"))
    await approve(desk)
    assert desk.alerts() == [("open", "commander")]
    assert (await desk.take(update("a", "Severe"))).outcome is Outcome.UPDATED
    assert description(desk) == "裂缝变宽"
    assert (await desk.take(cancel("a"))).outcome is Outcome.CANCELLED
    assert desk.alerts() == [("cancelled", "commander")]


async def test_update_without_differences_changes_nothing(desk: Desk) -> None:
    await desk.take(update("x", "Extreme", identifier="a", msgType="Alert", references=""))
    done = await desk.take(update("a", "Extreme", references=reference("a", LATER)))
    assert (done.outcome, done.reason) == (Outcome.UPDATED, Reason.NOTHING_CHANGED)
    assert "alert.updated" not in desk.work.log()


async def test_update_is_noted_if_the_alerts_officer_is_gone(desk: Desk) -> None:
    await desk.take(simple("Extreme", identifier="a"))
    desk.work.change(alerts.update().values(raised_by="gone"))
    done = await desk.take(update("a", "Extreme"))
    assert (done.outcome, done.reason) == (Outcome.NOTED, Reason.OFFICER_UNKNOWN)
    assert desk.shown() == ["a-u"]
    done = await desk.take(cancel("a"))
    assert (done.outcome, done.reason) == (Outcome.IGNORED, Reason.OFFICER_UNKNOWN)
    assert desk.alerts() == [("open", "gone")]


async def test_update_is_noted_if_the_alerts_officer_lacks_the_right(desk: Desk) -> None:
    await desk.take(simple("Extreme", identifier="a"))
    moved = OFFICERS.update().where(OFFICERS.c.id == "county-duty").values(division=FAR_TOWN)
    desk.work.change(moved)
    done = await desk.take(update("a", "Extreme"))
    assert (done.outcome, done.reason) == (Outcome.NOTED, Reason.NOT_PERMITTED)


async def test_update_alerts_the_area_that_it_adds(desk: Desk) -> None:
    await desk.take(simple("Extreme", identifier="a"))
    await desk.take(update("a", "Extreme", QIANFO, NEXT_VILLAGE))
    reached = desk.work.rows(select(areas.c.division).order_by(areas.c.division))
    assert reached == [(QIANFO,), (NEXT_VILLAGE,)]
    assert "alert.widened" in desk.work.log()


async def test_update_that_may_only_propose_asks_for_approval(desk: Desk) -> None:
    await desk.take(simple("Extreme", identifier="a"))
    await desk.take(update("a", "Severe", QIANFO, NEXT_VILLAGE))
    again = {"identifier": "a-v", "references": reference("a-u", LATER)}
    await desk.take(update("a", "Severe", QIANFO, NEXT_VILLAGE, **again))
    (waiting,) = desk.work.rows(select(approvals))
    assert (waiting.state, json.loads(waiting.divisions)) == ("waiting", [QIANFO, NEXT_VILLAGE])
    assert desk.work.rows(select(areas.c.division)) == [(QIANFO,)]


async def test_update_never_shrinks_the_area(desk: Desk) -> None:
    both = document(info(Area((QIANFO, NEXT_VILLAGE)), severity="Extreme"), identifier="a")
    await desk.take(both)
    await desk.take(update("a", "Extreme", QIANFO))
    assert len(desk.work.rows(select(areas))) == 2


async def test_update_of_an_ended_alert_is_treated_as_new(desk: Desk) -> None:
    await desk.take(simple("Extreme", identifier="a"))
    await desk.take(cancel("a"))
    done = await desk.take(update("a", "Extreme", references=reference("a")))
    # The Cancel refers to the first message, and the Update counts as a new message.
    assert (done.outcome, done.alert) == (Outcome.ALERTED, 2)


async def test_expired_update_withdraws_the_proposal_that_it_replaces(desk: Desk) -> None:
    await desk.take(simple("Severe", identifier="a"))
    gone = info(Area((QIANFO,)), severity="Severe", expires=SENT)
    replaced = {"msgType": "Update", "references": reference("a"), "identifier": "a-u"}
    done = await desk.take(document(gone, sent=LATER, **replaced))
    assert (done.outcome, done.reason) == (Outcome.IGNORED, Reason.EXPIRED)
    assert ([state for state, _ in desk.alerts()], desk.shown()) == (["cancelled"], [])


async def test_all_clear_of_a_source_changes_no_alert(desk: Desk) -> None:
    await desk.take(simple("Extreme", identifier="a"))
    clear = info(Area((QIANFO,)), severity="Extreme", responseType="AllClear")
    replaced = {"msgType": "Update", "references": reference("a"), "identifier": "a-u"}
    done = await desk.take(document(clear, sent=LATER, **replaced))
    assert (done.outcome, done.reason) == (Outcome.NOTED, Reason.ALL_CLEAR)
    assert (desk.alerts(), desk.shown()) == ([("open", "county-duty")], ["a-u"])


async def test_another_source_cannot_cancel(desk: Desk) -> None:
    await desk.take(simple("Extreme", identifier="a"))
    done = await desk.take(cancel("a"), "university")
    assert (done.outcome, done.reason) == (Outcome.IGNORED, Reason.NOTHING_TO_CANCEL)
    assert desk.alerts() == [("open", "county-duty")]


async def test_exercise_cannot_cancel_an_actual_message(desk: Desk) -> None:
    await desk.take(simple(identifier="a", status="Test"))
    await desk.take(simple("Extreme", identifier="b"))
    done = await desk.take(cancel("b", status="Test"))
    assert (done.outcome, done.reason) == (Outcome.IGNORED, Reason.STATUS_TEST)
    done = await desk.take(cancel("a"))
    assert done.reason is Reason.NOTHING_TO_CANCEL
