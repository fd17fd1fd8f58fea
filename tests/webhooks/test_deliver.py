"""Events are posted to webhooks at least once and in order, whatever the receiver does."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from alerting.clock_file import FixedPace
from alerting.ledger.events.alerts import AlertClosed
from alerting.ledger.events.officers import TasksTold
from alerting.policy.webhooks import Webhook, key_of
from alerting.runtime import Clock
from alerting.webhooks.deliver import WebhookSender
from alerting.webhooks.store import state_of
from alerting.webhooks.tables import dead_letters, webhook_positions
from tests.support.city import NOW, QIANFO
from tests.support.patience import PATIENCE_SECONDS
from tests.support.receiver import SECRET, Receiver, receiving
from tests.support.running import Workplace, workplace

HOUR = timedelta(hours=1)
WANTED = ("alert.closed", "tasks.told")


class SetClock(Clock):
    """A clock that moves only when the test sets it."""

    def __init__(self) -> None:
        super().__init__(FixedPace(0, NOW))
        self.at = NOW

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
async def work(database_url: str, clock: SetClock) -> AsyncIterator[Workplace]:
    async with workplace(database_url, clock) as place:
        yield place


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as receiver:
        yield receiver


@contextlib.asynccontextmanager
async def telling(
    work: Workplace, *webhooks: Webhook, seconds: float = PATIENCE_SECONDS
) -> AsyncIterator[None]:
    """Run the loop that posts to these webhooks, as a process of the service does."""
    sender = WebhookSender(work.runtime, webhooks, {"key": key_of(SECRET)}, seconds)
    running = asyncio.create_task(sender.run())
    try:
        await until(work, lambda: all(state(work, each.name) for each in webhooks))
        yield
    finally:
        running.cancel()
        await asyncio.wait({running})
    assert running.cancelled()


async def until(work: Workplace, holds: Callable[[], Any]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not holds():  # noqa: ASYNC110 - no event tells of rows
            await asyncio.sleep(0.02)


def state(work: Workplace, name: str = "office") -> Any:
    return work.runtime.database.look(lambda db: state_of(db, name))


def webhook(receiver: Receiver, **more: Any) -> Webhook:
    given = {"name": "office", "url": receiver.url, "secret": "key", "kinds": WANTED}
    return Webhook.model_validate(given | more)


async def closed(work: Workplace, alert: int, times: int = 1) -> list[int]:
    """Append `times` closing events to an alert's log; return their sequence numbers."""
    return [
        await work.runtime.ledger.write(
            lambda tx: tx.append(
                alert, AlertClosed(), work.runtime.clock.now(), division=QIANFO, subject="chief"
            )
        )
        for _ in range(times)
    ]


async def raised(work: Workplace) -> int:
    return (await work.raised("grid", QIANFO)).alert.id


async def test_events_arrive_signed_and_in_order(work: Workplace, receiver: Receiver) -> None:
    async with telling(work, webhook(receiver)):
        first, second = await raised(work), await raised(work)
        places = await closed(work, first, 5)
        await closed(work, second, 5)
        await receiver.until(messages=10)
    of_first = [each for each in receiver.messages if each["data"]["alert"] == first]
    assert [each["data"]["seq"] for each in of_first] == places
    assert of_first[0]["id"] == f"alert_{first}_{places[0]}"
    assert {each["type"] for each in receiver.messages} == {"alert.closed"}
    assert of_first[0]["timestamp"] == NOW.isoformat()


async def test_personal_data_needs_a_grant(work: Workplace, receiver: Receiver) -> None:
    plain, granted = webhook(receiver), webhook(receiver, name="granted", personal=True)
    async with telling(work, plain, granted):
        await closed(work, await raised(work))
        await receiver.until(messages=2)
    assert sorted(each["data"]["subject"] for each in receiver.messages) == ["", "chief"]


async def test_new_webhook_gets_no_earlier_events(work: Workplace, receiver: Receiver) -> None:
    alert = await raised(work)
    await closed(work, alert, 3)
    async with telling(work, webhook(receiver)):
        (place,) = await closed(work, alert)
        await receiver.until(messages=1)
    assert receiver.seqs == [place]


async def test_nothing_is_lost_while_the_receiver_is_down_for_an_hour(
    work: Workplace, receiver: Receiver, clock: SetClock
) -> None:
    receiver.status = 503
    async with telling(work, webhook(receiver)):
        alert = await raised(work)
        places = await closed(work, alert, 3)
        for tries in range(1, 12):
            await receiver.until(tries=tries)
            await until(work, lambda tries=tries: state(work).failures == tries)
            known = state(work)
            assert (known.problem, known.failing_since) == ("answered 503", NOW)
            clock.at = known.next_try_at
        assert clock.at - NOW > HOUR
        receiver.status = 200
        await receiver.until(messages=3)
        await until(work, lambda: state(work).failures == 0)
        known = state(work)
    assert receiver.seqs == places
    assert (known.problem, known.failing_since, known.delivered_at) == ("", None, clock.at)


async def test_timed_out_event_is_posted_again_and_others_are_not_delayed(
    work: Workplace, receiver: Receiver, clock: SetClock
) -> None:
    async with receiving() as other:
        receiver.held = asyncio.Event()
        hooks = webhook(receiver), webhook(other, name="other")
        async with telling(work, *hooks, seconds=0.2):
            places = await closed(work, await raised(work), 2)
            await other.until(messages=2)
            await until(work, lambda: state(work).failures == 1)
            assert other.seqs == places
            receiver.held.set()
            clock.at = state(work).next_try_at
            await receiver.until(messages=3)
    # The first event is posted twice, because the sender cannot know that it was accepted.
    assert receiver.seqs == [places[0], *places]
    assert len({each["id"] for each in receiver.messages}) == 2


@pytest.mark.parametrize("status", [302, 400, 404, 410, 500])
async def test_error_status_is_a_failure(work: Workplace, receiver: Receiver, status: int) -> None:
    receiver.status = status
    async with telling(work, webhook(receiver)):
        await closed(work, await raised(work))
        await until(work, lambda: state(work).failures == 1)
    assert state(work).problem == f"answered {status}"
    assert state(work).next_try_at == NOW + timedelta(seconds=5)


async def test_event_is_given_up_after_three_days(
    work: Workplace, receiver: Receiver, clock: SetClock
) -> None:
    receiver.status = 400
    async with telling(work, webhook(receiver)):
        alert = await raised(work)
        old = await closed(work, alert, 2)
        await until(work, lambda: state(work).failures == 1)
        clock.at += timedelta(days=3, seconds=1)
        (new,) = await closed(work, alert)
        await until(work, lambda: len(work.rows(select(dead_letters))) == 2)
        await until(work, lambda: state(work).next_try_at > clock.at)
        receiver.status = 200
        clock.at = state(work).next_try_at
        await receiver.until(messages=1)
    assert receiver.seqs == [new]
    letters = work.rows(select(dead_letters).order_by(dead_letters.c.seq))
    assert [(each.alert, each.seq, each.problem) for each in letters] == [
        (alert, seq, "answered 400") for seq in old
    ]


async def test_restart_continues_after_the_last_posted_event(
    work: Workplace, receiver: Receiver
) -> None:
    async with telling(work, webhook(receiver)):
        alert = await raised(work)
        first = await closed(work, alert)
        await receiver.until(messages=1)
        at = select(webhook_positions.c.seq).where(webhook_positions.c.alert == alert)
        await until(work, lambda: work.rows(at) and work.rows(at)[0].seq == first[0])
    second = await closed(work, alert)
    async with telling(work, webhook(receiver)):
        await receiver.until(messages=2)
    assert receiver.seqs == first + second


async def test_two_processes_post_an_event_once(work: Workplace, receiver: Receiver) -> None:
    async with telling(work, webhook(receiver)), telling(work, webhook(receiver)):
        places = await closed(work, await raised(work), 10)
        await receiver.until(messages=10)
    assert receiver.seqs == places


async def test_unknown_kind_waits_for_a_newer_process(work: Workplace, receiver: Receiver) -> None:
    class Newer(TasksTold):
        kind = "alert.of_tomorrow"  # type: ignore[assignment, misc]

    async with telling(work, webhook(receiver)):
        alert = await raised(work)
        (known,) = await closed(work, alert)
        await work.runtime.ledger.write(lambda tx: tx.append(alert, Newer(doors=1), NOW))
        await closed(work, alert)
        other = await raised(work)
        await closed(work, other)
        await receiver.until(messages=2)
    assert [each["data"]["alert"] for each in receiver.messages] == [alert, other]
    assert receiver.messages[0]["data"]["seq"] == known
