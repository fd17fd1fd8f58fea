"""An alert to 300 households, run after run, with kills and faults drawn from each run's seed.

The service is killed with SIGKILL at random moments and restarted. The connections to its gateway
are cut, reset and stalled. The gateway delays, refuses, fails, takes texts without an answer, lets
them expire, and loses, repeats and reorders its callbacks. The last of every ten runs has no
faults. Afterwards the ledger's file and the gateway's record show whether a text is lost, was
claimed twice, or arrived twice without a doubt that explains it. A failed run is repeated by its
seed: `--seed SEED --runs 1`. With `--http-second` a gateway over HTTP takes over while the first
provider is down, and fails in the same ways.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from scripts.benches.fault_plan import draw_ordeal
from scripts.benches.fault_run import Survival, run_once
from scripts.benches.report import JsonFile, report
from scripts.benches.town import TOWN, found_town, workshop


def bench(
    runs: Annotated[int, typer.Option(min=1, help="number of runs")] = 20,
    seed: Annotated[
        int, typer.Option(min=0, help="seed of the first run; the next runs count up")
    ] = 0,
    households: Annotated[int, typer.Option(min=1, help="households to reach in each run")] = 300,
    at_once: Annotated[int, typer.Option(min=1, help="concurrent runs")] = 5,
    http_second: Annotated[
        bool, typer.Option("--http-second", help="use a gateway over HTTP as second provider")
    ] = False,
    json_file: JsonFile = None,
) -> None:
    """Count texts lost, claimed twice or duplicated under kills and faults; 0 is wanted."""
    began = perf_counter()
    with workshop() as folder:
        token = found_town(folder / TOWN, households)
        survived = asyncio.run(
            _run_all(
                folder, token, range(seed, seed + runs), households, at_once, has_second=http_second
            )
        )
    conclude(survived, perf_counter() - began, json_file)


def conclude(survived: Sequence[Survival], seconds: float, json_file: Path | None) -> None:
    """Print and write the figures.

    Raises:
        typer.Exit: with status 1 if any run failed; each is reported with its seed.
    """
    _show(survived)
    report("faults", figures(survived) | {"seconds": seconds}, json_file)
    failed = [each for each in survived if not each.fault_outcome.is_good]
    for each in failed:
        typer.echo(each.told(), err=True)
    if failed:
        raise typer.Exit(1)


async def _run_all(
    folder: Path,
    token: str,
    seeds: Sequence[int],
    households: int,
    at_once: int,
    *,
    has_second: bool,
) -> list[Survival]:
    free = asyncio.Semaphore(at_once)

    async def run(seed: int) -> Survival:
        place = folder / f"run-{seed}"
        async with free:
            place.mkdir()
            plan = draw_ordeal(seed)
            return await run_once(
                folder / TOWN, place, token, plan, households, has_second=has_second
            )

    return await asyncio.gather(*map(run, seeds))


def figures(survived: Sequence[Survival]) -> dict[str, float]:
    """Return the numbers of lost and repeated messages and of tries, added up over all runs."""
    outcomes = [each.fault_outcome for each in survived]
    return {
        "runs": len(survived),
        "lost": sum(len(outcome.lost) for outcome in outcomes),
        "claimed_twice": sum(len(outcome.claimed_twice) for outcome in outcomes),
        "duplicates": sum(sum(outcome.duplicates.values()) for outcome in outcomes),
        "duplicates_unexplained": sum(outcome.duplicates_unexplained for outcome in outcomes),
        "in_flight_at_kills": sum(outcome.in_flight for outcome in outcomes),
        "unknown_outcomes": sum(outcome.unknown for outcome in outcomes),
        "tries": sum(outcome.tries for outcome in outcomes),
        "by_second": sum(each.by_second for each in survived),
    }


def injected(survived: Sequence[Survival]) -> dict[str, tuple[int, int]]:
    """Return, by kind of fault, its total number and the number of runs that it occurred in."""
    times: Counter[str] = Counter()
    runs: Counter[str] = Counter()
    for each in survived:
        times.update(each.injected)
        runs.update(each.injected.keys())
    return {kind: (times[kind], runs[kind]) for kind in sorted(times)}


def _show(survived: Sequence[Survival]) -> None:
    """Print the injected faults, with the number of runs that survived each kind."""
    good = [each for each in survived if each.fault_outcome.is_good]
    survivors = injected(good)
    table = Table("injected", title="what was injected and survived")
    for column in ("times", "in runs", "survived"):
        table.add_column(column, justify="right")
    for kind, (times, runs) in injected(survived).items():
        _, after = survivors.get(kind, (0, 0))
        table.add_row(kind, f"{times:,}", f"{runs:,}", f"{after:,}")
    calm = [each for each in survived if not each.injected]
    table.add_row("nothing", "", f"{len(calm):,}", f"{sum(each in good for each in calm):,}")
    Console().print(table)
