"""Import of households from a file as a clerk has it, with a preview of what it changes."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TypeVar

import typer
from sqlalchemy import Connection

from alerting.cli.household_words import told_columns, told_difference, told_readings, told_report
from alerting.database.engine import Database, writing
from alerting.ledger.alerts import any_followed
from alerting.messages.languages import LANGUAGES
from contacts.roster.files import open_roster
from contacts.roster.household_file import Asked, HouseholdFile
from contacts.roster.household_plan import plan_import, read_for, store_plan
from contacts.roster.kept_columns import confirmed_columns, keep_columns
from contacts.roster.problems import Problem, RosterError

_T = TypeVar("_T")

FOLLOWED: Final = Problem(
    1,
    "",
    "an alert is still followed, and its people may answer: retire after its end",
    "还有预警没有结束，其中的人可能还要回复：请在结束后再注销",
)


@dataclass(frozen=True, slots=True)
class Mode:
    """How households are imported."""

    whole: bool
    dry_run: bool
    is_confirmed: bool
    """Whether the columns need no question."""


def import_file(url: str, path: Path, asked: Asked, mode: Mode) -> None:
    """Import the file, or show what its import would change.

    The file is read before the transaction that writes begins, so that the service goes on.
    """
    file = _reading(url, lambda connection: _read(connection, path, asked))
    _say(told_columns(file) if any(not each.is_confirmed for _, each in file.layouts) else [])
    _say(told_readings(file))
    if mode.dry_run:
        plan = _reading(
            url, lambda db: plan_import(db, file, whole=mode.whole, within=asked.within)
        )
        _say(told_difference(plan.difference))
        typer.echo(f"nothing is stored (未写入): {told_report(plan.report(), mode.whole)}")
        return
    _confirm(file, mode)
    with writing(url) as connection:
        if mode.whole and any_followed(connection):
            raise RosterError([FOLLOWED])
        plan = plan_import(connection, file, whole=mode.whole, within=asked.within)
        report = store_plan(connection, plan)
        keep_columns(connection, asked.within, [layout for _, layout in file.layouts])
    _say(told_difference(plan.difference))
    typer.echo(told_report(report, mode.whole))


def _read(connection: Connection, path: Path, asked: Asked) -> HouseholdFile:
    confirmed = confirmed_columns(connection, asked.within)
    with closing(open_roster(path)) as sheets:
        return read_for(connection, sheets, LANGUAGES, replace(asked, confirmed=confirmed))


def _confirm(file: HouseholdFile, mode: Mode) -> None:
    """Ask whether the columns are right, unless each was confirmed before or has its own name."""
    if mode.is_confirmed or all(layout.is_confirmed for _, layout in file.layouts):
        return
    typer.confirm(
        "Are the columns right (--yes says so)? 各列对吗（可用 --yes 回答）？", abort=True
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
