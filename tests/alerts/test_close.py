"""A close needs nobody unaccounted and no open help case; the refusal states every obstacle."""

import pytest
from sqlalchemy import func, select, update

from alerting.accounting.report import Finding, report
from alerting.alerts.close import close
from alerting.cap.lifecycle import AlertState, IllegalTransitionError
from alerting.errors import ConflictError, ForbiddenError, NotFoundError
from alerting.ledger.alerts import stored
from alerting.ledger.tables import alerts, events
from alerting.roll.rules.evidence import Report
from alerting.roll_calls.begin import call_roll
from tests.support.city import (
    COUNTY,
    POLICY,
    QIANFO,
    TOWN,
    headcount,
    household_code,
    household_phone,
)
from tests.support.closed_alert import CLOSED_AT, at_zero
from tests.support.incoming_texts import says
from tests.support.running import Workplace


async def found(work: Workplace, what: Report, *numbers: int) -> None:
    for number in numbers:
        finding = Finding(household_code(QIANFO, number), what, None, None, "", f"{what}-{number}")
        await report(work.runtime, work.somebody("grid"), 1, finding)


async def closed(work: Workplace, officer: str = "commander") -> AlertState:
    return await close(work.runtime, work.somebody(officer), 1)


async def test_close_states_every_obstacle(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await found(work, Report.NEEDS_HELP, 1)
    with pytest.raises(ConflictError) as refused:
        await closed(work)
    left = sum(headcount(n) for n in range(2, 11))
    assert refused.value.reasons == (f"{left} people are unaccounted", "1 calls for help are open")
    await found(work, Report.EVACUATED, *range(2, 11))
    with pytest.raises(ConflictError) as refused:
        await closed(work)
    assert refused.value.reasons == ("1 calls for help are open",)
    await found(work, Report.EVACUATED, 1)
    assert await closed(work) is AlertState.CLOSED
    alert = work.runtime.database.look(lambda db: stored(db, 1))
    assert alert.state is AlertState.CLOSED
    last = work.rows(select(events.c.kind, events.c.subject).order_by(events.c.seq.desc()).limit(1))
    assert last == [("alert.closed", "commander")]


async def test_verified_staying_does_not_block_the_close(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await found(work, Report.STAYING, *range(1, 11))
    assert await closed(work) is AlertState.CLOSED


async def test_unverified_staying_blocks_the_close(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await found(work, Report.EVACUATED, *range(2, 11))
    finding = Finding(household_code(QIANFO, 1), Report.STAYING, None, None, "", "neighbour-1")
    await report(work.runtime, work.somebody("informant"), 1, finding)
    with pytest.raises(ConflictError) as refused:
        await closed(work)
    assert refused.value.reasons == ("no officer has spoken to 1 households that stay",)


async def test_self_reported_household_at_high_risk_blocks_the_close(work: Workplace) -> None:
    """Forged replies must not close an alert while no officer has seen anybody."""
    await work.raised("informant", QIANFO)
    await found(work, Report.EVACUATED, *(n for n in range(1, 11) if n != 5))
    await says(work, "1", household_phone(QIANFO, 5))
    with pytest.raises(ConflictError, match="too few verified") as refused:
        await closed(work)
    (reason,) = refused.value.reasons
    assert reason.startswith("1 households at high risk are out or away only by their own")
    await found(work, Report.EVACUATED, 5)
    assert await closed(work) is AlertState.CLOSED


async def test_empty_roll_blocks_the_close(
    work: Workplace,
) -> None:
    await work.raised("city-duty", "511921101")
    with pytest.raises(ConflictError) as refused:
        await closed(work, "county-duty")
    assert refused.value.reasons == ("nobody is on the roll",)


async def test_second_close_is_refused(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await found(work, Report.EVACUATED, *range(1, 11))
    await closed(work)
    before = work.rows(select(func.count()).select_from(events))
    with pytest.raises(IllegalTransitionError, match="closed does not allow close"):
        await closed(work)
    assert work.rows(select(func.count()).select_from(events)) == before


async def test_expired_alert_can_be_closed(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await found(work, Report.EVACUATED, *range(1, 11))
    work.change(update(alerts).values(state=AlertState.EXPIRED))
    assert await closed(work) is AlertState.CLOSED


async def test_close_schedules_the_next_roll_call(work: Workplace) -> None:
    zero = await at_zero(work)
    assert zero.row.next_roll_call_at is None
    await zero.close(CLOSED_AT)
    assert zero.row.next_roll_call_at == CLOSED_AT + POLICY.roll_call.interval


async def test_running_roll_call_leaves_the_next_unscheduled(
    work: Workplace,
) -> None:
    zero = await at_zero(work)
    await call_roll(zero.runtime(CLOSED_AT), work.somebody("commander"), zero.alert)
    await zero.close(CLOSED_AT)
    assert zero.row.next_roll_call_at is None


@pytest.mark.parametrize("officer", ["informant", "grid", "administrator"])
async def test_roles_without_the_close_act_may_not_close(work: Workplace, officer: str) -> None:
    await work.raised("informant", QIANFO)
    with pytest.raises(ForbiddenError, match="does not close"):
        await closed(work, officer)


async def test_close_beyond_the_callers_division_is_refused(
    work: Workplace,
) -> None:
    await work.raised("county-duty", COUNTY)
    with pytest.raises(ForbiddenError, match="beyond your division"):
        await closed(work, "commander")
    with pytest.raises(NotFoundError):
        await close(work.runtime, work.somebody("commander"), 99)


async def test_alert_of_another_town_is_not_found(work: Workplace) -> None:
    await work.raised("commander", TOWN)
    with pytest.raises(NotFoundError):
        await closed(work, "far-commander")
