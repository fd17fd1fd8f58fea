"""The watchdog finds forgotten households, and reports late texts and failed providers."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update
from structlog.testing import capture_logs

from alerting.approvals.rules import ApprovalCause
from alerting.approvals.tables import approvals
from alerting.cap.lifecycle import AlertState
from alerting.deliveries.providers import enlist
from alerting.deliveries.rules.delivery import DeliveryState
from alerting.deliveries.rules.providers import Condition, Health
from alerting.deliveries.tables import deliveries, providers, texts
from alerting.doors.notify import tell_doors
from alerting.doors.tables import tasks
from alerting.escalation.households import follow_households
from alerting.escalation.watchdog import watch
from alerting.ledger.events.kinds import EventKind
from alerting.ledger.events.sending import ProviderDown, SendingLate
from alerting.ledger.tables import alerts, events
from alerting.roll.tables import roll
from tests.support.city import NEXT_VILLAGE, NOW, PHONELESS_EVERY, POLICY, QIANFO, household_code
from tests.support.followed_alert import Followed

ROUND = (watch,)
LADDER = (follow_households, tell_doors)
HOME = household_code(QIANFO, 3)
PHONELESS = household_code(QIANFO, PHONELESS_EVERY)


def forgotten(followed: Followed) -> list[str]:
    rows = followed.rows(select(events.c.subject).where(events.c.kind == "watchdog.forgotten"))
    return [row.subject for row in rows]


async def test_forgotten_household_is_logged_and_gets_a_door_task(followed: Followed) -> None:
    await followed.pass_to(1, (*LADDER, *ROUND))
    followed.work.change(update(roll).where(roll.c.household == HOME).values(next_at=None))
    await followed.pass_to(30, ROUND)
    assert forgotten(followed) == []
    with capture_logs() as logged:
        await followed.pass_to(61, ROUND)
    assert forgotten(followed) == [HOME]
    assert [one["household"] for one in logged if one["log_level"] == "error"] == [HOME]
    await followed.pass_to(61, LADDER)
    assert HOME in {task.household for task in followed.tasks()}
    await followed.pass_to(121, ROUND)
    assert forgotten(followed) == [HOME]


async def test_household_whose_door_task_is_lost_counts_as_forgotten(followed: Followed) -> None:
    await followed.pass_to(1200, LADDER)
    followed.work.change(delete(tasks).where(tasks.c.household == HOME))
    await followed.pass_to(1200, ROUND)
    assert forgotten(followed) == [HOME]


async def test_silent_households_on_their_ladder_are_not_reported(followed: Followed) -> None:
    for second in range(0, 2000, 60):
        await followed.pass_to(second, (*LADDER, *ROUND))
    assert forgotten(followed) == []


def proposals(followed: Followed) -> list[tuple[str, str, str]]:
    a = approvals.c
    rows = followed.rows(select(a.cause, a.divisions, a.asked_by).order_by(a.id))
    return [(row.cause, row.divisions, row.asked_by) for row in rows]


async def test_first_check_proposes_the_adjacent_village_once(followed: Followed) -> None:
    assert proposals(followed) == []
    await followed.pass_to(1, ROUND)
    found = [(ApprovalCause.ADJACENT_VILLAGES, f'["{NEXT_VILLAGE}"]', "grid")]
    assert proposals(followed) == found
    await followed.pass_to(200, ROUND)
    assert proposals(followed) == found


@pytest.mark.parametrize(
    "change", [{"state": AlertState.CLOSED}, {"expires": NOW}], ids=["closed", "expired"]
)
async def test_closed_or_expired_alert_is_checked_without_a_proposal(
    followed: Followed, change: dict[str, object]
) -> None:
    followed.work.change(update(alerts).values(**change))
    await followed.pass_to(1, ROUND)
    assert followed.rows(select(alerts.c.watched_at)) == [(followed.at(1),)]
    assert proposals(followed) == []


async def test_each_change_of_a_providers_condition_is_logged_once(followed: Followed) -> None:
    told = (
        select(events.c.kind, events.c.payload)
        .where(events.c.kind.startswith("provider."))
        .order_by(events.c.seq)
    )

    def provider_is(condition: Condition, since: int) -> None:
        followed.work.change(
            update(providers).values(condition=condition, since=followed.at(since))
        )

    await followed.work.runtime.ledger.write(
        lambda tx: enlist(tx.connection, ["texts"], followed.began)
    )
    await followed.pass_to(1, ROUND)
    assert followed.rows(told) == []
    provider_is(Condition.DOWN, 30)
    await followed.pass_to(61, ROUND)
    await followed.pass_to(122, ROUND)
    ((kind, payload),) = followed.rows(told)
    assert kind == EventKind.PROVIDER_DOWN
    assert ProviderDown.read(payload) == ProviderDown(provider="texts", since=followed.at(30))
    provider_is(Condition.UP, 130)
    await followed.pass_to(183, ROUND)
    assert [row.kind for row in followed.rows(told)] == ["provider.down", "provider.up"]


async def test_outage_that_began_before_the_alert_is_logged(followed: Followed) -> None:
    down = Health(followed.began - timedelta(hours=1), Condition.DOWN)
    await followed.work.runtime.ledger.write(
        lambda tx: enlist(tx.connection, ["texts"], down.since)
    )
    followed.work.change(update(providers).values(condition=Condition.DOWN))
    await followed.pass_to(1, ROUND)
    told = select(events.c.kind).where(events.c.kind.startswith("provider."))
    assert followed.rows(told) == [("provider.down",)]


async def test_warning_is_logged_while_texts_are_late(followed: Followed) -> None:
    late = select(events.c.payload).where(events.c.kind == "sending.late")
    await followed.pass_to(1, ROUND)
    assert followed.rows(late) == []
    within = POLICY.sending.finish_within.total_seconds()
    await followed.pass_to(int(within) + 61, ROUND)
    (warned,) = followed.rows(late)
    queued = followed.rows(
        select(func.sum(texts.c.segments))
        .join(deliveries, deliveries.c.text == texts.c.id)
        .where(deliveries.c.state == "queued", deliveries.c.channel == "sms")
    )
    assert SendingLate.read(warned.payload).segments == queued[0][0]
    followed.work.change(update(deliveries).values(state=DeliveryState.SENT))
    await followed.pass_to(int(within) + 200, ROUND)
    assert len(followed.rows(late)) == 1
