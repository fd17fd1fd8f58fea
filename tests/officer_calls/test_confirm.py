"""An officer's confirmation of a call."""

import asyncio

import pytest
from sqlalchemy import select

from alerting.errors import NotFoundError
from alerting.ledger.tables import events
from alerting.officer_calls.confirm import confirm_call
from tests.support.city import QIANFO, TOWN
from tests.support.confirmations import answered
from tests.support.running import Workplace


async def test_first_confirmation_is_kept(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await asyncio.gather(
        *(confirm_call(work.runtime, work.somebody("commander"), 1) for _ in range(3))
    )
    await confirm_call(work.runtime, work.somebody("grid"), 1)
    assert answered(work) == [(1, "commander", "web"), (1, "grid", "web")]
    logged = work.rows(
        select(events.c.subject, events.c.division)
        .where(events.c.kind == "officer.confirmed")
        .order_by(events.c.seq)
    )
    assert logged == [("informant", QIANFO), ("commander", TOWN), ("grid", QIANFO)]


async def test_alert_elsewhere_cannot_be_confirmed(
    work: Workplace,
) -> None:
    await work.raised("informant", QIANFO)
    with pytest.raises(NotFoundError):
        await confirm_call(work.runtime, work.somebody("far-commander"), 1)
    assert answered(work) == []
