"""The cost of an answer and of a frame in a city of 1,000 households and in one of 1,000,000.

The same work is done in cities of several sizes, round by round and side by side. Each city has one
open alert whose texts have all been delivered: see `scripts.benches.growing`. Households all over
the city answer, in random order. Frames are those of a commander's board and of the two above it.

`answer_1m_to_1k` and `frame_1m_to_1k` are ratios of processor time, from the database with the
worse ratio. `frame_sending_1m_to_1k` is the ratio for a frame while texts are being sent. Ratios of
durations have separate names.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from random import Random
from typing import Final

import typer
from sqlalchemy import update

from alerting.database.engine import writer_engine
from alerting.deliveries.rules.delivery import DeliveryState
from alerting.deliveries.tables import deliveries
from scripts.benches.growing import AT_HOME, Cost, Work
from scripts.benches.plan import Sizes, label, planned
from scripts.benches.plan_city import ENGINES, PHONELESS_EVERY, City, found, refresh
from scripts.benches.report import JsonFile, Rounds, medians, report
from scripts.benches.town import keys_in, workshop

_SEED: Final = 20220829
_SIZES: Final = (1_000, 100_000, 1_000_000)


def bench(
    households: Sizes = list(_SIZES),  # noqa: B006 - typer's default of a repeated option
    answers: int = typer.Option(100, min=1, help="households that answer in a round"),
    frames: int = typer.Option(10, min=1, help="answers in a round after which frames are read"),
    rounds: Rounds = 5,
    json_file: JsonFile = None,
) -> None:
    """Measure whether an answer or a frame costs more in a larger city."""
    results: dict[str, float] = {}
    for engine in ENGINES:
        with ExitStack() as stack:
            cities = [_alerted(stack, engine, size) for size in sorted(households)]
            works = [_work(size, answers, frames, rounds) for size in sorted(households)]
            found_costs = [
                {
                    f"{engine}_{name}_{label(size)}": cost
                    for size, city, work in zip(sorted(households), cities, works, strict=True)
                    for name, cost in asdict(_measure(city, work[turn])).items()
                }
                for turn in range(rounds)
            ]
        results |= medians(found_costs)
    ratios = growth(results, min(households), max(households))
    report("growth", {**ratios, **results}, json_file)


def growth(results: Mapping[str, float], least: int, most: int) -> dict[str, float]:
    """Return the ratios of costs and durations of the largest city to the smallest."""
    span = f"{label(most)}_to_{label(least)}"

    def ratio(engine: str, what: str) -> float:
        return (
            results[f"{engine}_{what}_{label(most)}"] / results[f"{engine}_{what}_{label(least)}"]
        )

    parts = ("answer", "frame", "frame_sending")
    kinds = {part: f"{part}_cpu_ms" for part in parts}
    waits = {f"{part}_wait": f"{part}_ms" for part in parts}
    worst = {f"{k}_{span}": max(ratio(e, what) for e in ENGINES) for k, what in kinds.items()}
    each = {
        f"{engine}_{kind}_{span}": ratio(engine, what)
        for engine in ENGINES
        for kind, what in {**kinds, **waits}.items()
    }
    return worst | each


def _alerted(stack: ExitStack, engine: str, size: int) -> City:
    """Create a city whose households all have an alert's text."""
    city = stack.enter_context(found(engine, stack.enter_context(workshop()), size))
    planned("raise", city.url)
    database = writer_engine(city.url)
    with database.begin() as connection:
        connection.execute(update(deliveries).values(state=DeliveryState.DELIVERED))
    database.dispose()
    refresh(city.url)
    return city


def _work(size: int, answers: int, frames: int, rounds: int) -> list[Work]:
    """Return the rounds' work; no household answers twice."""
    reached = [n for n in range(size) if n % PHONELESS_EVERY and n != AT_HOME]
    chosen = Random(_SEED).sample(reached, answers * rounds)  # noqa: S311 - it guards nothing
    shares: Sequence[list[int]] = [chosen[turn::rounds] for turn in range(rounds)]
    return [Work(f"round-{turn}", numbers, frames) for turn, numbers in enumerate(shares)]


def _measure(city: City, work: Work) -> Cost:
    command = (sys.executable, "-P", "-m", "scripts.benches.growing", city.url)
    asked = (*command, json.dumps(asdict(work)))
    # The cities of one engine are open at the same time, and each has a key file of its own.
    with keys_in(city.folder):
        done = subprocess.run(asked, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603
    return Cost(**json.loads(done.stdout))
