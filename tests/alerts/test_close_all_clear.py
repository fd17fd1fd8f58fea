"""The all-clear needs a closed alert and goes to everybody who was told to leave."""

import pytest
from sqlalchemy import select, update

from alerting.alerts.close import Cleared, give_all_clear
from alerting.cap.lifecycle import AlertState, IllegalTransitionError
from alerting.deliveries.tables import deliveries, texts
from alerting.errors import ForbiddenError, NotFoundError
from alerting.ledger.alerts import events_after
from alerting.ledger.tables import alerts
from alerting.messages.text import TextKind
from alerting.roll_calls.tables import roll_calls
from tests.support.city import QIANFO
from tests.support.closed_alert import CALLED_AT, CLOSED_AT, ENDS_AT, at_zero
from tests.support.running import Workplace
from tests.support.stepwise_sending import answered, claimed, on_socket, texts_of


async def closed(work: Workplace, sent: int = 100) -> int:
    alert = (await work.raised("informant", QIANFO)).alert.id
    await answered(work, await claimed(work, sent))
    work.change(update(alerts).values(state=AlertState.CLOSED))
    return alert


async def cleared(work: Workplace, alert: int, officer: str = "commander") -> Cleared:
    return await give_all_clear(work.runtime, work.somebody(officer), alert)


async def test_all_recipients_of_the_alert_get_the_all_clear(work: Workplace) -> None:
    alert = await closed(work)
    await on_socket(work, "commander")
    told = set(texts_of(work, TextKind.ALERT)) | set(texts_of(work, TextKind.CALL, "accepted"))
    answer = await cleared(work, alert)
    assert answer.alert.state is AlertState.ALL_CLEAR
    assert (answer.owed.recipients, answer.owed.texts) == (14, 14)
    owed = texts_of(work, TextKind.ALL_CLEAR)
    assert set(owed) == told | {("commander", "")}
    assert len(owed) == len(set(owed))
    sent = await claimed(work)
    assert len(sent) == 14
    assert all("可以回家" in c.body or "YOU MAY GO HOME" in c.body for c in sent)
    event = work.runtime.database.look(lambda db: events_after(db, alert, 0, 100))[-1]
    assert (event.kind, event.subject) == ("alert.all_clear", "commander")


async def test_recipients_without_the_alert_get_no_all_clear(work: Workplace) -> None:
    alert = await closed(work, sent=9)
    assert (await cleared(work, alert)).owed.texts == 9
    waiting = select(texts.c.kind).join(deliveries, deliveries.c.text == texts.c.id)
    kinds = work.rows(waiting.where(deliveries.c.state == "queued").distinct())
    assert kinds == [(TextKind.ALL_CLEAR,)]


@pytest.mark.parametrize("running", [True, False])
async def test_all_clear_ends_the_roll_calls(work: Workplace, running: bool) -> None:
    zero = await at_zero(work)
    await zero.close(CLOSED_AT)
    if running:
        await zero.tick(CALLED_AT)
    await give_all_clear(zero.runtime(ENDS_AT), work.somebody("commander"), zero.alert)
    assert zero.row.next_roll_call_at is None
    assert work.rows(select(roll_calls.c.ended_at)) == [(ENDS_AT,)] * running
    assert await zero.tick(ENDS_AT) == 0
    assert zero.row.state == AlertState.ALL_CLEAR


@pytest.mark.parametrize("state", [s for s in AlertState if s is not AlertState.CLOSED])
async def test_all_clear_needs_a_closed_alert(work: Workplace, state: AlertState) -> None:
    alert = await closed(work)
    work.change(update(alerts).values(state=state))
    with pytest.raises(IllegalTransitionError):
        await cleared(work, alert)
    assert not texts_of(work, TextKind.ALL_CLEAR)


@pytest.mark.parametrize(
    ("officer", "refusal"),
    [
        ("informant", ForbiddenError),
        ("grid", ForbiddenError),
        ("administrator", ForbiddenError),
        ("far-commander", NotFoundError),
    ],
)
async def test_all_clear_needs_a_commander_or_duty_officer(
    work: Workplace, officer: str, refusal: type[Exception]
) -> None:
    alert = await closed(work)
    with pytest.raises(refusal):
        await cleared(work, alert, officer)
    assert not texts_of(work, TextKind.ALL_CLEAR)
