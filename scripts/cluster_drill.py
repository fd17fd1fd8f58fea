"""The drill of `scripts/drill`, on a cluster of which one part after the other is killed."""

import typer

from alerting.cli.drill import (
    FaultsOption,
    JsonOption,
    KeepOption,
    ScenarioOption,
    SeedOption,
    SpeedOption,
    play,
)
from alerting.drill.run.drill import Options
from alerting.drill.scenario import SCENARIOS, ScenarioName
from scripts.cluster_hosting import Cluster


def drill(
    scenario: ScenarioOption = ScenarioName.TONGJIANG_2022,
    seed: SeedOption = 1,
    speed: SpeedOption = 20.0,
    json_file: JsonOption = None,
    keep: KeepOption = False,
    faults: FaultsOption = False,
) -> None:
    """Play an evacuation on two processes that answer, two that send and two for the clock.

    Behind a balancer, on PostgreSQL and NATS, all on loopback. One of each kind, then NATS, then
    PostgreSQL is killed in the midst of the story and started again. Exit 0 only if the story
    gets to its end nevertheless.
    """
    play(Options(SCENARIOS[scenario], seed, speed, keep, faults, Cluster()), json_file)


if __name__ == "__main__":
    typer.run(drill)
