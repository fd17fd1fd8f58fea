"""Runs the service as deployed, or a runtime without a server, on the tests' city."""

import asyncio
import contextlib
import itertools
import secrets
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import uvicorn
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource
from sqlalchemy import Connection, Executable, insert, select, update
from starlette.applications import Starlette
from twilio.request_validator import RequestValidator

from alerting.alerts.raise_alert import Raised, raise_alert
from alerting.app import create_app
from alerting.cap.alert import AlertRequest
from alerting.clock_file import FixedPace
from alerting.config import Settings
from alerting.connections import MOST_CLIENT_MESSAGE, BoundedProtocol
from alerting.database.engine import Database, writer_engine
from alerting.deliveries.rules.delivery import DeliveryState
from alerting.deliveries.rules.forecast import Recipient
from alerting.deliveries.tables import deliveries
from alerting.feed.websocket_protocol import WireProtocol
from alerting.ledger.hints import Topic
from alerting.ledger.tables import events
from alerting.ledger.writer import Ledger
from alerting.policy.policy import Policy, default_policy
from alerting.runtime import Clock, Runtime, wall_clock
from contacts.directory import Officer, officer
from contacts.sign_in.credentials import hash_of
from contacts.tables import OFFICER_TOKENS, OFFICERS
from tests.support.api_documents import DOCUMENTS
from tests.support.city import OFFICER_IDS, POLICY, found_city, somebody
from tests.support.clocks import clock_file
from tests.support.gateway import ACCOUNT, SPEED, TOKEN, Gateway
from tests.support.patience import PATIENCE_SECONDS

_ids = itertools.count(1)
_POLICY = default_policy()

Json = dict[str, Any]


def request_for(*divisions: str, **changes: Any) -> Json:
    """Return the JSON body of an alert with a unique event, as a caller posts it."""
    body: Json = {
        "status": "Exercise",
        "event": f"滑坡{next(_ids)}",
        "description": "后山裂缝变宽",
        "instruction": "立即撤离",
        "assembly_point": "村小学",
        "area": {"divisions": list(divisions)},
    }
    body |= changes
    sized: Json = {"exercise": {"size": "everybody"}} if body["status"] == "Exercise" else {}
    return sized | body


def message_id() -> str:
    """Return a new, unique message id as a provider gives it."""
    return f"SM{next(_ids):032x}"


_HANDED_OVER = (
    update(deliveries)
    .where(
        deliveries.c.state == DeliveryState.QUEUED,
        deliveries.c.recipient_kind == Recipient.OFFICER,
    )
    .values(state=DeliveryState.ACCEPTED)
)


@dataclass
class Workplace:
    """A runtime on the city, and the topics of its published hints."""

    runtime: Runtime
    woken: list[Topic]

    def somebody(self, officer_id: str) -> Officer:
        return self.runtime.database.look(lambda db: somebody(db, officer_id))

    def rows(self, statement: Executable) -> list[Any]:
        return self.runtime.database.look(lambda db: list(db.execute(statement).all()))

    def log(self, alert: int = 1) -> list[str]:
        """Return the kinds of an alert's log entries, in order."""
        mine = select(events.c.kind).where(events.c.alert == alert).order_by(events.c.seq)
        return [kind for (kind,) in self.rows(mine)]

    def change(self, *statements: Executable) -> None:
        with self.runtime.database.writer.begin() as connection:
            for statement in statements:
                connection.execute(statement)

    def hand_over(self) -> None:
        """Mark the queued texts to officers as accepted by a provider."""
        self.change(_HANDED_OVER)

    async def raised(self, officer_id: str, *divisions: str, **changes: Any) -> Raised:
        request = AlertRequest.model_validate(request_for(*divisions, **changes))
        return await raise_alert(self.runtime, self.somebody(officer_id), request, None, again=True)


class TickingClock(Clock):
    """A drill clock that advances by 1 ms at each reading."""

    def __init__(self, anchor: datetime) -> None:
        super().__init__(FixedPace(SPEED, anchor))
        self._anchor = anchor
        self._looks = itertools.count()

    def now(self) -> datetime:
        return self._anchor + next(self._looks) * timedelta(milliseconds=1)


def _ticking() -> TickingClock:
    """Return a clock that starts with a full minute, so that all texts name the same minute."""
    return TickingClock(wall_clock().replace(second=0, microsecond=0))


@contextlib.asynccontextmanager
async def workplace(
    database_url: str, clock: Clock | None = None, policy: Policy = POLICY
) -> AsyncIterator[Workplace]:
    """Yield a runtime on the city; by default, its clock advances at each reading."""
    database = Database(database_url)
    with database.writer.begin() as connection:
        found_city(connection)
    woken: list[Topic] = []
    ledger = Ledger(database, woken.append, policy)
    yield Workplace(Runtime(database, ledger, clock or _ticking()), woken)
    await ledger.close()
    database.close()


@dataclass
class Running:
    """A running service, and the officers' tokens."""

    url: str
    sender: str
    tokens: dict[str, str]
    gateway: Gateway
    runtime: Runtime
    session: aiohttp.ClientSession

    async def get(self, path: str, caller: str | None = None, **query: str) -> tuple[int, Any]:
        async with self.session.get(
            self.url + path, params=query, headers=self._headers(caller)
        ) as answer:
            return answer.status, await _body(answer)

    async def post(
        self, path: str, caller: str | None, body: object = None, **headers: str
    ) -> tuple[int, Any]:
        async with self.session.post(
            self.url + path, json=body, headers=self._headers(caller) | headers
        ) as answer:
            return answer.status, await _body(answer)

    async def form(
        self, path: str, fields: dict[str, str], signature: str | None = None
    ) -> tuple[int, str]:
        """Post a form as the provider does; sign it unless a signature is given."""
        url = self.url + path
        signed = signature or RequestValidator(TOKEN).compute_signature(url, fields)
        async with self.session.post(
            url, data=fields, headers={"X-Twilio-Signature": signed}
        ) as answer:
            return answer.status, await answer.text()

    async def text(self, sender: str, body: str, sid: str | None = None) -> None:
        """Post an incoming text."""
        fields = {"MessageSid": sid or message_id(), "From": sender, "Body": body}
        assert (await self.form("/twilio/sms", fields))[0] == 200

    async def assign_administrator(self, division: str) -> None:
        """Assign another division to the administrator of the tests' city."""
        office = update(OFFICERS).where(OFFICERS.c.id == "administrator")
        await self.change(office.values(division=division))

    async def raised(self, caller: str, *divisions: str, **changes: Any) -> Json:
        status, body = await self.post("/api/alerts", caller, request_for(*divisions, **changes))
        assert status == 201, body
        result: Json = body
        return result

    def rows(self, statement: Executable) -> list[Any]:
        return self.runtime.database.look(lambda db: list(db.execute(statement).all()))

    async def hand_over(self) -> None:
        """Mark the queued texts to officers as accepted by a provider."""
        await self.change(_HANDED_OVER)

    async def change(self, statement: Executable) -> None:
        """Change rows through the service's own writer, as one unit of work."""
        await self.runtime.ledger.write(lambda tx: tx.connection.execute(statement))

    async def until(self, statement: Executable, holds: Callable[[list[Any]], bool]) -> Any:
        """Poll until the rows meet the condition, and return them."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not holds(rows := self.rows(statement)):  # noqa: ASYNC110 - no event tells
                await asyncio.sleep(0.02)
        return rows

    def _headers(self, caller: str | None) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens.get(caller, caller)}"} if caller else {}


async def _body(answer: aiohttp.ClientResponse) -> Any:
    if answer.content_type in {"application/json", "application/problem+json"}:
        return await answer.json()
    return await answer.text()


def listening() -> socket.socket:
    """Return a socket that listens on a loopback port.

    The socket names its protocol, because asyncio sets TCP_NODELAY only then. Without TCP_NODELAY,
    each response waits about 40 ms.
    """
    listener = socket.socket(proto=socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    return listener


@contextlib.asynccontextmanager
async def running_service(
    database_url: str,
    gateway: Gateway,
    listener: socket.socket | None = None,
    public_url: str | None = None,
    *,
    is_empty: bool = False,
    **changes: Any,
) -> AsyncIterator[Running]:
    """Yield a service on the tests' city, which is created if it does not exist.

    With `is_empty`, the database stays empty. `public_url` is the service's URL behind a proxy.
    `changes` are changes to its settings.
    """
    tokens = {} if is_empty else _found(database_url)
    with listener or listening() as plug:
        url = public_url or _url_of(plug)
        settings = settings_for(database_url, url, gateway, **changes)
        app = create_app(settings)
        app.state.documents = DOCUMENTS
        async with serving(app, plug), aiohttp.ClientSession() as session:
            runtime: Runtime = app.state.runtime
            yield Running(url, settings.twilio_from or "", tokens, gateway, runtime, session)


@contextlib.asynccontextmanager
async def serving(
    app: Starlette,
    listener: socket.socket | None = None,
    http: type[asyncio.Protocol] = BoundedProtocol,
) -> AsyncIterator[str]:
    """Serve an application on a loopback port until the context ends, and yield its URL."""
    listener = listener or listening()
    config = uvicorn.Config(
        app,
        log_config=None,
        http=http,
        ws=WireProtocol,
        ws_max_size=MOST_CLIENT_MESSAGE,
        ws_per_message_deflate=False,
    )
    server = _Server(config)
    running = asyncio.create_task(server.serve_on(listener))
    running.add_done_callback(lambda _ended: server.up.set())
    await server.up.wait()
    if running.done():
        await running
    yield _url_of(listener)
    server.stopping.set()
    await running


class _Server(uvicorn.Server):
    """Signals its start and stops at once, whereas uvicorn polls several times, every 0.1 s."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()
        self.stopping = asyncio.Event()

    async def serve_on(self, listener: socket.socket) -> None:
        """Serve until told to stop.

        Raises:
            RuntimeError: if the application does not start; uvicorn itself would exit the process.
        """
        try:
            await self.serve(sockets=[listener])
        except SystemExit as end:
            raise RuntimeError("the application did not start") from end

    async def main_loop(self) -> None:
        await self.on_tick(0)
        self.up.set()
        await self.stopping.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop as uvicorn does, and also close connections that arrive during the stop."""
        doors = [door for each in self.servers for door in each.sockets]
        for door in doors:
            asyncio.get_running_loop().remove_reader(door.fileno())
        # asyncio would lose a connection that it is accepting when the listener closes, so wait a
        # few turns of the event loop first.
        for _ in range(10):
            await asyncio.sleep(0)
        for each in (*self.servers, *(sockets or ())):
            each.close()
        state = self.server_state
        while state.connections or state.tasks:
            for connection in tuple(state.connections):
                connection.shutdown()
            await asyncio.sleep(0.005)
        await self.lifespan.shutdown()


def _url_of(listener: socket.socket) -> str:
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


class _Given(Settings):
    """Settings as they are given: reading them from the environment takes 3 ms."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)


def settings_for(database_url: str, public_url: str, gateway: Gateway, **changes: Any) -> Settings:
    """Return settings of a drill, with the gateway as provider."""
    values: Json = {
        "database_url": database_url,
        "public_url": public_url,
        "twilio_account_sid": ACCOUNT,
        "twilio_auth_token": TOKEN,
        "twilio_from": gateway.sender(),
        "twilio_base_url": gateway.url,
        "clock": clock_file(SPEED),
        # Escalation runs only in tests about it.
        "loops": "deliver",
        "policy": _POLICY,
    }
    return _Given(_env_file=None, **(values | changes))


def _found(database_url: str) -> dict[str, str]:
    engine = writer_engine(database_url)
    with engine.begin() as connection:
        if officer(connection, OFFICER_IDS[0]) is None:
            found_city(connection)
        tokens = _issued(connection)
    engine.dispose()
    return tokens


def _issued(connection: Connection) -> dict[str, str]:
    """Issue a token to each officer in one statement, which is much faster than one by one."""
    tokens = {id_: secrets.token_urlsafe(32) for id_ in OFFICER_IDS}
    now = wall_clock()
    valid = {"issued_at": now, "expires_at": now + timedelta(hours=1)}
    rows = [{"officer": id_, "hash": hash_of(token)} | valid for id_, token in tokens.items()]
    connection.execute(insert(OFFICER_TOKENS), rows)
    return tokens
