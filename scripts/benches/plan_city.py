"""A synthetic city of any size for the benches of scale, on SQLite or PostgreSQL.

A number of households is spread over the city's 1,809 villages. They resemble
those of `alerting contacts synth`: some are vulnerable, have no phone, or read English. Arithmetic
instead of a random generator decides which, so that a million households take only a minute.
"""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, select

from alerting.database.bulk import ROWS, insert_rows
from alerting.database.engine import writer_engine
from alerting.messages.languages import LANGUAGES
from alerting.migrations.upgrade import migrate
from alerting.runtime import wall_clock
from contacts.division import Tier
from contacts.roster.checks import Known
from contacts.roster.files import read_sheet
from contacts.roster.importing import bazhong_divisions, import_divisions, import_officers
from contacts.roster.lines import DivisionLine
from contacts.roster.synthetic import Roster, synthesize, write_divisions, write_officers
from contacts.roster.synthetic_homes import phone_number
from contacts.tables import DIVISIONS, HOUSEHOLD_PHONES, HOUSEHOLDS
from scripts.benches.stores import run_on, server_in

CITY: Final = "5119"
OFFICER: Final = f"duty-{CITY}"
COMMANDER: Final = "commander-511921100"
ENGINES: Final = ("sqlite", "postgresql")
HEADCOUNT: Final = 3
PHONELESS_EVERY: Final = 25
_VULNERABLE_EVERY: Final = 6
_ENGLISH_EVERY: Final = 33
_SECOND_PHONE_EVERY: Final = 4
_AT_ONCE: Final = 10_000
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
        import_divisions(connection, _written(write_divisions, roster), now=wall_clock())
        import_officers(connection, _written(write_officers, roster), LANGUAGES, now=wall_clock())
        _write_households(connection, households)
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
    with server_in(folder) as url:
        run_on(url, "CREATE DATABASE city")
        yield url.replace("/postgres?", "/city?")


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


def _home(number: int, villages: Sequence[str]) -> dict[str, Any]:
    """Return the row of a household; the villages get households in turn."""
    division = villages[number % len(villages)]
    return {
        "code": f"{division}{1 + number // len(villages):04d}",
        "division": division,
        "address": f"{number}号",
        "head": f"住户{number}",
        "headcount": HEADCOUNT,
        "language": "zh" if number % _ENGLISH_EVERY else "en",
        "vulnerable": "" if number % _VULNERABLE_EVERY else "elderly",
        "persons": "",
        "latitude": 31.3 + number % 1400 / 1000.0,
        "longitude": 106.4 + number % 1300 / 1000.0,
        "officer": f"grid-{division}",
    }


def _phones(number: int, household: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of a household's phones."""
    if number % PHONELESS_EVERY:
        yield {"household": household, "position": 0, "number": phone_number(number)}
        if number % _SECOND_PHONE_EVERY == 1:
            second = phone_number(number + _SECOND)
            yield {"household": household, "position": 1, "number": second}


def _write_households(connection: Connection, households: int) -> None:
    villages = villages_of(connection)
    for start in range(0, households, _AT_ONCE):
        numbers = range(start, min(start + _AT_ONCE, households))
        homes = [_home(number, villages) for number in numbers]
        pairs = zip(numbers, homes, strict=True)
        phones = [row for number, home in pairs for row in _phones(number, home["code"])]
        connection.execute(_HOMES, {ROWS: homes})
        connection.execute(_THEIR_PHONES, {ROWS: phones})


_HOMES: Final = insert_rows(HOUSEHOLDS.c[*_home(0, ("",))])

_THEIR_PHONES: Final = insert_rows(HOUSEHOLD_PHONES.c)
