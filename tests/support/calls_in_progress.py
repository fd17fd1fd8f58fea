"""Phone calls in progress, and the rows recorded about them."""

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import select

from alerting.deliveries.claims import claim
from alerting.deliveries.plan import Addressee
from alerting.roll.tables import evidence, roll
from alerting.runtime import wall_clock
from alerting.voice.calls import Called, find_call, record_call_status
from tests.support.city import CALLING, QIANFO
from tests.support.owed_calls import CALLS, HOME, household, nobodys_phone, owe
from tests.support.running import Workplace

SID: Final = "CA" + "1" * 32


async def called(work: Workplace, to: Addressee | None = None) -> Called:
    """Begin a phone call, and return it."""
    raised = await work.raised("informant", QIANFO)
    await owe(work.runtime, raised.alert.id, to or household(nobodys_phone()))
    wall = wall_clock()
    now, lease = work.runtime.clock.now(), wall + timedelta(seconds=30)
    (claimed,) = await work.runtime.ledger.write(
        lambda t: claim(t, CALLING, 10, now=now, wall=wall, lease_until=lease)
    )
    return await find_call(work.runtime, claimed.token)


def given(work: Workplace) -> list[tuple[Any, ...]]:
    columns = (evidence.c.report, evidence.c.rung, evidence.c.given_by, evidence.c.channel)
    return [tuple(row) for row in work.rows(select(*columns).order_by(evidence.c.id))]


def standing(work: Workplace) -> str:
    ((now,),) = work.rows(select(roll.c.standing).where(roll.c.household == HOME))
    return str(now)


def state(work: Workplace) -> str:
    (call,) = work.rows(CALLS)
    return str(call.state)


async def status(work: Workplace, call: Called, word: str, by: str = "") -> None:
    await record_call_status(work.runtime, call.token, SID, word, by, None)
