"""`alerting contacts cards` and `roll`: print cards and rolls as PDF, without a service."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import Connection

from alerting.config import (
    AddressSettings,
    DatabaseSettings,
    PaperSettings,
    PolicySettings,
    load_settings,
)
from alerting.database.engine import Database, existing
from alerting.issuers.store import issuers_over
from alerting.ledger.alerts import find_alert
from alerting.messages.languages import LANGUAGES
from alerting.messages.text import HOME_LANGUAGE
from alerting.paper.cards import cards_document
from alerting.paper.print import Print
from alerting.paper.roll import roll_document
from alerting.runtime import wall_clock
from alerting.typesetting.typesetter import Template, Typesetter
from contacts.division import parse_division

_Division = Annotated[str, typer.Argument(metavar="DIVISION", help="a village, grid or town")]

_File = Annotated[Path, typer.Argument(metavar="FILE", help="the PDF to write")]

_Language = Annotated[str, typer.Option("--lang", help="the language to write in")]


def print_cards(
    division: _Division,
    file: _File,
    two: Annotated[bool, typer.Option("--two", help="two cards per page instead of four")] = False,
    lang: _Language = HOME_LANGUAGE,
) -> None:
    """Write a PDF with a card for each household, in its language, in walking order."""
    per_page = 2 if two else 4
    _print(division, file, lang, Template.CARDS, lambda each: cards_document(each, per_page))


def print_roll(
    division: _Division,
    file: _File,
    alert: Annotated[
        int | None, typer.Option(help="an alert's id, to print the households' state on it")
    ] = None,
    lang: _Language = HOME_LANGUAGE,
) -> None:
    """Write a PDF with the households in walking order, with phone numbers and boxes to tick."""

    def shown(print_: Print) -> Mapping[str, Any]:
        found = find_alert(print_.connection, alert, print_.division) if alert else None
        if alert and found is None:
            raise ValueError(f"there is no alert {alert} in {division}")
        return roll_document(print_, found, with_phones=True)

    _print(division, file, lang, Template.ROLL, shown)


def _print(
    division: str,
    file: Path,
    lang: str,
    template: Template,
    shown: Callable[[Print], Mapping[str, Any]],
) -> None:
    if lang not in LANGUAGES:
        raise ValueError(f"there is no language {lang!r}; write {', '.join(LANGUAGES)}")
    code, now = parse_division(division), wall_clock()
    policy = load_settings(PolicySettings).policy
    public_url = load_settings(AddressSettings).public_url
    database = Database(existing(load_settings(DatabaseSettings).database_url))

    def look(connection: Connection) -> Mapping[str, Any]:
        own = {"issuer": issuers_over(connection, policy.issuer)}
        followed = policy.model_copy(update=own)
        return shown(Print(connection, followed, code, lang, public_url, now))

    try:
        data = database.look(look)
    finally:
        database.close()
    typesetter = Typesetter(load_settings(PaperSettings).fonts)
    content = asyncio.run(typesetter.pdf(template, data, now))
    file.write_bytes(content)
    typer.echo(f"{file}: {len(content):,} bytes")
