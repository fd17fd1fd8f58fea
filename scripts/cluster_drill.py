"""The drill of `scripts/drill` on a cluster whose parts are killed one after the other."""

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
    """Play an evacuation on two processes each for `api`, `deliver` and `escalate`.

    They run behind a balancer, on PostgreSQL and NATS, all on loopback. During the drill one
    process of each kind, then NATS, then PostgreSQL is killed and restarted. The exit status is 0
    only if the drill completes nevertheless.
    """
    play(Options(SCENARIOS[scenario], seed, speed, keep, faults, Cluster()), json_file)


if __name__ == "__main__":
    typer.run(drill)
