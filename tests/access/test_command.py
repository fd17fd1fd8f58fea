"""An officer's command: on a locked alert that the caller may see, in one transaction."""

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


async def test_verb_runs_on_the_alert_and_what_it_appends_is_committed(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    seq = await carry_out(work.runtime, work.somebody("grid"), 1, append_close)
    (row,) = work.rows(select(events).where(events.c.seq == seq))
    assert (row.alert, row.kind, row.subject) == (1, "alert.closed", "grid")


async def test_alert_elsewhere_does_not_exist_for_the_caller(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    with pytest.raises(NotFoundError, match="no alert 1 within your divisions"):
        await carry_out(work.runtime, work.somebody("next-grid"), 1, append_close)


async def test_reach_of_an_act_widens_what_the_caller_sees(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    neighbour = work.somebody("next-grid")
    assert await carry_out(work.runtime, neighbour, 1, append_close, within_reach_of=Act.CHECK_IN)


async def test_act_on_the_whole_area_needs_the_role(work: Workplace) -> None:
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
