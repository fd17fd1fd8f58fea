"""The roster: import it from files, export it, or generate one for a drill."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated, Final, TextIO

import typer

from alerting.cli.clerk_import import (
    Mode,
    import_households_file,
    import_officers_file,
)
from alerting.cli.clerk_words import report_line
from alerting.cli.export import export_roster
from alerting.cli.move_village import move_village
from alerting.cli.paper import print_cards, print_roll
from alerting.cli.security_notes import note_import
from alerting.config import DatabaseSettings, load_settings
from alerting.database.engine import writing
from alerting.messages.languages import LANGUAGES
from alerting.messages.text import HOME_LANGUAGE
from alerting.office.roster_file import RosterKind, refuse_while_followed
from alerting.runtime import wall_clock
from contacts.division import Tier, parse_division
from contacts.roster.checks import Known
from contacts.roster.clerk_file import Asked
from contacts.roster.files import open_roster, read_sheet
from contacts.roster.importing import bazhong_divisions, import_divisions
from contacts.roster.lines import DivisionLine
from contacts.roster.sheets import RawSheet, Source
from contacts.roster.synthetic import (
    Roster,
    synthesize,
    write_divisions,
    write_households,
    write_officers,
)
from contacts.roster.synthetic_homes import PROPORTIONS

app = typer.Typer(no_args_is_help=True, help=__doc__)

app.command("export")(export_roster)

app.command("cards")(print_cards)

app.command("roll")(print_roll)

app.command("move-village")(move_village)

_NUMBER: Final = re.compile(r"\d{1,6}(\.\d{1,6})?")


_OTHER_LANGUAGES: Final = 0.03
"""Share of households for each language other than the home language."""

_SYNTH_HELP: Final = "Generate a roster with exactly this number of households. " + ", ".join(
    f"{share:.0%} {what}"
    for what, share in {**PROPORTIONS, "of each other language": _OTHER_LANGUAGES}.items()
)


_File = Annotated[str, typer.Argument(help="CSV, XLSX, XLS or ODS, or 'bazhong' for its divisions")]

_Whole = Annotated[
    bool,
    typer.Option("--whole", help="the file is complete: retire entries that it does not contain"),
]

_DryRun = Annotated[
    bool, typer.Option("--dry-run", help="show what would change, without storing it")
]

_Within = Annotated[str, typer.Option(help="the division to which all of the file belongs")]

_Columns = Annotated[
    list[str] | None,
    typer.Option(
        "--map", metavar="FIELD=HEADING", help="the heading of a field's column; may be repeated"
    ),
]

_WithoutCodes = Annotated[
    bool,
    typer.Option(
        "--without-codes",
        help="for households: ignore the file's codes; match by address, head and phone",
    ),
]

_Yes = Annotated[bool, typer.Option("--yes", help="do not ask whether the columns are right")]


@app.command("import")
def import_roster(
    kind: RosterKind,
    file: _File,
    whole: _Whole = False,
    dry_run: _DryRun = False,
    division: _Within = "",
    columns: _Columns = None,
    without_codes: _WithoutCodes = False,
    yes: _Yes = False,
) -> None:
    """Import divisions, officers or households: the whole file, or nothing if a row is wrong."""
    url = load_settings(DatabaseSettings).database_url
    mode = Mode(whole, dry_run, is_confirmed=yes)
    if kind is not RosterKind.HOUSEHOLDS and without_codes:
        raise ValueError("--without-codes applies only to households: leave it out")
    if kind is RosterKind.DIVISIONS:
        if division or columns or yes:
            raise ValueError(
                "divisions take only --whole and --dry-run: leave out the other options"
            )
        _import_divisions(url, file, mode)
        return
    within = parse_division(division) if division else ""
    asked = Asked(within, dict(map(_column, columns or ())), without_codes=without_codes)
    importing = import_households_file if kind is RosterKind.HOUSEHOLDS else import_officers_file
    importing(url, Path(file), asked, mode)


def _import_divisions(url: str, file: str, mode: Mode) -> None:
    """Import divisions, or show how many rows an import would change."""
    with _divisions(file) as source, writing(url) as connection:
        if mode.whole and not mode.dry_run:
            refuse_while_followed(connection)
        report = import_divisions(connection, source, now=wall_clock(), whole=mode.whole)
        told = report_line(report, mode.whole, dry_run=mode.dry_run)
        note_import(connection, RosterKind.DIVISIONS, "", told)
        if mode.dry_run:
            connection.rollback()
    typer.echo(told)


@app.command("synth", help=_SYNTH_HELP)
def synth(
    households: Annotated[int, typer.Option(min=1)],
    folder: Annotated[Path, typer.Argument(help="the folder for the three files")] = Path("roster"),
    division: Annotated[
        list[str] | None, typer.Option(help="a division to fill; may be repeated; if omitted, all")
    ] = None,
    people: Annotated[
        int | None, typer.Option(min=1, help="people; if omitted, 5,898 in 2,292")
    ] = None,
    seed: Annotated[int, typer.Option(help="the same seed makes the same roster")] = 1,
    language: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CODE=WEIGHT",
            help="a language that households read; may be repeated; if omitted, as above",
        ),
    ] = None,
) -> None:
    """Generate a roster; `_SYNTH_HELP` states the proportions."""
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
    """Return default weights of languages in a generated roster; most read the home language."""
    others = dict.fromkeys((code for code in LANGUAGES if code != HOME_LANGUAGE), _OTHER_LANGUAGES)
    return {HOME_LANGUAGE: 1 - sum(others.values()), **others}


def _weight(text: str) -> tuple[str, float]:
    """Return the language and the weight in a text such as 'en=3'.

    Raises:
        ValueError: if the text has another form, the language is unknown, or the weight is 0.
    """
    code, _, written = text.partition("=")
    if code not in LANGUAGES or not _NUMBER.fullmatch(written) or not float(written):
        raise ValueError(
            f"{text!r} is no language with a weight above 0: write CODE=WEIGHT with one of "
            f"{', '.join(LANGUAGES)}"
        )
    return code, float(written)


def _column(text: str) -> tuple[str, str]:
    """Return the field and the column heading in a text such as 'head=户主'.

    Raises:
        ValueError: if the text has another form.
    """
    field, _, heading = map(str.strip, text.partition("="))
    if not field or not heading:
        raise ValueError(f"{text!r} has another form: write FIELD=HEADING, such as head=户主姓名")
    return field, heading


@contextmanager
def _divisions(file: str) -> Iterator[Source]:
    if file == "bazhong":
        yield bazhong_divisions()
        return
    with closing(open_roster(Path(file))) as sheets:
        yield next(sheets, RawSheet(iter(())))
