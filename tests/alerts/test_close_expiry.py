"""An expired alert sends nothing more, but its people are still sought."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from alerting.alerts.close import expire_alerts
from alerting.alerts.correct import cancel
from alerting.cap.lifecycle import AlertState, IllegalTransitionError
from alerting.deliveries.claims import expire
from alerting.deliveries.tables import deliveries
from alerting.doors.tables import tasks
from alerting.errors import ConflictError
from alerting.escalation.households import follow_households
from alerting.escalation.roll_calls import end_rolls
from alerting.ledger.tables import alerts
from alerting.roll.rules.evidence import Report
from alerting.roll.rules.standing import Standing
from alerting.roll.tables import roll
from tests.support.city import after, headcount
from tests.support.closed_alert import CALLED_AT, ENDS_AT, AfterZero, at_zero, closed, raised
from tests.support.running import Workplace

PEOPLE = sum(headcount(number) for number in range(1, 11))
END = after(3600)
SECOND = timedelta(seconds=1)
LATER = after(7200)


async def expiring(work: Workplace) -> AfterZero:
    return await raised(work, expires=END.isoformat())


async def test_alert_expires_once_when_its_validity_ends(work: Workplace) -> None:
    zero = await expiring(work)
    assert await zero.tick(END - SECOND, (expire_alerts,)) == 0
    assert zero.row.state == AlertState.OPEN
    assert await zero.tick(END, (expire_alerts,)) == 1
    assert await zero.tick(END + SECOND, (expire_alerts,)) == 0
    assert zero.row.state == AlertState.EXPIRED
    (event,) = zero.events("alert.expired")
    assert event.at == END
    assert json.loads(event.payload) == {
        "people_unaccounted": PEOPLE,
        "households_needing_help": 0,
    }


async def test_expired_alert_sends_nothing_but_opens_doors(
    work: Workplace,
) -> None:
    zero = await expiring(work)
    await zero.tick(END)
    await zero.tick(END + SECOND, (follow_households,))

    await work.runtime.ledger.write(lambda tx: expire(tx, END))
    sent = select(deliveries.c.state, deliveries.c.due_at).distinct()
    assert work.rows(sent) == [("expired", after(0))]
    assert {row.next_at for row in work.rows(select(roll.c.next_at))} == {None}
    assert len(work.rows(select(tasks.c.id).where(tasks.c.state == "open"))) == 10


async def test_expired_alert_closes_only_at_zero_unaccounted(work: Workplace) -> None:
    zero = await expiring(work)
    await zero.tick(END)
    await zero.text(1, "1", LATER)
    assert zero.on_roll(1).standing == Standing.EVACUATED
    with pytest.raises(ConflictError, match="not zero-unaccounted"):
        await zero.close(LATER)
    await zero.report(Report.EVACUATED, *range(2, 11), at=LATER + SECOND)
    assert await zero.close(LATER + 2 * SECOND) is AlertState.CLOSED


async def test_closed_alert_does_not_expire_and_keeps_its_roll_calls(
    work: Workplace,
) -> None:
    zero = await closed(work, expires=END.isoformat())
    assert END < CALLED_AT
    await zero.tick(CALLED_AT)
    assert zero.row.state == AlertState.CLOSED
    assert zero.owed("roll_call")
    await zero.tick(ENDS_AT, (end_rolls,))
    # An alert reopened after its validity sends nothing, but officers seek whoever missed the
    # roll-call.
    assert zero.row.state == AlertState.OPEN
    assert zero.on_roll(1).next_at == ENDS_AT
    await zero.tick(ENDS_AT + SECOND)
    assert zero.row.state == AlertState.EXPIRED
    await zero.report(Report.EVACUATED, *range(1, 11), at=ENDS_AT + 2 * SECOND)
    assert await zero.close(ENDS_AT + 3 * SECOND) is AlertState.CLOSED


async def test_extended_and_cancelled_alerts_do_not_expire(work: Workplace) -> None:
    prolonged, cancelled = await expiring(work), await expiring(work)
    later = alerts.c.id == prolonged.alert
    work.change(update(alerts).where(later).values(expires=END + SECOND))
    runtime = cancelled.runtime(after(60))
    await cancel(runtime, work.somebody("commander"), cancelled.alert, "wrong place")
    assert await prolonged.tick(END, (expire_alerts,)) == 0
    assert cancelled.row.state == AlertState.CANCELLED
    assert await prolonged.tick(END + SECOND, (expire_alerts,)) == 1


async def test_expired_alert_cannot_be_cancelled(work: Workplace) -> None:
    zero = await at_zero(work, expires=END.isoformat())
    await zero.tick(END)
    with pytest.raises(IllegalTransitionError, match="expired does not allow cancel"):
        await cancel(zero.runtime(END), work.somebody("commander"), zero.alert, "too late")
    assert zero.row.state == AlertState.EXPIRED
