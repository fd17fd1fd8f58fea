"""Proposed alerts wait for an officer's approval, and alert nobody before."""

from datetime import datetime

import pytest
from sqlalchemy import select

from alerting.approvals.ask import pass_approvals_on
from alerting.approvals.decide import decide
from alerting.approvals.propose import propose
from alerting.approvals.tables import approvals
from alerting.cap.alert import AlertRequest
from alerting.deliveries.tables import texts
from alerting.errors import ConflictError, InvalidError, NotFoundError
from alerting.ledger.tables import alerts, events
from alerting.officer_calls.tables import confirmations
from alerting.policy.policy import default_policy
from tests.support.approvals import asked_by_text, on_roll
from tests.support.city import COUNTY, NEXT_VILLAGE, QIANFO, TOWN
from tests.support.running import Workplace, request_for

WAIT = default_policy().approval.wider_area


async def proposed(work: Workplace, *divisions: str) -> datetime:
    """Propose an alert; return the time of the proposal."""
    now = work.runtime.clock.now()
    request = AlertRequest.model_validate(request_for(*divisions))
    await work.runtime.ledger.write(lambda tx: propose(tx, "cap:met", request, divisions, now))
    return now


def states(work: Workplace) -> tuple[str, str]:
    ((alert,),) = work.rows(select(alerts.c.state))
    ((approval,),) = work.rows(select(approvals.c.state))
    return alert, approval


def texted(work: Workplace) -> list[str]:
    return [who for who, channel in asked_by_text(work) if channel == "sms"]


def log(work: Workplace) -> list[str]:
    return [kind for (kind,) in work.rows(select(events.c.kind).order_by(events.c.seq))]


async def test_proposal_asks_the_nearest_officers_and_alerts_nobody(work: Workplace) -> None:
    await proposed(work, QIANFO)
    assert states(work) == ("proposed", "waiting")
    assert (texted(work), on_roll(work, QIANFO)) == (["commander"], 0)
    assert log(work) == ["alert.proposed", "approval.asked"]


async def test_text_of_a_proposal_asks_for_a_new_alert(work: Workplace) -> None:
    await proposed(work, QIANFO)
    bodies = [body for (body,) in work.rows(select(texts.c.body).where(texts.c.kind == "proposal"))]
    assert bodies
    assert all("建议发布预警" in body and "扩大" not in body for body in bodies)


async def test_approval_raises_the_alert_in_the_officers_name(work: Workplace) -> None:
    await proposed(work, QIANFO, NEXT_VILLAGE)
    before = work.runtime.clock.now()
    done = await decide(work.runtime, work.somebody("commander"), 1, approve=True)
    assert done.reached is not None
    assert done.reached.households == 20
    (alert,) = work.rows(select(alerts))
    assert (alert.state, alert.raised_by, alert.origin) == ("open", "commander", TOWN)
    assert alert.sent > before
    assert log(work)[2:4] == ["approval.approved", "alert.raised"]
    assert [row.officer for row in work.rows(select(confirmations))] == ["commander"]
    again = await decide(work.runtime, work.somebody("commander"), 1, approve=True)
    assert again.reached is None


async def test_decline_ends_the_proposed_alert(work: Workplace) -> None:
    await proposed(work, QIANFO)
    await decide(work.runtime, work.somebody("county-duty"), 1, approve=False)
    assert states(work) == ("cancelled", "declined")
    assert log(work)[-2:] == ["approval.declined", "alert.withdrawn"]
    with pytest.raises(ConflictError):
        await decide(work.runtime, work.somebody("commander"), 1, approve=True)


async def test_officer_of_a_village_may_not_decide(work: Workplace) -> None:
    await proposed(work, QIANFO)
    with pytest.raises(NotFoundError):
        await decide(work.runtime, work.somebody("grid"), 1, approve=True)
    assert states(work) == ("proposed", "waiting")


async def test_silence_passes_the_proposal_up_and_never_approves(work: Workplace) -> None:
    now = await proposed(work, QIANFO)
    await work.runtime.ledger.write(lambda tx: pass_approvals_on(tx, now + WAIT))
    (row,) = work.rows(select(approvals))
    assert (row.state, row.asked) == ("waiting", COUNTY)
    assert texted(work) == ["commander", "county-duty"]
    assert states(work) == ("proposed", "waiting")


async def test_expired_proposal_is_withdrawn(work: Workplace) -> None:
    await proposed(work, QIANFO)
    ((expires,),) = work.rows(select(alerts.c.expires))
    await work.runtime.ledger.write(lambda tx: pass_approvals_on(tx, expires))
    assert states(work) == ("cancelled", "lapsed")
    assert log(work)[-2:] == ["alert.withdrawn", "approval.lapsed"]


async def test_area_that_no_city_covers_is_refused(work: Workplace) -> None:
    with pytest.raises(InvalidError, match="no city covers the whole area"):
        await proposed(work, QIANFO, "5120")
    assert work.rows(select(alerts)) == []
