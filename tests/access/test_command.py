"""A command runs in one transaction, on a locked alert that the caller may see."""

import pytest
from sqlalchemy import select

from alerting.access.command import Command, carry_out
from alerting.access.rules import Act
from alerting.errors import ConflictError, ForbiddenError, NotFoundError
from alerting.ledger.events.alerts import AlertClosed
from alerting.ledger.tables import events
from tests.support.city import QIANFO
from tests.support.running import Workplace


def append_close(command: Command) -> int:
    return command.append(AlertClosed(), subject=command.caller.id)


def kinds(work: Workplace) -> list[str]:
    return [row.kind for row in work.rows(select(events.c.kind).order_by(events.c.seq))]


async def test_events_appended_by_the_verb_are_committed(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    seq = await carry_out(work.runtime, work.somebody("grid"), 1, append_close)
    (row,) = work.rows(select(events).where(events.c.seq == seq))
    assert (row.alert, row.kind, row.subject) == (1, "alert.closed", "grid")


async def test_alert_outside_the_callers_division_is_not_found(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    with pytest.raises(NotFoundError, match="no alert 1 within your divisions"):
        await carry_out(work.runtime, work.somebody("next-grid"), 1, append_close)


async def test_within_reach_of_widens_the_callers_division(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    neighbour = work.somebody("next-grid")
    assert await carry_out(work.runtime, neighbour, 1, append_close, within_reach_of=Act.CHECK_IN)


async def test_on_whole_area_requires_a_role_that_may_act(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    grid = work.somebody("grid")
    with pytest.raises(ForbiddenError, match="grid_officer does not close an alert"):
        await carry_out(work.runtime, grid, 1, append_close, on_whole_area=Act.CLOSE)
    commander = work.somebody("commander")
    assert await carry_out(work.runtime, commander, 1, append_close, on_whole_area=Act.CLOSE)


async def test_refused_verb_writes_nothing(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    before = kinds(work)

    def refused(command: Command) -> None:
        append_close(command)
        raise ConflictError("not now")

    with pytest.raises(ConflictError, match="not now"):
        await carry_out(work.runtime, work.somebody("grid"), 1, refused)
    assert kinds(work) == before
