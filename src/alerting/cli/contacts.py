"""The roster: imported from files, or made up for a drill."""

from collections.abc import Callable
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, Final, TextIO

import typer

from alerting.config import DatabaseSettings, load_settings
from alerting.database.engine import writing
from alerting.ledger.alerts import any_followed
from alerting.messages.languages import LANGUAGES
from contacts.division import Tier
from contacts.roster.files import Problem, RosterError, open_roster, read_sheet
from contacts.roster.importing import (
    bazhong_divisions,
    import_divisions,
    import_households,
    import_officers,
)
from contacts.roster.lines import DivisionLine, Known
from contacts.roster.store import Report
from contacts.roster.synthetic import (
    synthesize,
    write_divisions,
    write_households,
    write_officers,
)
from contacts.roster.synthetic_homes import PROPORTIONS

app = typer.Typer(no_args_is_help=True, help=__doc__)


class Kind(StrEnum):
    """The kind of rows in a roster file."""

    DIVISIONS = "divisions"
    OFFICERS = "officers"
    HOUSEHOLDS = "households"


_IMPORTS: Final[dict[Kind, Callable[..., Report]]] = {
    Kind.DIVISIONS: import_divisions,
    Kind.OFFICERS: partial(import_officers, languages=LANGUAGES.keys()),
    Kind.HOUSEHOLDS: partial(import_households, languages=LANGUAGES.keys()),
}

_WRITTEN: Final = {
    "divisions.csv": write_divisions,
    "officers.csv": write_officers,
    "households.csv": write_households,
}

_FOLLOWED: Final = "an alert is still followed, and its people may answer: retire after its end"

_SYNTH_HELP: Final = "Make up a roster of exactly so many households. " + ", ".join(
    f"{share:.0%} {what}" for what, share in PROPORTIONS.items()
)


@app.command("import")
def import_roster(
    kind: Kind,
    file: Annotated[str, typer.Argument(help="a CSV file, or 'bazhong' for its divisions")],
    whole: Annotated[
        bool, typer.Option("--whole", help="the file is the whole: retire what it leaves out")
    ] = False,
) -> None:
    """Import divisions, officers or households from CSV: all of the file, or nothing of it."""
    database_url = load_settings(DatabaseSettings).database_url
    with _open(kind, file) as source, writing(database_url) as connection:
        if whole and any_followed(connection):
            raise RosterError([Problem(1, "", _FOLLOWED)])
        report = _IMPORTS[kind](connection, source, whole=whole)
    retired = f", {report.retired} retired" if whole else ""
    people = f", {report.people} people" if report.people else ""
    typer.echo(
        f"{report.added} added, {report.updated} updated, {report.unchanged} unchanged"
        f"{retired}{people}"
    )


@app.command("synth", help=_SYNTH_HELP)
def synth(
    households: Annotated[int, typer.Option(min=1)],
    folder: Annotated[Path, typer.Argument(help="where the three files go")] = Path("roster"),
    division: Annotated[
        list[str] | None, typer.Option(help="a division to fill; may be repeated; left out, all")
    ] = None,
    people: Annotated[int | None, typer.Option(min=1, help="left out, 5,898 in 2,292")] = None,
    seed: Annotated[int, typer.Option(help="the same seed makes the same roster")] = 1,
) -> None:
    """Make up a roster: see the help text above, which states the proportions."""
    with bazhong_divisions() as source:
        lines = read_sheet(source, DivisionLine, Known()).lines
    divisions = [(line.code, line.name, line.tier) for _, line in lines]
    within = division or [code for code, _, tier in divisions if tier == Tier.CITY]
    roster = synthesize(divisions, within, households, people, seed)
    folder.mkdir(parents=True, exist_ok=True)
    for name, write in _WRITTEN.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as out:
            write(roster, out)
    typer.echo(f"{', '.join(_WRITTEN)} written to {folder}")


def _open(kind: Kind, file: str) -> TextIO:
    if kind is Kind.DIVISIONS and file == "bazhong":
        return bazhong_divisions()
    return open_roster(Path(file))
