"""Import households and officers from clerks' own files, with a preview."""

from collections.abc import Callable, Collection, Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import typer
from sqlalchemy import Connection

from alerting.cli.clerk_words import column_lines, difference_lines, reading_lines, report_line
from alerting.cli.security_notes import note_import
from alerting.database.engine import Database, writing
from alerting.messages.languages import LANGUAGES
from alerting.office.roster_file import refuse_while_followed
from alerting.runtime import wall_clock
from contacts.roster.clerk_file import Asked, ClerkFile
from contacts.roster.files import open_roster
from contacts.roster.headings import HOUSEHOLDS, OFFICERS
from contacts.roster.household_plan import plan_import, read_for, store_plan
from contacts.roster.layouts import confirmed_columns, keep_columns
from contacts.roster.officer_import import read_officers_for, store_officers
from contacts.roster.sheets import RawSheet

_T = TypeVar("_T")

_F = TypeVar("_F", bound=ClerkFile[Any])


@dataclass(frozen=True, slots=True)
class Mode:
    """The options of an import."""

    whole: bool
    dry_run: bool
    is_confirmed: bool
    """If True, import without first asking the user to confirm the columns."""


def import_households_file(url: str, path: Path, asked: Asked, mode: Mode) -> None:
    """Import a file of households, or show what an import would change.

    The file is read before the write transaction begins, so that the service is not blocked.
    """
    file = _read(url, path, HOUSEHOLDS, asked, read_for)
    if mode.dry_run:
        plan = _reading(
            url, lambda db: plan_import(db, file, whole=mode.whole, within=asked.within)
        )
        _say(difference_lines(plan.difference))
        typer.echo(report_line(plan.report(), mode.whole, dry_run=True))
        return
    _confirm(file, mode)
    with writing(url) as connection:
        if mode.whole:
            refuse_while_followed(connection)
        plan = plan_import(connection, file, whole=mode.whole, within=asked.within)
        report = store_plan(connection, plan, wall_clock())
        keep_columns(connection, HOUSEHOLDS, asked.within, [layout for _, layout in file.layouts])
        told = report_line(report, mode.whole)
        note_import(connection, HOUSEHOLDS, asked.within, told)
    _say(difference_lines(plan.difference))
    typer.echo(told)


def import_officers_file(url: str, path: Path, asked: Asked, mode: Mode) -> None:
    """Import a file of officers, or show how many officers an import would change."""
    file = _read(url, path, OFFICERS, asked, read_officers_for)
    if not mode.dry_run:
        _confirm(file, mode)
    with writing(url) as connection:
        if mode.whole and not mode.dry_run:
            refuse_while_followed(connection)
        report = store_officers(connection, file, now=wall_clock(), whole=mode.whole)
        keep_columns(connection, OFFICERS, asked.within, [layout for _, layout in file.layouts])
        told = report_line(report, mode.whole, dry_run=mode.dry_run)
        note_import(connection, OFFICERS, asked.within, told)
        if mode.dry_run:
            connection.rollback()
    typer.echo(told)


def _read(
    url: str,
    path: Path,
    kind: str,
    asked: Asked,
    read: Callable[[Connection, Iterable[RawSheet], Collection[str], Asked], _F],
) -> _F:
    """Read a file with the help of the roster; print how columns and ambiguous cells were read."""

    def reading(connection: Connection) -> _F:
        confirmed = confirmed_columns(connection, kind, asked.within)
        with closing(open_roster(path)) as sheets:
            return read(connection, sheets, LANGUAGES, replace(asked, confirmed=confirmed))

    file = _reading(url, reading)
    _say(column_lines(file) if any(not each.is_confirmed for _, each in file.layouts) else [])
    _say(reading_lines(file))
    return file


def _confirm(file: ClerkFile[Any], mode: Mode) -> None:
    """Ask whether the columns are right, unless all were confirmed before or have known names."""
    if mode.is_confirmed or all(layout.is_confirmed for _, layout in file.layouts):
        return
    typer.confirm(
        "Are the columns right (--yes answers this)? 各列对吗（可用 --yes 回答）？", abort=True
    )


def _reading(url: str, query: Callable[[Connection], _T]) -> _T:
    database = Database(url)
    try:
        return database.look(query)
    finally:
        database.close()


def _say(lines: list[str]) -> None:
    if lines:
        typer.echo("\n".join(lines))
