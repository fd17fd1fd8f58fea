"""The application: assemble, start and stop the parts of one process."""

import asyncio
import signal
import threading
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Final, Protocol

import structlog
from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig
from twilio.request_validator import RequestValidator

from alerting.access.revocation import Guard
from alerting.api import refusals
from alerting.api.border import RequestLimits
from alerting.api.documents import Documents
from alerting.api.routes import DECLARED, ROUTES
from alerting.board.curve import Curves
from alerting.cap_inbox.poll import FeedPoller
from alerting.cap_messages.feed import PublicFeed
from alerting.channels.http.signature import key_problems
from alerting.channels.http.text_templates import template_problems
from alerting.channels.receipts import EarlyReceipts
from alerting.clock_file import ClockFile
from alerting.config import Loops, Settings, SettingsError
from alerting.database.engine import Database
from alerting.deliveries.dispatcher import Dispatcher
from alerting.deliveries.named_receipts import record_receipt_by_id
from alerting.dispatchers import senders
from alerting.escalation.loop import Escalator
from alerting.extras import SCALE, note_missing, require
from alerting.feed.tail import Hub
from alerting.feed.websocket_channel import Inbox
from alerting.feed.websocket_protocol import Entrance
from alerting.first_run.gate import FirstRunGate
from alerting.issuers.follow import IssuerFollower
from alerting.ledger.hints import DELIVERIES, Bus, LocalBus
from alerting.ledger.writer import Ledger
from alerting.prediction.read import Predictions
from alerting.readiness.check import ReadinessWatch
from alerting.replies.rules import grammar
from alerting.report.read import Reports
from alerting.runtime import Clock, Runtime
from alerting.security.writer import SecurityWriter
from alerting.stopping import CLOSE_SECONDS, SENDING_SECONDS, UncleanStopError, cancel
from alerting.typesetting.typesetter import Typesetter
from alerting.webhooks.deliver import WebhookSender
from alerting.work_groups.sender import GroupSender

log = structlog.get_logger()

try:
    # The NATS driver comes with an extra, which a single process on SQLite does not need.
    from alerting.feed.nats_bus import NatsBus
except ModuleNotFoundError as missing:
    note_missing(missing, SCALE)


def create_app(settings: Settings) -> FastAPI:
    """Return the application; it opens its resources at startup and closes them at shutdown.

    Raises:
        SettingsError: if the description of a gateway is invalid.
    """
    # FastAPI's own documentation is off, because it loads scripts from a CDN; see `api.documents`.
    app = FastAPI(
        title="Evacuation alerting",
        lifespan=_lifespan,
        openapi_url=None,
        routes=[*ROUTES],
        telemetry=_NO_TELEMETRY,
    )
    app.state.documents = Documents(ROUTES)
    app.state.settings = settings
    app.state.public_url = settings.public_url
    app.state.validator = settings.twilio and RequestValidator(settings.twilio.token)
    _check_gateways(settings)
    app.state.gateways = {each.name: each for each in settings.gateways}
    refusals.install(app)
    app.add_middleware(Entrance)
    app.add_middleware(RequestLimits, routes=DECLARED)
    return app


_NO_TELEMETRY: Final[TelemetryConfig] = {"tracing": False, "metrics": False, "logs": False}
"""The service has its own metrics; FastAPI would look for OpenTelemetry at each request."""


def _check_gateways(settings: Settings) -> None:
    """Check that the gateways' templates fit the texts, and that their keys are valid."""
    problems = [
        problem
        for each in settings.gateways
        for problem in (*template_problems(each), *key_problems(each, settings.secrets))
    ]
    if problems:
        raise SettingsError(tuple(problems))


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    async with AsyncExitStack() as stack:
        database = Database(settings.database_url)
        stack.callback(database.close)
        bus = await _bus(settings, stack)
        read_only = settings.loops is Loops.READ_ONLY
        ledger = Ledger(database, bus.publish, settings.policy, read_only=read_only)
        stack.push_async_callback(ledger.close)
        clock = Clock(ClockFile(settings.clock) if settings.clock else None)
        runtime = Runtime(database, ledger, clock)
        app.state.runtime = runtime
        security = SecurityWriter(runtime)
        stack.push_async_callback(security.close)
        app.state.early_receipts = EarlyReceipts(partial(record_receipt_by_id, runtime))
        stack.push_async_callback(app.state.early_receipts.close)
        app.state.curves = Curves()
        app.state.reports = Reports(runtime, app.state.curves)
        app.state.typesetter = Typesetter(settings.fonts)
        app.state.predictions = Predictions(runtime, app.state.curves)
        app.state.public_feed = PublicFeed(runtime, settings.public_url)
        app.state.hub = Hub(database, bus, app.state.predictions.made_anew)
        stack.callback(app.state.hub.close)
        app.state.inbox = Inbox(database, ledger, clock, bus)
        # A read-only process must not send, and the inbox sends alerts to officers' pages.
        if read_only:
            app.state.inbox.close()
        else:
            stack.callback(app.state.inbox.close)
        app.state.guard = Guard(database, ledger)
        app.state.issuers = IssuerFollower(runtime, settings.policy)
        await app.state.issuers.look()
        app.state.first_run = FirstRunGate(database, settings.public_url)
        loops: list[_Loop] = [app.state.guard, app.state.issuers, security]
        loops += await _chosen_loops(settings, runtime, bus, stack)
        await stack.enter_async_context(_running(loops))
        _prepare_grammar(stack)
        yield


def _prepare_grammar(stack: AsyncExitStack) -> None:
    """Compile the grammar of replies in a thread, which ends with `stack`."""
    stopping = threading.Event()
    preparing = asyncio.create_task(asyncio.to_thread(grammar.prepare, stopping.wait))
    stack.push_async_callback(asyncio.wait, [preparing])
    stack.callback(stopping.set)


class _Loop(Protocol):
    """A background loop."""

    async def run(self) -> None:
        """Run until cancelled."""


async def _chosen_loops(
    settings: Settings, runtime: Runtime, bus: Bus, stack: AsyncExitStack
) -> list[_Loop]:
    """Return the loops that the settings assign to this process; subscribe senders to the bus."""
    loops: list[_Loop] = []
    if settings.loops.runs(Loops.DELIVER):
        sending = await senders(settings, runtime, stack)
        woken: list[Dispatcher | GroupSender] = [*sending.dispatchers, *sending.group_senders]
        for sender in woken:
            stack.callback(bus.subscribe(DELIVERIES, _waker(sender)))
        loops += (*woken, *sending.link_senders, *sending.phone_tests, *sending.sensor_texts)
        if hooks := settings.policy.webhooks:
            loops.append(WebhookSender(runtime, hooks, settings.webhook_keys))
    if settings.loops.runs(Loops.ESCALATE):
        loops += (Escalator(runtime), ReadinessWatch(runtime))
        if settings.policy.feeds:
            loops.append(FeedPoller(runtime))
    return loops


@asynccontextmanager
async def _running(loops: Sequence[_Loop]) -> AsyncIterator[None]:
    """Run loops as tasks; on exit, cancel all of them together.

    Raises:
        UncleanStopError: if a loop failed, or does not stop.
    """
    failures: list[BaseException] = []

    def die_with(task: asyncio.Task[None]) -> None:
        """Stop the process if a loop fails; a process that cannot send must not seem alive."""
        if not task.cancelled() and (failure := task.exception()):
            log.critical("a loop ended; the process stops", exc_info=failure)
            failures.append(failure)
            if len(failures) == 1:
                # Only once, because a second signal would end the process without an orderly stop.
                signal.raise_signal(signal.SIGTERM)

    tasks = [asyncio.create_task(each.run(), name=type(each).__name__) for each in loops]
    for task in tasks:
        task.add_done_callback(die_with)
    try:
        yield
    finally:
        for task in tasks:
            task.remove_done_callback(die_with)
        left = await cancel(tasks, SENDING_SECONDS + 2 * CLOSE_SECONDS)
    _check_ended(tasks, left)


def _check_ended(tasks: Sequence[asyncio.Task[None]], left: Collection[asyncio.Task[None]]) -> None:
    if left:
        names = sorted(task.get_name() for task in left)
        log.critical("loops do not stop and are left behind", loops=names)
        raise UncleanStopError(f"{', '.join(names)} did not stop")
    for task in tasks:
        if not task.cancelled() and (failure := task.exception()):
            raise UncleanStopError(f"{task.get_name()} failed") from failure


async def _bus(settings: Settings, stack: AsyncExitStack) -> Bus:
    if settings.nats_url is None:
        return LocalBus()
    require(SCALE, "ALERTING_NATS_URL")
    hints = NatsBus(settings.nats_url, settings.nats_division or "")
    return await stack.enter_async_context(hints)


def _waker(sender: Dispatcher | GroupSender) -> Callable[[str], None]:
    return lambda _division: sender.wake()
