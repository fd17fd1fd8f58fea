"""A whole drill: environment, script, audit and summary."""

import asyncio
import contextlib
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from alerting.drill.city.languages import DRILL_LANGUAGES
from alerting.drill.progress.board import Board
from alerting.drill.progress.milestones import Journal
from alerting.drill.run.environment import Environment
from alerting.drill.run.records import read_records
from alerting.drill.run.script import Script
from alerting.drill.run.summary import Summary, summarize
from alerting.drill.scenario import Carrier, Scenario
from alerting.drill.service.client import open_session
from alerting.drill.service.hosting import Hosting, OneProcess

Show = Callable[[Environment, Board, Journal], contextlib.AbstractAsyncContextManager[None]]
"""Returns a context manager that shows the story while its block runs."""


@dataclass(frozen=True)
class Options:
    """The settings of one run of a drill."""

    scenario: Scenario
    seed: int
    speed: float
    keep: bool = False
    faults: bool = False
    """Whether the provider has faults."""
    hosting: Hosting = field(default_factory=OneProcess)
    carrier: Carrier = Carrier.GOOD
    languages: tuple[str, ...] = tuple(DRILL_LANGUAGES)
    """The languages that the households read. Their weights are in the drill's language files."""


async def run_drill(
    options: Options, show: Show, done: Callable[[Summary, Environment], None]
) -> Summary:
    """Run a drill and return its summary. Call `done` before the environment is closed.

    With `keep` the service keeps running until this coroutine is cancelled.

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
        records = await read_records(stage, session, commander, story, keep=options.keep)
        wall_seconds = time.monotonic() - began
        summary = summarize(options.scenario, stage.city, stage.time, board, records, wall_seconds)
        done(summary, stage)
        if options.keep:
            await stage.processes.watch()
    return summary


def _heed_termination() -> None:
    """End the drill on SIGTERM and SIGHUP as on Ctrl-C, so that no process or folder stays."""
    task = asyncio.current_task()
    for number in (signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)  # type: ignore[union-attr]
