"""The records that a drill's summary is made from, read from the service and the provider."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import aiohttp

from alerting.drill.agents.commander import Commander
from alerting.drill.gauges.story import GaugeStory
from alerting.drill.run.environment import Environment
from alerting.drill.run.script import Script
from alerting.drill.run.suspected_story import SuspectedStory, story_of_suspected
from alerting.drill.service.client import Service
from alerting.drill.service.hosting import Killed
from alerting.drill.story_time import DrillError

_AT_ONCE: Final = 8

_MOST_TASKS: Final = "5000"

_MOST_TEXTS: Final = "1000"


@dataclass(frozen=True)
class Records:
    """The records of the service and the provider at the end of the drill."""

    households: list[dict[str, Any]]
    messages: list[dict[str, Any]]
    stats: dict[str, Any]
    tasks: list[dict[str, Any]]
    help: dict[str, Any]
    """The number of help cases and the share that is resolved."""
    officers: list[dict[str, Any]]
    roll_calls: list[dict[str, Any]]
    asked_of_neighbours: list[dict[str, Any]]
    """The records of the households about which a neighbour was asked, each with its evidence."""
    closed: bool
    all_clear: bool
    ledger_agrees: bool
    killed: list[Killed]
    spared: list[str]
    suspected: SuspectedStory
    gauges: GaugeStory | None
    """None if the scenario has no gauges."""


async def read_records(
    stage: Environment,
    session: aiohttp.ClientSession,
    commander: Commander,
    story: Script,
    *,
    keep: bool,
) -> Records:
    """Return the records. Stop the service before its ledger is verified, unless `keep` is set."""
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
    """Return the bodies at all paths, requested up to eight at a time."""
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
