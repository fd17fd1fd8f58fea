"""The whole application: start, kill, restart, and orderly stop."""

import asyncio
import signal
from collections import Counter

import pytest
from sqlalchemy import select

from alerting.app import _running, create_app
from alerting.deliveries.tables import deliveries
from alerting.errors import LedgerClosedError
from alerting.ledger.tables import events
from alerting.policy.sections import Channel
from alerting.stopping import UncleanStopError
from tests.support.city import QIANFO, household_phone
from tests.support.gateway import Gateway
from tests.support.running import request_for, running_service, settings_for
from tests.support.signing_in import link_for

SMS = select(deliveries.c.state).where(deliveries.c.channel == Channel.SMS).distinct()


async def test_queued_texts_are_sent_after_a_restart(database_url: str, gateway: Gateway) -> None:
    gateway.set_faults({"kind": "http_429"})
    async with running_service(database_url, gateway) as service:
        await service.raised("informant", QIANFO)
        sender = service.sender
    assert gateway.taken(sender) == []
    gateway.set_faults()
    async with running_service(database_url, gateway) as service:
        await service.until(SMS, lambda rows: rows == [("delivered",)])
        told = Counter(text["to"] for text in gateway.taken(service.sender))
    assert told[household_phone(QIANFO, 1)] == 1
    assert set(told.values()) == {1}


async def test_stopped_application_refuses_writes(database_url: str, gateway: Gateway) -> None:
    async with running_service(database_url, gateway) as service:
        ledger = service.runtime.ledger
    with pytest.raises(LedgerClosedError):
        await ledger.write(lambda _tx: None)
    assert not [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]


async def test_drill_clock_continues_after_a_restart(database_url: str, gateway: Gateway) -> None:
    settings = settings_for(database_url, "http://127.0.0.1:9", gateway)
    times = []
    for _ in range(2):
        async with running_service(database_url, gateway, clock=settings.clock) as service:
            times.append(service.runtime.clock.now())
    assert times[0] < times[1]


async def test_two_applications_share_no_state(gateway: Gateway) -> None:
    settings = settings_for("sqlite://", "http://127.0.0.1:9", gateway)
    assert create_app(settings).state is not create_app(settings).state


SENDING = {"Dispatcher.run", "LinkSender.run", "Escalator.run", "Inbox._look"}


def at_work() -> set[str]:
    """Return the names of the running loops that send."""
    coroutines = [task.get_coro() for task in asyncio.all_tasks()]
    return SENDING & {getattr(coroutine, "__qualname__", "") for coroutine in coroutines}


async def test_read_only_copy_neither_sends_nor_records(
    database_url: str, gateway: Gateway
) -> None:
    async with running_service(database_url, gateway, loops="all"):
        assert at_work() == SENDING
    async with running_service(database_url, gateway, loops="api") as service:
        alert = (await service.raised("commander", QIANFO))["id"]
        link = (await link_for(service, "commander")).removeprefix(service.url)
    nothing = dict.fromkeys(("twilio_account_sid", "twilio_auth_token", "twilio_from"))
    async with running_service(database_url, gateway, loops="read-only", **nothing) as copy:
        owed = copy.rows(select(deliveries).order_by(deliveries.c.id))
        log = copy.rows(select(events).order_by(events.c.seq))
        await asyncio.sleep(0)
        assert at_work() == set()
        assert (await copy.get(f"/api/alerts/{alert}", "commander"))[0] == 200
        answer = await copy.session.post(copy.url + link, allow_redirects=False)
        assert answer.status == 303
        assert answer.cookies
        for path, body in [
            ("/api/alerts", request_for(QIANFO)),
            (f"/api/alerts/{alert}/cancel", {"reason": "raised in error"}),
            ("/api/sign-in", {"officer": "commander"}),
        ]:
            status, told = await copy.post(path, "commander", body)
            assert (status, told["detail"].partition(":")[0]) == (503, "Nothing was recorded")
            assert "copy" in told["detail"]
        assert (await copy.get("/readyz"))[0] == 503
        assert (await copy.get("/healthz"))[0] == 200
        assert copy.rows(select(deliveries).order_by(deliveries.c.id)) == owed
        assert copy.rows(select(events).order_by(events.c.seq)) == log


class Failing:
    """A loop that fails at once."""

    async def run(self) -> None:
        raise RuntimeError


async def test_failed_loops_raise_one_stop_signal_and_an_error() -> None:
    heard: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _frame: heard.append(number))
    try:
        with pytest.raises(UncleanStopError, match="Failing failed"):
            async with _running([Failing(), Failing()]):
                await asyncio.sleep(0.01)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert heard == [signal.SIGTERM]
