"""One alert to thousands of websockets: the time until the last client has it, against peers.

The service is an unchanged `alerting serve`, and each client has its own session. An officer
confirms over HTTP. The clock starts when the service takes up the request, before the commit (the
instant stored in the log). It stops when the last client has the frame. For a peer the clock starts
when the peer's own program is about to publish the same number of bytes. Service and peers run one
after the other, in another order each round. Each has its own process, and the clients are the same
for all, in a separate process. The limit is a bare loop in C. A peer that is not installed is left
out with a message.
"""

import asyncio
import json
import resource
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import Annotated, Final, NamedTuple

import aiohttp
import typer
from rich.console import Console
from sqlalchemy import insert

from alerting.database.engine import writing
from alerting.drill.service.hosting import free_port
from alerting.drill.service.processes import Processes
from contacts.sign_in.credentials import issue_token
from contacts.sign_in.sessions import begin_session
from contacts.tables import OFFICERS
from scripts.benches.answer import raise_and_deliver
from scripts.benches.fanout_client import Clients
from scripts.benches.fanout_environment import compiled
from scripts.benches.fanout_peers import Side, Start, peers
from scripts.benches.fanout_talker import Talker, talking
from scripts.benches.report import JsonFile, Rounds, medians, report
from scripts.benches.town import (
    COUNTY,
    EXERCISE,
    HOST,
    OFFICER,
    TOWN,
    Account,
    found_town,
    fresh_copy,
    until_ready,
    workshop,
)

HOUSEHOLDS: Final = 300
_MESSAGES: Final = 5
_SERVICE: Final = "service"
_LIMIT: Final = "raw_c"
_PAUSE_SECONDS: Final = 0.3
_PADDING: Final = "."
_HEADER: Final = 4
"""Bytes of a websocket frame's header."""
_MILLISECONDS: Final = 1000.0
_MICROSECONDS: Final = 1_000_000
"""In a second; the unit of the log's instants."""
_AT: Final = "SELECT at FROM events WHERE subject = ? AND kind = 'officer.confirmed'"


def bench(
    clients: Annotated[int, typer.Option(min=1, help="websockets that are open")] = 5_000,
    rounds: Rounds = 5,
    json_file: JsonFile = None,
) -> None:
    """Measure one alert's frame to thousands of websockets, against peers."""
    allow_open_files()
    with workshop() as folder:
        found_town(folder / TOWN, HOUSEHOLDS)
        asyncio.run(raise_and_deliver(folder / TOWN, EXERCISE))
        crowd = found_crowd(folder, clients)
        others, left_out = peers(folder)
        for line in left_out:
            Console(stderr=True).print(line)
        sides: dict[str, Start] = {_SERVICE: partial(service_side, crowd), **others}
        hall = Hall(folder, compiled("fanout_reader", folder))
        found = asyncio.run(_rounds(hall, sides, list(crowd.words), clients, rounds))
    report("fanout", medians(found), json_file)


def allow_open_files() -> None:
    """Raise the limit of open files of this process and its children to the hard limit."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


class Crowd(NamedTuple):
    """The clients' sessions: a file of tokens, and the officers who confirm."""

    sessions: Path
    words: dict[str, str]
    """The bearer token of each officer, who confirms once."""


def found_crowd(folder: Path, clients: int) -> Crowd:
    """Give the town's officer one session per client, and add officers to confirm."""
    names = [f"probe-{number}" for number in range(_MESSAGES + 1)]
    now, day = datetime.now(UTC), timedelta(days=1)
    with writing(f"sqlite:///{folder / TOWN}") as connection:
        tokens = [begin_session(connection, OFFICER, now, "bench") for _ in range(clients)]
        rows = [
            {"id": name, "name": name, "role": "duty_officer", "division": COUNTY} for name in names
        ]
        connection.execute(insert(OFFICERS), rows)
        words = {name: issue_token(connection, name, now, day) for name in names}
    sessions = folder / "sessions.txt"
    sessions.write_text("\n".join(tokens), "utf-8")
    return Crowd(sessions, words)


class Hall(NamedTuple):
    """The folder and the clients' reader of a run."""

    folder: Path
    reader: Path
    """Program that reads from the clients' sockets."""


async def _rounds(
    hall: Hall, sides: dict[str, Start], words: list[str], clients: int, rounds: int
) -> list[dict[str, float]]:
    # The peers' texts have the length of the service's frame for the same word.
    _, size = await measure(hall, sides[_SERVICE], words[:1], 1)
    texts = [word.ljust(size - _HEADER, _PADDING) for word in words]
    order, found = list(sides), []
    for _ in range(rounds):
        took = {name: await measure(hall, sides[name], texts, clients) for name in order}
        found.append(_compared({name: took[name] for name in sides}))
        order = [*order[1:], order[0]]
    return found


def _compared(found: dict[str, tuple[float, int]]) -> dict[str, float]:
    service, size = found[_SERVICE]
    results = {"service_ms": service, "bytes": float(size)}
    for name, (took, _) in found.items():
        if name == _SERVICE:
            continue
        results[f"{name}_ms"] = took
        if name == _LIMIT:
            results[f"to_{name}"] = service / took
        else:
            results[f"times_faster_than_{name}"] = took / service
    return results


@asynccontextmanager
async def service_side(crowd: Crowd, folder: Path) -> AsyncIterator[Side]:
    """Run the service with a copy of the folder's town."""
    database, port = fresh_copy(folder), free_port()
    url = f"http://{HOST}:{port}"
    settings = {
        "ALERTING_DATABASE_URL": f"sqlite:///{database}",
        "ALERTING_PUBLIC_URL": url,
        "ALERTING_LOOPS": "api",
    }
    processes = Processes(folder, Account().settings() | settings)
    try:
        await processes.start("service", "alerting", "serve", "--port", str(port))
        await until_ready(processes, "service", url)
        async with aiohttp.ClientSession(url, raise_for_status=True) as session:
            confirm = partial(_confirm, session, database, crowd)
            feed = f"ws://{HOST}:{port}/api/alerts/1/feed"
            yield Side("websocket", feed, confirm, str(crowd.sessions))
    finally:
        await processes.close()


async def _confirm(
    session: aiohttp.ClientSession, database: Path, crowd: Crowd, text: str
) -> float:
    word = text.rstrip(_PADDING)
    headers = {"Authorization": f"Bearer {crowd.words[word]}"}
    async with session.post("/api/alerts/1/confirm", headers=headers):
        pass
    with closing(sqlite3.connect(database)) as connection:
        (at,) = connection.execute(_AT, (word,)).fetchone()
    return int(at) / _MICROSECONDS


async def measure(hall: Hall, start: Start, texts: list[str], clients: int) -> tuple[float, int]:
    """Return the milliseconds to the last client, and the bytes that each client got.

    The time is the median over the texts, without the first if there are several, because it warms
    up.
    """
    took, size = [], 0
    async with start(hall.folder) as side, connected(hall, side, clients) as crowd:
        for text in texts:
            await asyncio.sleep(_PAUSE_SECONDS)
            await crowd.ask(text.rstrip(_PADDING))
            began = await side.publish(text)
            heard = json.loads(await crowd.hear())
            took.append((heard["last"] - began) * _MILLISECONDS)
            size = heard["bytes"]
    return median(took[1:] or took), size


@asynccontextmanager
async def connected(hall: Hall, side: Side, clients: int) -> AsyncIterator[Talker]:
    """Run the clients of a side; asked about a text, they report when the last has received it."""
    origin = side.url.replace("ws", "http", 1).removesuffix("/api/alerts/1/feed")
    wanted = Clients(str(hall.reader), side.kind, side.url, clients, side.sessions, origin)
    command = (sys.executable, "-m", "scripts.benches.fanout_client", json.dumps(asdict(wanted)))
    async with talking(hall.folder, *command) as crowd:
        await crowd.hear()
        yield crowd
