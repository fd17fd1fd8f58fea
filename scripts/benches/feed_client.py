"""Boards and answers of the feed bench, on one clock.

`python -m scripts.benches.feed_client JSON` takes a Watch and prints the figures, both as JSON.
"""

import asyncio
import json
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any, Final

import aiohttp
import uvloop
from prometheus_client.parser import text_string_to_metric_families

from contacts.division import town_of
from scripts.benches.feed_board import Board
from scripts.benches.feed_figures import Run, check_fresh, figures
from scripts.benches.town import COUNTY
from scripts.benches.webhooks import Client, Load

_CPU: Final = "process_cpu_seconds_total"
_PATIENCE_SECONDS: Final = 30.0
_LOOK_SECONDS: Final = 0.1
_IDLE: Final = 0.1
"""Share of a core below which the service counts as idle."""
_IDLE_SECONDS: Final = 2.0
_SETTLE_SECONDS: Final = 1.5
"""Longer than the snapshot cache TTL, so that no fresh board gets an old snapshot."""


@dataclass(frozen=True)
class Watch:
    """The service to watch, one token per board, and the answers to post."""

    service: str
    tokens: list[str]
    database: str
    answers: dict[str, Any]

    def board(self, division: str, token: str) -> Board:
        """Return a board of a division, not opened."""
        url = f"{self.service.replace('http', 'ws', 1)}/api/alerts/1/feed?division={division}"
        return Board(url, headers_of(token), division)


def headers_of(token: str) -> dict[str, str]:
    """Return the headers that sign a board's requests."""
    return {"Authorization": f"Bearer {token}"}


def scopes(villages: Sequence[str], boards: int) -> list[str]:
    """Return each board's division: the county for half, towns and villages for a quarter each."""
    towns = sorted({town_of(village) for village in villages})
    of_towns, of_villages = boards // 4, (boards // 2) - boards // 4
    return [
        *[COUNTY] * (boards - of_towns - of_villages),
        *islice(cycle(towns), of_towns),
        *islice(cycle(villages), of_villages),
    ]


async def run(watch: Watch) -> dict[str, float]:
    """Open the boards, post the answers, and return the figures.

    Raises:
        RuntimeError: if an answer was refused or is missing, or if in the end a board differs from
            a fresh one.
    """
    await _until_idle(watch)
    divisions = scopes(_villages(watch), len(watch.tokens))
    boards = await _open(watch, divisions)
    before = await _cpu_seconds(watch)
    client = Client(Load(**watch.answers))
    found = await client.run()
    if found.refused:
        raise RuntimeError(f"{found.refused} answers were refused")
    await _until_all_know(watch, boards)
    took = await _cpu_seconds(watch) - before
    await _compare(watch, boards)
    return figures(Run(Path(watch.database), client.posts, boards, found.per_second, took))


async def _until_idle(watch: Watch) -> None:
    """Wait until the service has done the work of its start.

    Raises:
        TimeoutError: if it is not idle within a minute.
    """
    async with asyncio.timeout(2 * _PATIENCE_SECONDS):
        took = _IDLE_SECONDS
        while took > _IDLE * _IDLE_SECONDS:
            before = await _cpu_seconds(watch)
            await asyncio.sleep(_IDLE_SECONDS)
            took = await _cpu_seconds(watch) - before


async def _compare(watch: Watch, boards: Sequence[Board]) -> None:
    """Compare the boards with fresh ones, then close all."""
    await asyncio.sleep(_SETTLE_SECONDS)
    fresh = await _open(watch, sorted({board.division for board in boards}))
    present = [board for board in boards if not board.lost]
    await _until_all_know(watch, [*present, *fresh])
    check_fresh(present, fresh)
    for board in (*present, *fresh):
        board.close()


async def _open(watch: Watch, divisions: Sequence[str]) -> list[Board]:
    boards = [
        watch.board(division, token) for division, token in zip(divisions, cycle(watch.tokens))
    ]
    await asyncio.gather(*(board.open() for board in boards))
    return boards


async def _until_all_know(watch: Watch, boards: Sequence[Board]) -> None:
    """Wait until every connected board knows the alert's whole log."""
    end = _asked(watch, "SELECT last_seq FROM alerts")[0]
    async with asyncio.timeout(_PATIENCE_SECONDS):
        for board in boards:
            while not board.lost and board.seq < end:  # noqa: ASYNC110 - a text each second
                await asyncio.sleep(_LOOK_SECONDS)


def _villages(watch: Watch) -> list[str]:
    return _asked(watch, "SELECT DISTINCT division FROM roll ORDER BY division")


def _asked(watch: Watch, question: str) -> list[Any]:
    with closing(sqlite3.connect(watch.database)) as connection:
        return [row[0] for row in connection.execute(question)]


async def _cpu_seconds(watch: Watch) -> float:
    """Return the service's processor time so far, in seconds."""
    async with (
        aiohttp.ClientSession(
            watch.service, headers=headers_of(watch.tokens[0]), raise_for_status=True
        ) as session,
        session.get("/metrics") as answer,
    ):
        families = text_string_to_metric_families(await answer.text())
        return next(s.value for family in families for s in family.samples if s.name == _CPU)


def main() -> None:
    """Run the watch in the argument, and print the figures."""
    found = uvloop.run(run(Watch(**json.loads(sys.argv[1]))))
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
