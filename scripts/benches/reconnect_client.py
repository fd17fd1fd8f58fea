"""The boards of the reconnect bench, and the answers posted meanwhile.

`python -m scripts.benches.reconnect_client JSON` takes a Cut and prints the figures, both as JSON.
"""

import asyncio
import json
import random
import sqlite3
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any, Final

import uvloop

from scripts.benches.feed_board import Arrival, Board, shown
from scripts.benches.feed_client import scopes
from scripts.benches.webhooks import Client as Households
from scripts.benches.webhooks import Load

_FIRST_PAUSE_SECONDS: Final = 0.25
_LONGEST_PAUSE_SECONDS: Final = 10.0
_DEAD_SECONDS: Final = 6.0
"""These three equal the page's: `src/alerting/web/src/feed.ts`."""
_OPENED_AT_ONCE: Final = 100
_PATIENCE_SECONDS: Final = 60.0
_QUIET_SECONDS: Final = 2.0
"""After this time every board has had a heartbeat, and cached snapshots have expired."""


@dataclass(frozen=True)
class Cut:
    """The service, the number of boards to cut off, and the answers posted meanwhile."""

    service: str
    sessions: str
    database: str
    clients: int
    answers: dict[str, Any] | None
    """None with the bare server, which knows no alert."""


class Visit(Board):
    """One connection of a client."""

    def __init__(self, url: str, headers: dict[str, str], division: str) -> None:
        super().__init__(url, headers, division)
        self.over = asyncio.Event()

    def connection_lost(self, error: Exception | None) -> None:
        """Record that the connection is lost."""
        super().connection_lost(error)
        self.over.set()


class Client:
    """A board that reconnects as the page does and resumes where it was."""

    def __init__(self, service: str, token: str, division: str) -> None:
        self.division = division
        self.visits: list[Visit] = []
        """Connections that received something; the last one may be open."""
        self.failed = 0
        """Attempts that were refused or timed out."""
        self._feed = f"{service.replace('http', 'ws', 1)}/api/alerts/1/feed?division={division}"
        self._headers = {"Cookie": f"alerting_session={token}", "Origin": service}

    async def open(self) -> None:
        """Connect, and wait for the first text.

        Raises:
            ConnectionError: if the service refuses or disconnects.
            TimeoutError: if nothing arrives.
        """
        after = f"&after={self.visits[-1].seq}" if self.visits else ""
        visit = Visit(self._feed + after, self._headers, self.division)
        try:
            async with asyncio.timeout(_DEAD_SECONDS):
                await visit.open()
        except TimeoutError:
            visit.close()
            raise
        self.visits.append(visit)

    async def stay(self) -> None:
        """Reconnect whenever the connection is lost, until cancelled."""
        attempt = 0
        while True:
            if not self.visits[-1].lost:
                await self.visits[-1].over.wait()
                attempt = 0
            bound = min(_LONGEST_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * 2**attempt)
            await asyncio.sleep(random.random() * bound)  # noqa: S311 - nobody guesses it
            attempt += 1
            try:
                await self.open()
            except (ConnectionError, TimeoutError):
                self.failed += 1

    @property
    def back_at(self) -> float | None:
        """Time of the first text after the cut, or None."""
        return self.visits[1].arrivals[0].at if len(self.visits) > 1 else None

    def texts(self) -> Iterator[Arrival]:
        """Yield all texts received."""
        for visit in self.visits:
            yield from visit.arrivals


async def run(cut: Cut) -> dict[str, float]:
    """Open the boards, cut them off, and return the figures once all are back and up to date.

    Raises:
        RuntimeError: if an answer was refused.
        TimeoutError: if a board is not back or not up to date within a minute.
    """
    tokens = Path(cut.sessions).read_text("utf-8").split()  # noqa: ASYNC240 - before the start
    divisions = scopes(_asked(cut, "SELECT DISTINCT division FROM roll"), cut.clients)
    clients = [
        Client(cut.service, token, division)
        for token, division in zip(tokens, divisions, strict=True)
    ]
    await open_all(clients)
    staying = [asyncio.create_task(client.stay()) for client in clients]
    if cut.answers is None:
        return await _cut_off(clients)
    households = Households(Load(**cut.answers))
    answering = asyncio.create_task(households.run())
    await asyncio.sleep(1)
    found = await _cut_off(clients)
    answered = await answering
    if answered.refused:
        raise RuntimeError(f"{answered.refused} answers were refused")
    await asyncio.sleep(_QUIET_SECONDS)
    end = _asked(cut, "SELECT last_seq FROM alerts")[0]
    await _until(lambda: all(client.visits[-1].seq == end for client in clients))
    # Each fresh board has its own session, because the sockets of one session are limited.
    fresh = [
        Client(cut.service, token, division)
        for token, division in zip(tokens, sorted(set(divisions)), strict=False)
    ]
    await open_all(fresh)
    for task in staying:
        task.cancel()
    return found | {
        "gaps": gaps(clients, fresh),
        "resets": sum(_is_reset(client) for client in clients),
        "connections": sum(len(client.visits) for client in clients) / len(clients),
        "failed_attempts": sum(client.failed for client in clients),
        "answers": answered.answered,
    }


async def _cut_off(clients: Sequence[Client]) -> dict[str, float]:
    """Cut all clients off at once, and return the times until they are back."""
    began = time.monotonic()
    for client in clients:
        client.visits[-1].close()
    await _until(lambda: all(client.back_at for client in clients))
    waits = [client.back_at - began for client in clients if client.back_at]
    return {"seconds_all_back": max(waits), "seconds_half_back": median(waits)}


async def open_all(clients: Sequence[Client]) -> None:
    """Open the boards, a bounded number at once."""
    free = asyncio.Semaphore(_OPENED_AT_ONCE)

    async def open_one(client: Client) -> None:
        async with free:
            await client.open()

    await asyncio.gather(*map(open_one, clients))


def gaps(clients: Sequence[Client], fresh: Sequence[Client]) -> int:
    """Return the number of boards that differ from a fresh one of their division."""
    expected = {client.division: _state(client) for client in fresh}
    return sum(_state(client) != expected[client.division] for client in clients)


def _state(client: Client) -> dict[str, Any]:
    return shown(_body(text) for _, text in client.texts())


def _is_reset(client: Client) -> bool:
    """Whether the server told the client to discard its state."""
    return any(b'"type":"reset"' in text for _, text in client.texts())


@cache
def _body(text: bytes) -> dict[str, Any]:
    """Return a text's body, parsed once for all boards that received it."""
    body: dict[str, Any] = json.loads(text)
    return body


async def _until(holds: Any) -> None:
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while not holds():  # noqa: ASYNC110 - thousands of sockets have no event in common
            await asyncio.sleep(0.1)


def _asked(cut: Cut, question: str) -> list[Any]:
    with closing(sqlite3.connect(cut.database)) as connection:
        return [row[0] for row in connection.execute(question)]


def main() -> None:
    """Run the cut in the argument, and print the figures."""
    found = uvloop.run(run(Cut(**json.loads(sys.argv[1]))))
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
