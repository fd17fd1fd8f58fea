"""An unwoken officer is called again at once at another officer's request."""

from dataclasses import replace
from typing import Any, Final

import pytest
from sqlalchemy import select, update

from alerting.deliveries.tables import deliveries, texts
from alerting.ledger.tables import events
from alerting.officer_calls.escalate import call_officers
from alerting.officer_calls.rules import CallState
from alerting.officer_calls.tables import officer_calls
from alerting.officer_calls.wake import wake_officer
from tests.support.city import NEXT_VILLAGE, NOW, QIANFO
from tests.support.clocks import fixed_clock
from tests.support.followed_alert import Followed
from tests.support.running import Running, Workplace

WAKE: Final = "/api/alerts/1/officers/grid/wake"


@pytest.fixture
async def unwoken(work: Workplace) -> Followed:
    """Raise an alert to which no officer has answered for 20 minutes, except for the raiser."""
    raised = await work.raised("informant", QIANFO)
    followed = Followed(work, raised.alert.id, raised.alert.sent)
    for second in (0, 180, 280, 380, 480, 1_200):
        await live(followed, second)
    return followed


async def live(followed: Followed, second: float) -> None:
    """Run the escalation at a second, after sending the queued deliveries."""
    followed.work.change(update(deliveries).values(state="delivered"))
    await followed.pass_to(second, (call_officers,))


async def woken(followed: Followed, second: float) -> CallState:
    now = followed.at(second)
    runtime = replace(followed.work.runtime, clock=fixed_clock(0.0, now))
    caller = followed.work.somebody("commander")
    return (await wake_officer(runtime, caller, followed.alert, "grid", None)).state


def owed_since(followed: Followed, second: float) -> list[tuple[str, float]]:
    """Return channel and due second of the call's deliveries to the grid officer since a second."""
    rows = followed.rows(
        select(deliveries.c.channel, deliveries.c.due_at)
        .join(texts, texts.c.id == deliveries.c.text)
        .where(
            deliveries.c.recipient == "grid",
            texts.c.kind.in_(["call", "voice_call"]),
            deliveries.c.due_at >= followed.at(second),
        )
        .order_by(deliveries.c.due_at, deliveries.c.channel)
    )
    return [(row.channel, (row.due_at - followed.began).total_seconds()) for row in rows]


async def test_officer_is_texted_and_phoned_and_the_tier_above_is_told_again(
    unwoken: Followed,
) -> None:
    assert await woken(unwoken, 1_260) is CallState.CALLED
    for second in (1_260, 1_359, 1_360, 1_460, 1_559):
        await live(unwoken, second)
    assert owed_since(unwoken, 1_201) == [
        ("sms", 1_260),
        ("voice", 1_260),
        ("websocket", 1_260),
        ("voice", 1_360),
        ("voice", 1_460),
    ]
    told = select(officer_calls.c.told_above_at).where(officer_calls.c.officer == "grid")
    assert unwoken.rows(told) == [(unwoken.at(480),)]
    await live(unwoken, 1_560)
    assert unwoken.rows(told) == [(unwoken.at(1_560),)]
    assert await woken(unwoken, 1_600) is CallState.CALLED


@pytest.fixture
async def silent(service: Running) -> Running:
    """Raise an alert for which the grid officer could not be woken."""
    await service.raised("commander", QIANFO, NEXT_VILLAGE)
    called = update(officer_calls).where(officer_calls.c.officer == "grid")
    await service.change(called.values(told_above_at=NOW, steps_done=99, next_at=None))
    return service


def asked(service: Running) -> list[Any]:
    query = select(events.c.subject, events.c.division).where(events.c.kind == "officer.wake_asked")
    return service.rows(query)


async def test_repeated_key_is_ignored_and_new_request_waits_for_the_ladder(
    silent: Running,
) -> None:
    key = {"Idempotency-Key": "key-of-the-board"}
    status, called = await silent.post(WAKE, "commander", **key)
    assert (status, called["state"]) == (200, "called")
    assert called["woken_at"] is not None
    again = await silent.post(WAKE, "commander", **key)
    assert (again[0], again[1]["woken_at"]) == (200, called["woken_at"])
    status, body = await silent.post(WAKE, "commander", **{"Idempotency-Key": "another-key"})
    assert (status, body["reasons"]) == (409, ["under_way"])
    assert asked(silent) == [("grid", QIANFO)]


@pytest.mark.parametrize(
    ("caller", "status"),
    [("informant", 403), ("next-grid", 403), ("far-commander", 404), ("city-duty", 200)],
)
async def test_only_officers_who_may_send_can_wake_officers_below(
    silent: Running, caller: str, status: int
) -> None:
    assert (await silent.post(WAKE, caller))[0] == status


async def test_officer_who_was_not_called_is_not_found(silent: Running) -> None:
    assert (await silent.post("/api/alerts/1/officers/nobody/wake", "commander"))[0] == 404
    assert (await silent.post(WAKE, None))[0] == 401


async def test_nobody_is_woken_for_an_alert_that_is_over(silent: Running) -> None:
    assert (await silent.post("/api/alerts/1/cancel", "commander", {"reason": "误报"}))[0] < 300
    status, body = await silent.post(WAKE, "commander")
    assert (status, body["reasons"]) == (409, ["alert_not_open"])
    assert asked(silent) == []
