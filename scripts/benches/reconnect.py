"""Thousands of boards cut off at once: the time until all are back, and the updates they missed.

The service is an unchanged `alerting serve`. Each board has its own session. It reconnects as the
page does: after a pause with full jitter, from the last log entry that it knows. Half of the boards
show the county, the rest towns and villages. Households keep answering. A board is back
when it has its first text again. In the end each board must equal a fresh one. Attempts that the
service refused, or did not answer within 6 seconds, are counted.

The limit is the time that the same clients take with a minimal program on the same server, which
accepts each connection and sends one text. Every round measures both in turn.
"""

import asyncio
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Final

import typer

from alerting.drill.service.hosting import free_port
from scripts.benches.answer import raise_and_deliver
from scripts.benches.fanout import allow_open_files, found_crowd
from scripts.benches.reconnect_client import Cut
from scripts.benches.report import JsonFile, Rounds, medians, report
from scripts.benches.town import (
    EXERCISE,
    HOST,
    TOWN,
    Account,
    beside_service,
    found_town,
    fresh_copy,
    workshop,
)
from scripts.benches.webhooks import Load

_HOUSEHOLDS: Final = 2292
_PER_SECOND: Final = 5.0
_SECONDS: Final = 15.0
_CONNECTIONS: Final = 4
_CLIENT: Final = "scripts.benches.reconnect_client"
_BARE: Final = ("scripts.benches.reconnect_bare",)


def bench(
    clients: Annotated[int, typer.Option(min=1, help="boards that are open")] = 5_000,
    rounds: Rounds = 3,
    json_file: JsonFile = None,
) -> None:
    """Measure the time until boards cut off at once are all back, and the updates they missed."""
    allow_open_files()
    with workshop() as folder:
        found_town(folder / TOWN, _HOUSEHOLDS)
        asyncio.run(raise_and_deliver(folder / TOWN, EXERCISE))
        sessions = found_crowd(folder, clients).sessions
        found = [asyncio.run(_round(folder, sessions, clients)) for _ in range(rounds)]
    # Summed, because a median could hide a board that missed an update in one round.
    gaps = {"gaps": sum(each["gaps"] for each in found)}
    report("reconnect", medians(found) | gaps, json_file)


async def _round(folder: Path, sessions: Path, clients: int) -> dict[str, float]:
    database, account, port = fresh_copy(folder), Account(), free_port()
    service = f"http://{HOST}:{port}"
    load = Load.on(
        service,
        account,
        households=_HOUSEHOLDS,
        connections=_CONNECTIONS,
        seconds=_SECONDS,
        per_second=_PER_SECOND,
    )
    settings = {
        "ALERTING_DATABASE_URL": f"sqlite:///{database}",
        "ALERTING_PUBLIC_URL": service,
        "ALERTING_LOOPS": "api",
    }
    cut = Cut(service, str(sessions), str(database), clients, asdict(load))
    found = await beside_service(folder, port, account.settings() | settings, _CLIENT, asdict(cut))
    bare = asdict(replace(cut, answers=None))
    limit = (await beside_service(folder, port, {}, _CLIENT, bare, _BARE))["seconds_all_back"]
    return found | {
        "bare_seconds_all_back": limit,
        "to_bare": found["seconds_all_back"] / limit,
    }
