"""The time from an answer's commit to the frame on a board's socket, with many boards open.

The service runs as under `alerting serve`, with all its loops, on a database with an open exercise
whose households have their texts. Another process opens the boards, half of them of the county and
the rest of towns and villages, once the service is idle: in its first seconds it compiles the
expressions that read texts. It posts the households' signed answers at a fixed rate, and stamps
requests, responses and frames by one clock. Only the service knows the exact time of a commit, and
it runs unchanged. So `p50_ms` and `p99_ms` count from the writing of the request, and are upper
bounds. The figures beside them count from the response, and are lower bounds. Frames also carry
predictions; `predictions` counts those received while answers were posted. In the end every board
must equal a fresh one.
"""

import asyncio
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Final

import typer

from alerting.database.engine import writing
from alerting.drill.service.hosting import free_port
from contacts.sign_in.credentials import issue_token
from scripts.benches.answer import raise_and_deliver
from scripts.benches.feed_client import Watch
from scripts.benches.report import JsonFile, Rounds, medians, report
from scripts.benches.town import (
    EXERCISE,
    HOST,
    OFFICER,
    TOWN,
    Account,
    beside_service,
    found_town,
    fresh_copy,
    workshop,
)
from scripts.benches.webhooks import Load

_CONNECTIONS: Final = 64


def bench(
    households: Annotated[int, typer.Option(min=150, help="households that answer")] = 2292,
    boards: Annotated[int, typer.Option(min=1, help="boards that are open")] = 200,
    pace: Annotated[float, typer.Option(min=1, help="answers a second")] = 500.0,
    rounds: Rounds = 3,
    json_file: JsonFile = None,
) -> None:
    """Measure the time from an answer's commit to its frame on the socket."""
    with workshop() as folder:
        found_town(folder / TOWN, households)
        tokens = _tokens(folder / TOWN, boards)
        asyncio.run(raise_and_deliver(folder / TOWN, EXERCISE))
        found = [asyncio.run(_round(folder, tokens, households, pace)) for _ in range(rounds)]
    report("feed", medians(found), json_file)


def _tokens(database: Path, boards: int) -> list[str]:
    """Return a separate token for each board, because the sockets of one token are limited."""
    now, day = datetime.now(UTC), timedelta(days=1)
    with writing(f"sqlite:///{database}") as connection:
        return [issue_token(connection, OFFICER, now, day) for _ in range(boards)]


async def _round(folder: Path, tokens: list[str], households: int, pace: float) -> dict[str, float]:
    database, account, port = fresh_copy(folder), Account(), free_port()
    service = f"http://{HOST}:{port}"
    load = Load.on(
        service,
        account,
        households=households,
        connections=_CONNECTIONS,
        seconds=(households - _CONNECTIONS) / pace,
        per_second=pace,
    )
    watch = Watch(service, tokens, str(database), asdict(load))
    settings = {
        "ALERTING_DATABASE_URL": f"sqlite:///{database}",
        "ALERTING_PUBLIC_URL": service,
        # No text is pending; if one were, it must not leave this machine.
        "ALERTING_TWILIO_BASE_URL": f"http://{HOST}:{free_port()}",
    }
    return await beside_service(
        folder, port, account.settings() | settings, "scripts.benches.feed_client", asdict(watch)
    )
