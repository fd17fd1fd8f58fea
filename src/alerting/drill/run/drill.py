"""A whole drill: environment, script, audit and summary."""

import asyncio
import contextlib
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp

from alerting.drill.agents.commander import Commander
from alerting.drill.city.languages import DRILL_LANGUAGES
from alerting.drill.progress.board import Board
from alerting.drill.progress.milestones import Journal
from alerting.drill.run.environment import Environment
from alerting.drill.run.records import Records
from alerting.drill.run.script import Script
from alerting.drill.run.summary import Summary, summarize
from alerting.drill.run.suspected_story import story_of_suspected
from alerting.drill.scenario import Carrier, Scenario
from alerting.drill.service.client import Service, open_session
from alerting.drill.service.hosting import Hosting, OneProcess
from alerting.drill.story_time import DrillError

_AT_ONCE: Final = 8

_MOST_TASKS: Final = "5000"

_MOST_TEXTS: Final = "1000"

Show = Callable[[Environment, Board, Journal], contextlib.AbstractAsyncContextManager[None]]
"""A context manager that shows the story while its block runs."""


@dataclass(frozen=True)
class Options:
    """Options of a drill; `faults` turns the scenario's provider faults on."""

    scenario: Scenario
    seed: int
    speed: float
    keep: bool = False
    faults: bool = False
    hosting: Hosting = field(default_factory=OneProcess)
    carrier: Carrier = Carrier.GOOD
    languages: tuple[str, ...] = tuple(DRILL_LANGUAGES)
    """The languages that the households read, by their weights in the drill's files."""


async def run_drill(
    options: Options, show: Show, done: Callable[[Summary, Environment], None]
) -> Summary:
    """Run a drill and return its summary; `done` is called before the environment is closed.

    With `keep` the service runs on until this is cancelled.

    Raises:
        DrillError: if the drill cannot finish.
    """
    _heed_termination()
    began = time.monotonic()
    stage = Environment(
        options.scenario,
        options.seed,
        options.speed,
        options.hosting,
        keep=options.keep,
        carrier=options.carrier,
        languages=options.languages,
    )
    async with stage, open_session() as session:
        board, journal = Board(stage.time), Journal(stage.time)
        story = Script(stage, session, board, journal, options.faults)
        async with show(stage, board, journal):
            commander = await story.play()
        records = await _records(stage, session, commander, story, keep=options.keep)
        wall_seconds = time.monotonic() - began
        summary = summarize(options.scenario, stage.city, stage.time, board, records, wall_seconds)
        done(summary, stage)
        if options.keep:
            await stage.processes.watch()
    return summary


async def _records(
    stage: Environment,
    session: aiohttp.ClientSession,
    commander: Commander,
    story: Script,
    *,
    keep: bool,
) -> Records:
    alert = f"/api/alerts/{commander.alert}"
    onlooker = Service(session, stage.service_url, stage.tokens[stage.onlooker])
    asked = sorted(story.board.log_counts.asked_of_neighbours)
    found = {
        "households": await commander.service.households(commander.alert),
        "messages": await _control(stage, session, "messages"),
        "stats": await _control(stage, session, "stats"),
        "tasks": await onlooker.get(f"{alert}/tasks", limit=_MOST_TASKS),
        "help": (await onlooker.get(f"{alert}/help-cases"))["resolution"],
        "gauges": await story.rain.story(),
        "officers": await onlooker.get(f"{alert}/officers"),
        "roll_calls": await onlooker.get(f"{alert}/roll-calls"),
        "asked_of_neighbours": await _read_all(
            commander.service, [f"{alert}/households/{code}" for code in asked]
        ),
    }
    await story.reader.look(patience=0.0)
    waiting = await commander.service.get("/api/texts", limit=_MOST_TEXTS)
    log = story.board.log_counts.entries
    if not keep:
        await stage.hosting.stop(stage.processes)
    return Records(
        **found,
        suspected=story_of_suspected(stage.city, log, found["messages"], waiting, story.reader),
        closed=commander.closed,
        all_clear=commander.all_clear,
        ledger_agrees=await _ledger_agrees(stage),
        killed=stage.hosting.killed,
        spared=stage.hosting.spared,
    )


async def _read_all(service: Service, paths: Sequence[str]) -> list[Any]:
    """Return the answers at all paths, some of them asked for at the same time."""
    free = asyncio.Semaphore(_AT_ONCE)

    async def read(path: str) -> Any:
        async with free:
            return await service.get(path)

    return await asyncio.gather(*map(read, paths))


async def _ledger_agrees(stage: Environment) -> bool:
    try:
        await stage.processes.run("ledger", "verify")
    except DrillError:
        return False
    return True


async def _control(stage: Environment, session: aiohttp.ClientSession, path: str) -> Any:
    async with session.get(f"{stage.gateway_url}/control/{path}") as answer:
        answer.raise_for_status()
        return await answer.json()


def _heed_termination() -> None:
    """Make SIGTERM end the drill as Ctrl-C does, so that nothing is left behind."""
    task = asyncio.current_task()
    for number in (signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)  # type: ignore[union-attr]
