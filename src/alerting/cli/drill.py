"""`alerting drill`: play the evacuation of 29 August 2022 against a real service."""

import asyncio
import json
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from alerting.drill.city.languages import DRILL_LANGUAGES
from alerting.drill.run.drill import Options, run_drill
from alerting.drill.run.environment import Environment
from alerting.drill.run.output import Output
from alerting.drill.run.summary import Summary
from alerting.drill.scenario import SCENARIOS, Carrier, ScenarioName
from alerting.drill.service.hosting import OneProcess
from alerting.drill.story_time import DrillError

_INTERRUPTED: Final = 130

ScenarioOption = Annotated[ScenarioName, typer.Option(help="what to play")]

SeedOption = Annotated[int, typer.Option(help="with the same seed, the same people do the same")]

SpeedOption = Annotated[
    float,
    typer.Option(min=1.0, max=1000.0, help="greatest speed, in story seconds per real second"),
]

JsonOption = Annotated[Path | None, typer.Option("--json", help="file for the summary, as JSON")]

KeepOption = Annotated[
    bool, typer.Option("--keep", help="leave the service up and its folder in place")
]

FaultsOption = Annotated[
    bool, typer.Option("--faults", help="let the provider refuse, hang up, lose texts, and be down")
]

CarrierOption = Annotated[
    Carrier,
    typer.Option(
        help="bad: a tenth of first phones are dead, and from the third minute on the first of two "
        "providers takes every text and delivers none"
    ),
]


def _languages(text: str) -> tuple[str, ...]:
    """Return the language codes in a list such as 'en,zh'.

    Raises:
        BadParameter: if the drill has no people who read one of them.
    """
    codes = tuple(dict.fromkeys(text.split(",")))
    if unknown := [code for code in codes if code not in DRILL_LANGUAGES]:
        raise typer.BadParameter(
            f"{', '.join(map(repr, unknown))}: write some of {_ALL_LANGUAGES}",
            param_hint="--languages",
        )
    return codes


LanguagesOption = Annotated[
    str,
    typer.Option(metavar="CODE,...", help="the languages that the households read"),
]

_ALL_LANGUAGES: Final = ",".join(DRILL_LANGUAGES)


app = typer.Typer()


@app.command()
def drill(
    scenario: ScenarioOption = ScenarioName.TONGJIANG_2022,
    seed: SeedOption = 1,
    speed: SpeedOption = 60.0,
    json_file: JsonOption = None,
    keep: KeepOption = False,
    crash_at: Annotated[
        float | None,
        typer.Option(metavar="STORY_SECONDS", help="kill the service then, and start it again"),
    ] = None,
    faults: FaultsOption = False,
    carrier: CarrierOption = Carrier.GOOD,
    languages: LanguagesOption = _ALL_LANGUAGES,
) -> None:
    """Play an evacuation from the first text to the all-clear; exit 0 only if it succeeds.

    The service, a provider and all phones run as real processes that communicate over HTTP.
    """
    hosting = OneProcess(crash_at)
    played, read = SCENARIOS[scenario], _languages(languages)
    play(Options(played, seed, speed, keep, faults, hosting, carrier, read), json_file)


def play(options: Options, json_file: Path | None) -> None:
    """Play a drill in this terminal, and exit.

    Raises:
        typer.Exit: with status 0 if the drill succeeds, otherwise with another status.
    """
    output = Output(Console())
    ended: list[Summary] = []

    def conclude(summary: Summary, stage: Environment) -> None:
        ended.append(summary)
        output.conclude(summary)
        if json_file is not None:
            json_file.write_text(json.dumps(summary.as_json(), indent=2) + "\n", "utf-8")
        if options.keep:
            output.kept(stage)

    try:
        asyncio.run(run_drill(options, output.show, conclude))
    except DrillError as failed:
        typer.echo(f"The drill failed: {failed}", err=True)
        raise typer.Exit(1) from None
    except (KeyboardInterrupt, asyncio.CancelledError):
        if not ended:
            raise typer.Exit(_INTERRUPTED) from None
    raise typer.Exit(1 if ended[0].shortcomings else 0)
