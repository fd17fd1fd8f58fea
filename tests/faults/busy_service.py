"""A service that is started and stopped on one database while all its clients send requests."""

import asyncio
import contextlib
import itertools
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any, Final

import aiohttp
from sqlalchemy import func, select
from twilio.request_validator import RequestValidator

from alerting.accounting.audit import Audit, verify
from alerting.database.engine import Database
from alerting.deliveries.tables import deliveries
from alerting.ledger.tables import alerts
from alerting.policy.sections import Channel
from alerting.replies.tables import inbound
from alerting.runtime import wall_clock
from tests.cli.test_serve import until_ready
from tests.faults.service_process import SPARE_SECONDS
from tests.support.city import QIANFO, household_phone
from tests.support.gateway import TOKEN
from tests.support.nursery import Forked
from tests.support.running import request_for

BOARDS: Final = 4
_PEOPLE: Final = 4
_REPLIES: Final = ("1", "2 8", "3", "4", "安全")
_LATEST_SECONDS: Final = 0.8
"""The latest stop after the service is ready. Texts are in flight during the first 0.4 s."""
_HEAL_SECONDS: Final = 120.0
_VALID: Final = timedelta(minutes=3)


@dataclass
class BusyService:
    """A service that is restarted several times, and the answers that its clients got."""

    start: Callable[[], Forked]
    port: int
    database: Database
    tokens: dict[str, str]
    random: Random
    raised: list[int] = field(default_factory=list)
    """Ids of the alerts that the service answered with 201."""
    taken: list[str] = field(default_factory=list)
    """Ids of people's texts that the service answered with 200."""
    closed: Counter[int | None] = field(default_factory=Counter)
    """The number of boards' websockets that were closed, by close code."""
    seconds: list[float] = field(default_factory=list)
    """The duration of each stop, in seconds."""
    statuses: Counter[int] = field(default_factory=Counter)
    numbers: Any = field(default_factory=itertools.count)
    running: Forked | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def cycle(self) -> None:
        """Start the service, let all clients send requests, and stop it at a random moment."""
        process = await self._start()
        async with aiohttp.ClientSession(self.url) as session:
            await self._raise(session)
            clients = [asyncio.create_task(self._watch(session)) for _ in range(BOARDS)]
            clients += [asyncio.create_task(self._reply(session)) for _ in range(_PEOPLE)]
            await asyncio.sleep(self.random.uniform(0, _LATEST_SECONDS))
            await self._stop(process)
            await asyncio.gather(*clients)

    async def heal(self) -> Audit:
        """Start the service, wait until every text has an outcome, stop it, audit the ledger."""
        process = await self._start()
        async with asyncio.timeout(_HEAL_SECONDS):
            while self.owed():  # noqa: ASYNC110 - no event tells
                await asyncio.sleep(0.2)
        await self._stop(process)
        return self.database.look(verify)

    def owed(self) -> int:
        """Return the number of texts that wait, are in flight, or have an unknown outcome."""
        open_ones = deliveries.c.state.in_(("queued", "sending", "unknown"))
        texts = deliveries.c.channel == Channel.SMS
        query = select(func.count()).where(open_ones, texts)
        return self.database.look(lambda db: int(db.execute(query).scalar_one()))

    def lost(self) -> tuple[set[int], set[str]]:
        """Return the alerts and people's texts that were accepted but are not in the database."""
        kept, texts = (
            self.database.look(lambda db, column=column: set(db.execute(select(column)).scalars()))
            for column in (alerts.c.id, inbound.c.provider_id)
        )
        return set(self.raised) - kept, set(self.taken) - texts

    def end(self) -> None:
        """Kill the service if it still runs."""
        if self.running:
            self.running.kill()
            self.running.wait()

    async def _start(self) -> Forked:
        self.running = await asyncio.to_thread(self.start)
        await until_ready(self.port)
        return self.running

    async def _stop(self, service: Forked) -> None:
        clock = asyncio.get_running_loop().time
        began = clock()
        service.terminate()
        self.statuses[await asyncio.to_thread(service.wait, 2 * SPARE_SECONDS)] += 1
        self.seconds.append(clock() - began)

    async def _raise(self, session: aiohttp.ClientSession) -> None:
        # A short validity limits the number of open alerts.
        expires = (wall_clock() + _VALID).isoformat()
        # The alerts are actual because an officer may raise only 20 exercises an hour.
        body = request_for(QIANFO, status="Actual", expires=expires)
        headers = self._as("informant")
        async with session.post("/api/alerts", json=body, headers=headers) as answer:
            assert answer.status == 201, await answer.text()
            self.raised.append((await answer.json())["id"])

    async def _watch(self, session: aiohttp.ClientSession) -> None:
        path = f"/api/alerts/{self.raised[-1]}/feed"
        with contextlib.suppress(aiohttp.ClientError):
            async with session.ws_connect(path, headers=self._as("commander")) as board:
                async for _ in board:
                    pass
                self.closed[board.close_code] += 1

    async def _reply(self, session: aiohttp.ClientSession) -> None:
        """Send texts until the service stops answering."""
        with contextlib.suppress(aiohttp.ClientError):
            while True:
                sid = f"SM{next(self.numbers):032x}"
                home = household_phone(QIANFO, self.random.randint(1, 9))
                body = self.random.choice(_REPLIES)
                fields = {"MessageSid": sid, "From": home, "Body": body}
                url = f"{self.url}/twilio/sms"
                signed = RequestValidator(TOKEN).compute_signature(url, fields)
                headers = {"X-Twilio-Signature": signed}
                async with session.post("/twilio/sms", data=fields, headers=headers) as answer:
                    if answer.status == 200:
                        self.taken.append(sid)
                await asyncio.sleep(0.02)

    def _as(self, officer: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens[officer]}"}
