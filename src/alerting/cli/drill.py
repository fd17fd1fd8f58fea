"""The evacuation of 29 August 2022, played against a real service."""

import asyncio
import json
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from alerting.drill.errors import DrillError
from alerting.drill.narration import Narrator
from alerting.drill.rehearsal import Options, rehearse
from alerting.drill.scenario import SCENARIOS, ScenarioName
from alerting.drill.stage import Stage
from alerting.drill.summary import Summary

_INTERRUPTED: Final = 130


def drill(
    scenario: Annotated[
        ScenarioName, typer.Option(help="what to play")
    ] = ScenarioName.TONGJIANG_2022,
    seed: Annotated[int, typer.Option(help="the same seed: the same people do the same")] = 1,
    speed: Annotated[
        float, typer.Option(min=1.0, max=1000.0, help="story seconds in a real one")
    ] = 40.0,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="where the summary goes, as JSON")
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="leave the service up and its folder in place")
    ] = False,
    crash_at: Annotated[
        float | None,
        typer.Option(metavar="STORY_SECONDS", help="kill the service then, and start it again"),
    ] = None,
    faults: Annotated[
        bool, typer.Option("--faults", help="let the provider refuse, hang up, lose, and be dead")
    ] = False,
) -> None:
    """Play an evacuation from the first text to the all-clear; exit 0 only if it gets there.

    The service, a provider and everybody's phones are real processes that talk over HTTP.
    """
    narrator = Narrator(Console())
    options = Options(SCENARIOS[scenario], seed, speed, keep=keep, crash_at=crash_at, faults=faults)
    ended: list[Summary] = []

    def conclude(summary: Summary, stage: Stage) -> None:
        ended.append(summary)
        narrator.conclude(summary)
        if json_file is not None:
            json_file.write_text(json.dumps(summary.as_json(), indent=2) + "\n", "utf-8")
        if keep:
            narrator.kept(stage)

    try:
        asyncio.run(rehearse(options, narrator.show, conclude))
    except DrillError as failed:
        typer.echo(f"The drill failed: {failed}", err=True)
        raise typer.Exit(1) from None
    except (KeyboardInterrupt, asyncio.CancelledError):
        if not ended:
            raise typer.Exit(_INTERRUPTED) from None
    raise typer.Exit(1 if ended[0].shortcomings else 0)
