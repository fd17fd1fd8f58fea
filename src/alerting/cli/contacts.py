"""The roster: imported from files, or made up for a drill."""

import re
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
from alerting.messages.text import HOME_LANGUAGE
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
    Roster,
    synthesize,
    write_divisions,
    write_households,
    write_officers,
)
from contacts.roster.synthetic_homes import PROPORTIONS

app = typer.Typer(no_args_is_help=True, help=__doc__)

_NUMBER: Final = re.compile(r"\d{1,6}(\.\d{1,6})?")


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

_FOLLOWED: Final = "an alert is still followed, and its people may answer: retire after its end"

_OTHER_LANGUAGES: Final = 0.03
"""Share of the households that read a language, for each but the home language."""

_SYNTH_HELP: Final = "Make up a roster of exactly so many households. " + ", ".join(
    f"{share:.0%} {what}"
    for what, share in {**PROPORTIONS, "of each other language": _OTHER_LANGUAGES}.items()
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
    language: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CODE=WEIGHT", help="a language read; may be repeated; left out, as above"
        ),
    ] = None,
) -> None:
    """Make up a roster: see the help text above, which states the proportions."""
    with bazhong_divisions() as source:
        lines = read_sheet(source, DivisionLine, Known()).lines
    divisions = [(line.code, line.name, line.tier) for _, line in lines]
    languages = dict(map(_weight, language)) if language else _usual_languages()
    within = division or [code for code, _, tier in divisions if tier == Tier.CITY]
    roster = synthesize(divisions, within, households, people, seed)
    folder.mkdir(parents=True, exist_ok=True)
    written: dict[str, Callable[[Roster, TextIO], None]] = {
        "divisions.csv": write_divisions,
        "officers.csv": write_officers,
        "households.csv": partial(write_households, languages=languages),
    }
    for name, write in written.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as out:
            write(roster, out)
    typer.echo(f"{', '.join(written)} written to {folder}")


def _usual_languages() -> dict[str, float]:
    """Return the weights of the languages in a made-up roster: most read the home language."""
    others = dict.fromkeys((code for code in LANGUAGES if code != HOME_LANGUAGE), _OTHER_LANGUAGES)
    return {HOME_LANGUAGE: 1 - sum(others.values()), **others}


def _weight(text: str) -> tuple[str, float]:
    """Return a language and its weight, from a text such as 'CODE=3'.

    Raises:
        ValueError: if the text has another form, or the language is unknown.
    """
    code, _, written = text.partition("=")
    if code not in LANGUAGES or not _NUMBER.fullmatch(written) or not float(written):
        raise ValueError(
            f"{text!r} is no language with a weight above 0: write CODE=WEIGHT with one of "
            f"{', '.join(LANGUAGES)}"
        )
    return code, float(written)


def _open(kind: Kind, file: str) -> TextIO:
    if kind is Kind.DIVISIONS and file == "bazhong":
        return bazhong_divisions()
    return open_roster(Path(file))
