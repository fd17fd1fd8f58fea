"""The service of one process: everything put together, started and stopped."""

import asyncio
import pkgutil
import signal
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import structlog
from fastapi import FastAPI
from twilio.request_validator import RequestValidator

from alerting.access.revocation import Guard
from alerting.api import refusals
from alerting.api.routes import ROUTES
from alerting.board.curve import Curves
from alerting.config import Loops, Settings
from alerting.database.engine import Database
from alerting.deliveries.dispatcher import Dispatcher
from alerting.dispatchers import senders
from alerting.escalation.loop import Escalator
from alerting.feed.admission import Entrance
from alerting.feed.bus import Bus, LocalBus
from alerting.feed.hub import Hub
from alerting.feed.websocket_channel import Inbox
from alerting.ledger.writer import Ledger
from alerting.runtime import Clock, Runtime, wall_clock

log = structlog.get_logger()


def create_app(settings: Settings) -> FastAPI:
    """Return the application; it opens and closes what it needs as it starts and stops."""
    # No interactive pages: they would need no caller and load their scripts from elsewhere.
    app = FastAPI(
        title="Evacuation alerting", lifespan=_lifespan, openapi_url=None, routes=[*ROUTES]
    )
    app.state.settings = settings
    app.state.public_url = settings.public_url
    app.state.validator = settings.twilio and RequestValidator(settings.twilio.token)
    refusals.install(app)
    app.add_middleware(Entrance)
    return app


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
        clock = Clock(settings.clock_speed, settings.clock_anchor or wall_clock())
        runtime = Runtime(database, ledger, clock, settings.policy)
        app.state.runtime = runtime
        app.state.curves = Curves()
        app.state.hub = Hub(database, bus)
        stack.callback(app.state.hub.close)
        app.state.inbox = Inbox(database, ledger, clock, bus)
        # To hand an alert over to an officer's page is to send it.
        if read_only:
            app.state.inbox.close()
        else:
            stack.callback(app.state.inbox.close)
        app.state.guard = Guard(database, ledger)
        _start(app.state.guard.run(), stack)
        if settings.loops.runs(Loops.DELIVER):
            sending = await senders(settings, runtime, stack)
            for dispatcher in sending.dispatchers:
                stack.callback(bus.subscribe("deliveries", _waker(dispatcher)))
                _start(dispatcher.run(), stack)
            for link_sender in sending.link_senders:
                _start(link_sender.run(), stack)
        if settings.loops.runs(Loops.ESCALATE):
            _start(Escalator(runtime).run(), stack)
        yield


def _start(loop: Coroutine[None, None, None], stack: AsyncExitStack) -> None:
    """Let a loop run until the service stops."""
    running = asyncio.create_task(loop)
    running.add_done_callback(_die_with)
    stack.push_async_callback(_stop, running)


async def _bus(settings: Settings, stack: AsyncExitStack) -> Bus:
    if settings.nats_url is None:
        return LocalBus()
    # Its driver comes with the extra 'scale', which one process on SQLite has no need of.
    nats_bus = pkgutil.resolve_name("alerting.feed.nats_bus:NatsBus")
    hints = nats_bus(settings.nats_url, settings.nats_division or "")
    bus: Bus = await stack.enter_async_context(hints)
    return bus


def _waker(dispatcher: Dispatcher) -> Callable[[str], None]:
    return lambda _division: dispatcher.wake()


def _die_with(task: asyncio.Task[None]) -> None:
    """Stop the process when a loop ends by itself: one that sends nothing must not seem alive."""
    if not task.cancelled() and (failure := task.exception()):
        log.critical("a loop ended; the process stops", exc_info=failure)
        signal.raise_signal(signal.SIGTERM)


async def _stop(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
