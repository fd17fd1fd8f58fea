"""One alert to thousands of websockets: how soon the last client has it, against others.

The service is `alerting serve` as it is, and its clients have sessions of their own. An officer
confirms over HTTP; the clock starts when the service takes that up, before it is committed (the
instant that stands in the log), and stops when the last client has the frame. With a peer it starts
when its own program is about to publish as many bytes. Each is a process of its own, one after the
other in turn, with the same clients in another process. The limit is a bare loop in C. A peer that
is not installed, and what needs a compiler where there is none, is left out, and said to be.
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

from alerting.drill.processes import Processes
from alerting.storage.database import writing
from contacts.sessions import begin_session
from contacts.tables import OFFICERS
from contacts.tokens import issue_token
from scripts.benches.answer import raise_and_deliver
from scripts.benches.fanout_client import Clients
from scripts.benches.fanout_peers import Side, Start, peers
from scripts.benches.fanout_talker import talking
from scripts.benches.report import JsonFile, Rounds, medians, report
from scripts.benches.town import (
    COUNTY,
    HOST,
    OFFICER,
    REQUEST,
    TOWN,
    Account,
    found_town,
    free_port,
    fresh_copy,
    until_ready,
    workshop,
)

HOUSEHOLDS: Final = 300
_MESSAGES: Final = 5
_SERVICE: Final = "service"
_LIMIT: Final = "raw_c"
_PAUSE_SECONDS: Final = 0.3
_HEADER: Final = 4
"""Bytes of a frame's header."""
_MILLISECONDS: Final = 1000.0
_MICROSECONDS: Final = 1_000_000
"""In a second; the log keeps its instants as so many."""
_AT: Final = "SELECT at FROM events WHERE subject = ? AND kind = 'officer.confirmed'"


def bench(
    clients: Annotated[int, typer.Option(min=1, help="websockets that are open")] = 5_000,
    rounds: Rounds = 3,
    json_file: JsonFile = None,
) -> None:
    """Measure one alert's frame to thousands of websockets, against others."""
    allow_open_files()
    with workshop() as folder:
        found_town(folder / TOWN, HOUSEHOLDS)
        asyncio.run(raise_and_deliver(folder / TOWN, {**REQUEST, "status": "Exercise"}))
        crowd = found_crowd(folder, clients)
        others, left_out = peers(folder)
        for line in left_out:
            Console(stderr=True).print(line)
        found = [asyncio.run(_round(folder, crowd, clients, others)) for _ in range(rounds)]
    report("fanout", medians(found), json_file)


def allow_open_files() -> None:
    """Let this process, and those it starts, have as many sockets as the system allows."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


class Crowd(NamedTuple):
    """Who is there beside the households: a file of sessions' tokens, and officers' own."""

    sessions: Path
    words: dict[str, str]
    """The bearer token of each officer that confirms once."""


def found_crowd(folder: Path, clients: int) -> Crowd:
    """Give the town's officer so many sessions, and add officers that are to confirm."""
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


async def _round(
    folder: Path, crowd: Crowd, clients: int, others: dict[str, Start]
) -> dict[str, float]:
    words = list(crowd.words)
    async with _service(folder, crowd) as side:
        service, size = await _measure(folder, side, words, clients, crowd.sessions)
    results = {"service_ms": service, "bytes": float(size)}
    for name, start in others.items():
        texts = [word.ljust(size - _HEADER, ".") for word in words]
        async with start(folder) as side:
            took, _ = await _measure(folder, side, texts, clients)
        results[f"{name}_ms"] = took
        if name == _LIMIT:
            results[f"to_{name}"] = service / took
        else:
            results[f"times_faster_than_{name}"] = took / service
    return results


@asynccontextmanager
async def _service(folder: Path, crowd: Crowd) -> AsyncIterator[Side]:
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
        await until_ready(url)
        async with aiohttp.ClientSession(url, raise_for_status=True) as session:
            confirm = partial(_confirm, session, database, crowd)
            yield Side("websocket", f"ws://{HOST}:{port}/api/alerts/1/feed", confirm)
    finally:
        await processes.close()


async def _confirm(
    session: aiohttp.ClientSession, database: Path, crowd: Crowd, word: str
) -> float:
    headers = {"Authorization": f"Bearer {crowd.words[word]}"}
    async with session.post("/api/alerts/1/confirm", headers=headers):
        pass
    with closing(sqlite3.connect(database)) as connection:
        (at,) = connection.execute(_AT, (word,)).fetchone()
    return int(at) / _MICROSECONDS


async def _measure(
    folder: Path, side: Side, texts: list[str], clients: int, sessions: Path | None = None
) -> tuple[float, int]:
    """Return the milliseconds to the last client, and the bytes that each got."""
    origin = side.url.replace("ws", "http", 1).removesuffix("/api/alerts/1/feed")
    wanted = Clients(side.kind, side.url, clients, str(sessions or ""), origin)
    said = json.dumps(asdict(wanted))
    took, size = [], 0
    async with talking(
        folder, sys.executable, "-m", "scripts.benches.fanout_client", said
    ) as crowd:
        await crowd.hear()
        for text in texts:
            await asyncio.sleep(_PAUSE_SECONDS)
            await crowd.ask(text.rstrip("."))
            began = await side.publish(text)
            heard = json.loads(await crowd.hear())
            took.append((heard["last"] - began) * _MILLISECONDS)
            size = heard["bytes"]
    # The first one warms up.
    return median(took[1:]), size
