"""Tests of requests and texts during an outage of the database, and of the recovery."""

import asyncio
import contextlib
import inspect
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp
import pytest
from sqlalchemy import func, make_url, select

from alerting.database.engine import Database
from alerting.deliveries.claims import IN_DOUBT
from alerting.deliveries.rules.delivery import DeliveryState, OutcomeKind
from alerting.deliveries.tables import attempts, deliveries, texts
from alerting.doors.tables import tasks
from alerting.drill.service.hosting import free_port
from alerting.ledger.writer import Ledger
from alerting.migrations.upgrade import migrate
from alerting.policy.sections import Channel
from alerting.runtime import Clock, Runtime
from tests.cli.test_serve import until_ready
from tests.faults.service_process import end, start_service
from tests.faults.storage_troubles import (
    Place,
    files_that_cannot_be_written,
    full_disk,
    locked_by_another,
    own_disk,
    read_only_server,
    tell,
)
from tests.support.city import NEXT_VILLAGE, POLICY, QIANFO, household_code, household_phone
from tests.support.clocks import clock_file
from tests.support.gateway import Gateway
from tests.support.nursery import Forked
from tests.support.patience import PATIENCE_SECONDS
from tests.support.running import Running, _found, message_id, request_for

SPEED: Final = 100.0
"""Households get their second text after 2 s, and door tasks open after 5 s, in real time."""
_LADDER_SECONDS: Final = 2.5
_POLICY: Final = "[sending]\nanswer_within = 1.5\nlease = 2\n"

_TEXTS: Final = deliveries.c.channel == Channel.SMS
_UNSETTLED: Final = deliveries.c.state.in_((DeliveryState.QUEUED, *IN_DOUBT))

Lasting = Callable[[Place, int], AbstractContextManager[None]]
Answers = dict[str, tuple[int, Any]]


@dataclass(frozen=True)
class Trouble:
    """A cause of an outage and the database's error text during it."""

    backend: str
    lasting: Lasting
    reason: str


TROUBLES: Final = {
    "full-disk": Trouble("sqlite", full_disk, "database or disk is full"),
    "failed-disk": Trouble("sqlite", files_that_cannot_be_written, "disk I/O error"),
    "locked": Trouble("sqlite", locked_by_another, "database is locked"),
    "read-only": Trouble("postgresql", read_only_server, "read-only"),
}


@dataclass
class Seen:
    """The answers and texts during the outage, and the state after it."""

    trouble: Trouble
    asked: Answers = field(default_factory=dict)
    looked: Answers = field(default_factory=dict)
    retry_after: str | None = None
    in_flight: int = 0
    """The number of texts that the provider had not yet answered when the outage began."""
    sent_uncommitted: set[str] = field(default_factory=set)
    """Tokens of texts sent during the outage whose attempts were not in the ledger."""
    asked_again: Answers = field(default_factory=dict)
    same_process: bool = False
    sent: Counter[tuple[str, str]] = field(default_factory=Counter)
    accepted: Counter[tuple[str, str]] = field(default_factory=Counter)
    doubted: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Attempts that got no answer in time, by number and text."""
    reached_later: set[str] = field(default_factory=set)
    doors: int = 0


_SHORT: Final = frozenset({"full-disk", "read-only"})
_KINDS: Final = [
    pytest.param(trouble, id=name, marks=() if name in _SHORT else pytest.mark.long)
    for name, trouble in TROUBLES.items()
]
"""The kinds of outages. Each starts a service, so the default run uses only two."""


@pytest.fixture(scope="module", params=_KINDS)
def seen(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, gateway: Gateway
) -> Iterator[Seen]:
    trouble: Trouble = request.param
    folder = tmp_path_factory.mktemp("place")
    with contextlib.ExitStack() as stack:
        if trouble.backend == "sqlite":
            stack.enter_context(own_disk(folder))
            url = f"sqlite:///{folder}/alerting.db"
        else:
            server: str = request.getfixturevalue("postgres_server")
            away = f"{make_url(server).database}_away"
            tell(server, f"DROP DATABASE IF EXISTS {away}", f"CREATE DATABASE {away}")
            url = make_url(server).set(database=away).render_as_string(hide_password=False)
        migrate(url)
        seen = Seen(trouble)
        asyncio.run(_play(seen, Place(url, folder), gateway))
        yield seen


async def _play(seen: Seen, place: Place, gateway: Gateway) -> None:
    async with _serving(place, gateway) as (service, process):
        try:
            # Keep texts in flight: the outage begins before their answers and callbacks.
            gateway.set_faults({"kind": "delay", "seconds": 1.5}, {"kind": "lost_callback"})
            await service.raised("informant", QIANFO)
            owed = service.rows(select(func.count()).where(_TEXTS))[0][0]
            await _until(lambda: len(gateway.taken(service.sender)) >= owed)
            token = service.rows(select(attempts.c.token))[0].token
            with seen.trouble.lasting(place, process.pid):
                await _while_it_lasts(seen, service, token)
        finally:
            gateway.set_faults()
        await _until(lambda: _is_ready(service))
        seen.asked_again = await _ask(service, token)
        seen.doors = len(await service.until(select(tasks), bool))
        await service.until(select(deliveries).where(_TEXTS, _UNSETTLED), lambda r: not r)
        seen.same_process = process.poll() is None
        # Stop the service first, so that it sends no text between the two counts.
        await asyncio.to_thread(end, process)
        _count(seen, service)


async def _while_it_lasts(seen: Seen, service: Running, token: str) -> None:
    in_doubt = select(func.count()).where(deliveries.c.state.in_(IN_DOUBT))
    seen.in_flight = service.rows(in_doubt)[0][0]
    seen.asked, seen.looked, seen.retry_after = await asyncio.gather(
        _ask(service, token), _look(service), _retry_after(service)
    )
    # During this time the next escalation step becomes due.
    await asyncio.sleep(_LADDER_SECONDS)
    committed = {row.token for row in service.rows(select(attempts.c.token))}
    seen.sent_uncommitted = _tokens_sent(service) - committed


async def _look(service: Running) -> Answers:
    """Return the answers to all reads that an evacuation needs, by path."""
    return {"/healthz": await service.get("/healthz")} | {
        path: await service.get(path, "commander")
        for path in (
            "/api/alerts/1",
            "/api/alerts/1/tally",
            "/api/alerts/1/households",
            f"/api/alerts/1/households/{household_code(QIANFO, 1)}",
        )
    }


async def _retry_after(service: Running) -> str | None:
    async with service.session.get(f"{service.url}/readyz") as answer:
        return answer.headers.get("Retry-After")


async def _ask(service: Running, token: str) -> Answers:
    """Send all writes of an evacuation concurrently, and return their answers by name.

    All writes are idempotent, so that they can be sent again.
    """
    finding = {"household": household_code(QIANFO, 3), "report": "evacuated", "key": "a-finding"}
    text = {"MessageSid": f"SM{7:032x}", "From": household_phone(QIANFO, 4), "Body": "2"}
    status = {"MessageSid": message_id(), "MessageStatus": "sent"}
    event = request_for(NEXT_VILLAGE) | {"event": "滑坡"}
    questions = {
        "alert": service.post("/api/alerts", "next-grid", event, **{"Idempotency-Key": "an-alert"}),
        "evidence": service.post("/api/alerts/1/evidence", "grid", finding),
        "text": service.form("/twilio/sms", text),
        "status": service.form(f"/twilio/status?attempt={token}", status),
        "ready": service.get("/readyz"),
    }
    return dict(zip(questions, await asyncio.gather(*questions.values()), strict=True))


def _count(seen: Seen, service: Running) -> None:
    # The ledger stores a reminder without the household's own link at its end.
    seen.sent = Counter(
        (text["to"], text["body"].partition(" http")[0])
        for text in service.gateway.taken(service.sender)
    )
    accepted = service.rows(
        select(deliveries.c.number, texts.c.body, deliveries.c.recipient, deliveries.c.alert)
        .join(texts, texts.c.id == deliveries.c.text)
        .where(_TEXTS, deliveries.c.accepted_at.is_not(None))
    )
    seen.accepted = Counter((row.number, row.body) for row in accepted)
    doubted = service.rows(
        select(deliveries.c.number, texts.c.body)
        .join(texts, texts.c.id == deliveries.c.text)
        .join(attempts, attempts.c.delivery == deliveries.c.id)
        .where(attempts.c.outcome == OutcomeKind.UNKNOWN)
    )
    seen.doubted = Counter((row.number, row.body) for row in doubted)
    seen.reached_later = {row.recipient for row in accepted if row.alert == 2}


def _tokens_sent(service: Running) -> set[str]:
    return {
        text["status_callback"].rpartition("attempt=")[2]
        for text in service.gateway.taken(service.sender)
    }


async def _is_ready(service: Running) -> bool:
    return (await service.get("/readyz"))[0] == 200


async def _until(holds: Callable[[], Any]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            held = holds()
            if await held if inspect.isawaitable(held) else held:
                return
            await asyncio.sleep(0.02)


@contextlib.asynccontextmanager
async def _serving(place: Place, gateway: Gateway) -> AsyncIterator[tuple[Running, Forked]]:
    """Yield the service in a process of its own, with its log on the database's disk."""
    tokens = _found(place.url)
    port, sender = free_port(), gateway.sender()
    url = f"http://127.0.0.1:{port}"
    process = start_service(
        place.folder,
        port,
        _POLICY,
        DATABASE_URL=place.url,
        TWILIO_FROM=sender,
        TWILIO_BASE_URL=gateway.url,
        CLOCK=str(clock_file(SPEED)),
    )
    database = Database(place.url)
    ledger = Ledger(database, lambda _topic: None, POLICY)
    try:
        async with aiohttp.ClientSession() as session:
            runtime = Runtime(database, ledger, Clock())
            await until_ready(port)
            yield Running(url, sender, tokens, gateway, runtime, session), process
    finally:
        await asyncio.to_thread(end, process)
        await ledger.close()
        database.close()


def test_writes_are_refused_without_the_databases_error_text(seen: Seen) -> None:
    assert {name: status for name, (status, _) in seen.asked.items()} == dict.fromkeys(
        seen.asked, 503
    )
    for _, body in seen.asked.values():
        assert seen.trouble.reason not in str(body)
        assert "Nothing was recorded" in str(body)
    assert seen.retry_after == "2"


def test_alert_and_households_stay_readable(seen: Seen) -> None:
    assert {path: status for path, (status, _) in seen.looked.items()} == dict.fromkeys(
        seen.looked, 200
    )
    assert len(seen.looked["/api/alerts/1/households"][1]["households"]) == 10


def test_no_text_is_sent_before_its_attempt_is_committed(seen: Seen) -> None:
    assert seen.sent_uncommitted == set()


def test_service_recovers_by_itself(seen: Seen) -> None:
    assert seen.same_process
    assert {name: status for name, (status, _) in seen.asked_again.items()} == {
        "alert": 201,
        "evidence": 200,
        "text": 200,
        "status": 204,
        "ready": 200,
    }
    assert seen.asked_again["evidence"][1]["standing"] == "evacuated"


def test_loops_continue_after_recovery(seen: Seen) -> None:
    assert seen.doors
    assert {household_code(NEXT_VILLAGE, number) for number in range(1, 10)} <= seen.reached_later


def test_accepted_texts_are_sent_and_repeated_only_if_unanswered(seen: Seen) -> None:
    assert seen.in_flight
    assert seen.accepted - seen.sent == Counter()
    assert seen.sent - seen.accepted <= seen.doubted
