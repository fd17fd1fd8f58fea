"""Tests of processes that send texts from one ledger, with leases on the texts."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import aiohttp
import pytest
from sqlalchemy import (
    Engine,
    Table,
    func,
    select,
    update,
)

from alerting.database.bulk import ROWS, insert_rows
from alerting.deliveries.rules.delivery import DeliveryState
from alerting.deliveries.rules.forecast import Priority, Recipient
from alerting.deliveries.tables import attempts, deliveries
from alerting.deliveries.texts import insert_text
from alerting.doors.tables import tasks
from alerting.drill.service.hosting import free_port
from alerting.ledger.tables import events
from alerting.messages.text import TextKind
from alerting.policy.sections import Channel
from alerting.runtime import wall_clock
from contacts.sign_in.credentials import issue_token
from tests.cli.test_serve import until_ready
from tests.faults.provider import Provider, running_provider
from tests.faults.service_process import end, start_service
from tests.support.alert_rows import stored_alert
from tests.support.city import QIANFO, found_city
from tests.support.nursery import Forked
from tests.support.patience import PATIENCE_SECONDS

_SENDER: Final = "+8610007009999"
_AT_ONCE: Final = 4
_CLAIMED: Final = 2 * _AT_ONCE
"""The number of texts that a process claims: one batch in flight and the next batch."""

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@dataclass
class Desks:
    """Processes that send texts from one database through one provider."""

    engine: Engine
    url: str
    folder: Path
    provider: Provider
    session: aiohttp.ClientSession
    token: str
    running: dict[int, Forked]

    async def start(self, policy: str, processes: int = 1) -> list[int]:
        """Start processes that send texts, and return their ports when they are ready."""
        ports = [free_port() for _ in range(processes)]
        for port in ports:
            self.running[port] = start_service(
                self.folder,
                port,
                policy,
                DATABASE_URL=self.url,
                TWILIO_FROM=_SENDER,
                TWILIO_BASE_URL=self.provider.url,
                LOOPS="deliver",
            )
        await asyncio.gather(*(until_ready(port) for port in ports))
        return ports

    def rows(self, table: Table, *conditions: Any) -> list[Any]:
        """Return the rows of a table that meet the conditions, ordered by primary key."""
        order = table.primary_key.columns
        with self.engine.begin() as connection:
            return list(connection.execute(select(table).where(*conditions).order_by(*order)))

    async def until(self, holds: Callable[[], bool]) -> None:
        """Poll until `holds` returns true."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await asyncio.to_thread(holds):  # noqa: ASYNC110 - no event tells
                await asyncio.sleep(0.05)

    def count(self, *conditions: Any) -> int:
        """Return the number of deliveries that meet all conditions."""
        statement = select(func.count()).select_from(deliveries).where(*conditions)
        with self.engine.begin() as connection:
            return int(connection.execute(statement).scalar_one())

    async def until_concluded(self, port: int, outcome: str, many: int) -> None:
        """Wait until `many` attempts of the process on `port` have this outcome."""
        url, headers = f"http://127.0.0.1:{port}/metrics", {"Authorization": f"Bearer {self.token}"}
        counted = f'alerting_attempts_total{{outcome="{outcome}"}} {many}.0'
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                async with self.session.get(url, headers=headers) as answer:
                    if counted in (await answer.text()).splitlines():
                        return
                await asyncio.sleep(0.05)

    def end_leases(self) -> None:
        """Expire all leases on texts, as a process whose clock is ahead would see them."""
        with self.engine.begin() as connection:
            over = wall_clock() - timedelta(seconds=1)
            sending = deliveries.c.state == DeliveryState.SENDING
            connection.execute(update(deliveries).where(sending).values(lease_until=over))


@pytest.fixture
async def desks(engine: Engine, database_url: str, tmp_path: Path) -> AsyncIterator[Desks]:
    with engine.begin() as connection:
        found_city(connection)
        token = issue_token(connection, "commander", wall_clock(), timedelta(hours=1))
    async with running_provider() as provider, aiohttp.ClientSession() as session:
        desks = Desks(engine, database_url, tmp_path, provider, session, token, {})
        yield desks
        for process in desks.running.values():
            process.send_signal(signal.SIGCONT)
        provider.answers.set()
        await asyncio.to_thread(end, *desks.running.values())


def owe(engine: Engine, many: int) -> None:
    """Insert `many` waiting texts, each to a different number."""
    now = wall_clock()
    with engine.begin() as connection:
        alert = stored_alert(connection)
        text = insert_text(connection, alert, TextKind.ALERT, "zh", "立即撤离")
        owed = {
            "alert": alert,
            "text": text,
            "recipient_kind": Recipient.HOUSEHOLD.value,
            "division": QIANFO,
            "tier": "household",
            "channel": Channel.SMS.value,
            "priority": Priority.HOUSEHOLD.value,
            "state": DeliveryState.QUEUED.value,
            "due_at": now,
            "expires_at": now + timedelta(hours=1),
            "attempts": 0,
            "seq": 0,
        }
        to = [
            {"recipient": f"{QIANFO}{number:08d}", "number": f"+86100{number:08d}"}
            for number in range(1, many + 1)
        ]
        connection.execute(
            insert_rows(deliveries.c[*owed, *to[0]]), {ROWS: [owed | each for each in to]}
        )


@pytest.mark.parametrize(
    ("processes", "many"), [(3, 2_000), pytest.param(8, 20_000, marks=pytest.mark.long)]
)
async def test_concurrent_processes_send_each_text_once(
    desks: Desks, processes: int, many: int
) -> None:
    # The limits are long, because an attempt without an answer in time would be looked up.
    patience = "answer_within = 200\nlease = 300\n"
    policy = f"[sending]\nsegments_per_second = 100000\nrequests_at_once = 100\n{patience}"
    ports = await desks.start(policy, processes)
    # No request is answered before each process has sent one, so that all take part.
    desks.provider.awaited = set(ports)
    owe(desks.engine, many)
    await desks.until(lambda: desks.count(deliveries.c.state == DeliveryState.ACCEPTED) == many)
    assert len(desks.provider.taken) == many
    assert {len(texts) for texts in desks.provider.taken.values()} == {1}
    assert desks.count(deliveries.c.attempts == 1) == many
    assert {attempt.outcome for attempt in desks.rows(attempts)} == {"accepted"}
    assert {port for port, _ in desks.provider.asked} == set(ports)


@dataclass
class Overslept:
    """The ledger's rows just before and after a suspended process continues."""

    before: dict[str, list[Any]]
    after: dict[str, list[Any]]
    begun: set[str]
    """Numbers to which the process had sent a request before it was suspended."""


_WRITTEN: Final = {table.name: table for table in (deliveries, attempts, tasks, events)}
_SENDING: Final = f"[sending]\nsegments_per_second = 100000\nrequests_at_once = {_AT_ONCE}\n"
_SHORT: Final = f"{_SENDING}answer_within = 6\nlease = 8\n"
_LONG: Final = f"{_SENDING}answer_within = 200\nlease = 300\n"


async def oversleep(
    desks: Desks, policy: str, owed: int, outcome: str, *, clock_is_ahead: bool = False
) -> Overslept:
    """Suspend a process while it sends, let a second one take over, and let the first continue.

    The second process waits until the leases expire, unless its clock is ahead. The requests of the
    first process end in `outcome` when it continues.
    """
    provider = desks.provider
    provider.refuses_them = outcome == "refused"
    provider.kept_waiting = (await desks.start(policy))[0]
    sleeper, port = desks.running[provider.kept_waiting], provider.kept_waiting
    owe(desks.engine, owed)
    await desks.until(lambda: desks.count(deliveries.c.state == DeliveryState.SENDING) == owed)
    await desks.until(lambda: len(provider.asked) == _AT_ONCE)
    sleeper.send_signal(signal.SIGSTOP)
    begun = {number for _, number in provider.asked}
    if clock_is_ahead:
        desks.end_leases()
    await desks.start(policy)
    await desks.until(lambda: desks.count(deliveries.c.state == DeliveryState.ACCEPTED) == owed)
    before = {name: desks.rows(table) for name, table in _WRITTEN.items()}
    provider.answers.set()
    sleeper.send_signal(signal.SIGCONT)
    await desks.until_concluded(port, outcome, _AT_ONCE)
    # A process that is told to stop writes its outcomes before it ends.
    await asyncio.to_thread(end, desks.running.pop(port))
    after = {name: desks.rows(table) for name, table in _WRITTEN.items()}
    return Overslept(before, after, begun)


async def test_process_suspended_past_its_leases_sends_and_writes_nothing(desks: Desks) -> None:
    overslept = await oversleep(desks, _SHORT, _CLAIMED, "unknown")
    assert set(desks.provider.asked.values()) == {1}
    assert {len(texts) for texts in desks.provider.taken.values()} == {1}
    assert len(desks.provider.taken) == _CLAIMED
    # The second process finds the sent texts at the provider, and sends only the unsent texts.
    tries = {row.number: row.attempts for row in overslept.after["deliveries"]}
    assert {number for number, tried in tries.items() if tried == 1} == overslept.begun
    assert sorted(tries.values()) == [1] * _AT_ONCE + [2] * _AT_ONCE
    assert overslept.after == overslept.before


@pytest.mark.parametrize(
    ("outcome", "tries"), [("accepted", 1), pytest.param("refused", 2, marks=pytest.mark.long)]
)
async def test_late_answer_to_a_suspended_process_changes_nothing(
    desks: Desks, outcome: str, tries: int
) -> None:
    """A late refusal of a number changes nothing, as another process has already reached it."""
    overslept = await oversleep(desks, _LONG, _AT_ONCE, outcome, clock_is_ahead=True)
    assert len(desks.provider.taken) == _AT_ONCE
    assert {len(texts) for texts in desks.provider.taken.values()} == {1}
    assert {row.attempts for row in overslept.after["deliveries"]} == {tries}
    assert overslept.after == overslept.before
