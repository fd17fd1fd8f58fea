"""Seeded runs of the fault harness, after which every household's text must be accounted for."""

import asyncio
from collections.abc import Callable
from typing import Final

import pytest

from scripts.benches.fault_plan import draw_ordeal
from scripts.benches.fault_run import Survival, run_once
from scripts.benches.town import found_town

HOUSEHOLDS: Final = 300
# The first two seeds have kills, a broken network and every refusal of the gateway. The last has no
# faults.
SEEDS: Final = (724, 75, 9)
SHORT: Final = SEEDS[:1]


@pytest.fixture(scope="module")
def runs(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[int, Survival]:
    """Return the results by seed. All runs are concurrent, because they mostly wait."""
    seeds = SEEDS if request.config.getoption("long") else SHORT
    folder = tmp_path_factory.mktemp("faults")
    town = folder / "town.db"
    token = found_town(town, HOUSEHOLDS)

    async def run(seed: int) -> Survival:
        place = folder / f"run-{seed}"
        place.mkdir()
        return await run_once(town, place, token, draw_ordeal(seed), HOUSEHOLDS)

    async def run_all() -> list[Survival]:
        return await asyncio.gather(*map(run, seeds))

    return {survival.seed: survival for survival in asyncio.run(run_all())}


@pytest.mark.parametrize(
    "seed", [*SHORT, *(pytest.param(seed, marks=pytest.mark.long) for seed in SEEDS[1:])]
)
def test_no_text_is_lost_and_every_duplicate_is_explained(
    seed: int, runs: dict[int, Survival], record_property: Callable[[str, object], None]
) -> None:
    record_property("seed", seed)
    run = runs[seed]
    fault_outcome = run.fault_outcome
    assert fault_outcome.tries >= HOUSEHOLDS
    assert fault_outcome.lost == frozenset(), run.told()
    assert fault_outcome.claimed_twice == frozenset(), run.told()
    assert fault_outcome.duplicates_unexplained == 0, run.told()
    copies = sum(fault_outcome.duplicates.values())
    assert copies <= fault_outcome.in_flight + fault_outcome.unknown, run.told()


@pytest.mark.long
def test_run_without_faults_has_no_duplicates(runs: dict[int, Survival]) -> None:
    calm = [run for run in runs.values() if not run.injected]
    assert [run.fault_outcome.duplicates for run in calm] == [{}]
    assert [run.fault_outcome.tries for run in calm] == [HOUSEHOLDS]


@pytest.mark.long
def test_each_seed_injects_its_faults(runs: dict[int, Survival]) -> None:
    for run in runs.values():
        assert run.injected["kill"] == len(draw_ordeal(run.seed).kills)
    struck = {kind for run in runs.values() for kind in run.injected}
    assert {"kill", "http_429", "http_503", "accept_then_hang_up", "lost_callback"} <= struck
    assert struck & {"cut", "reset", "stall"}
