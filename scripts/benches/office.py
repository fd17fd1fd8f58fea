"""Duration and memory of the largest files and papers of an office.

The county's workbook of `scripts.benches.roster` goes over HTTP to the service, on SQLite and on
PostgreSQL. It is previewed and imported into an empty roster. Then next year's is previewed and
imported as a complete file. In it, one household in a hundred has changed, moved, come or gone.
Memory is the peak of the service and the processes that it starts, sampled every 50 ms. Then a
command prints the roll and the cards of 2,000 households, the most that a document may have.
"""

import asyncio
import os
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

import aiohttp
import typer
from sqlalchemy import insert

from alerting.database.engine import writer_engine
from alerting.drill.service.hosting import free_port
from alerting.drill.service.processes import Processes
from alerting.migrations.upgrade import migrate
from alerting.runtime import wall_clock
from contacts.roster.importing import bazhong_divisions, import_divisions
from contacts.sign_in.credentials import issue_token
from contacts.tables import OFFICERS
from scripts.benches.report import JsonFile, Rounds, medians, report
from scripts.benches.roster import measured, write_year
from scripts.benches.stores import in_file, on_server
from scripts.benches.town import (
    COUNTY,
    HOST,
    NO_FAULTS,
    OFFICER,
    Account,
    found_town_at,
    start_gateway,
    until_ready,
    workshop,
)

_CITY: Final = "5119"

_SAMPLED_EVERY: Final = 0.05

_LONGEST: Final = aiohttp.ClientTimeout(total=600)


def bench(
    households: int = typer.Option(100_000, min=100),
    printed: int = typer.Option(2_000, min=1, max=2_000),
    rounds: Rounds = 1,
    json_file: JsonFile = None,
) -> None:
    """Import two years' workbooks over HTTP, then print the longest papers."""
    results = medians([asyncio.run(_round(households, printed)) for _ in range(rounds)])
    report("office", results | {"households": households, "printed": printed}, json_file)


async def _round(households: int, printed: int) -> dict[str, float]:
    figures: dict[str, float] = {}
    with workshop() as folder:
        years = [folder / name for name in ("first.xlsx", "second.xlsx")]
        write_year(years[0], households, next_year=False)
        write_year(years[1], households, next_year=True)
        figures |= await _imported(folder, in_file(folder).url, years, "sqlite")
        with on_server(folder) as store:
            figures |= await _imported(folder, store.url, years, "postgres")
        figures |= _printed(folder, printed)
    return figures


async def _imported(
    folder: Path, database: str, years: list[Path], prefix: str
) -> dict[str, float]:
    """Import both years' files; return the seconds of each request, and the peak of memory."""
    token = _found(database)
    figures: dict[str, float] = {}
    async with _service(folder, database) as (service, pid):
        is_over = threading.Event()
        peak = asyncio.create_task(asyncio.to_thread(_peak_of, pid, is_over))
        headers = {"Authorization": f"Bearer {token}"}
        async with aiohttp.ClientSession(service, headers=headers, timeout=_LONGEST) as session:
            for year, (file, whole) in enumerate(zip(years, ("false", "true"), strict=True), 1):
                content, asked = file.read_bytes(), {"whole": whole}
                begun = wall_clock()
                seen = await _post(session, "preview", content, asked)
                looked = wall_clock()
                asked["token"] = seen["changes"]["token"]
                await _post(session, "imports", content, asked)
                name = f"{prefix}_year_{year}"
                figures[f"{name}_preview_seconds"] = (looked - begun).total_seconds()
                figures[f"{name}_import_seconds"] = (wall_clock() - looked).total_seconds()
        is_over.set()
        figures[f"{prefix}_mebibytes"] = await peak
    return figures


def _found(database: str) -> str:
    """Create the city without households; return the token of its administrator."""
    migrate(database)
    engine = writer_engine(database)
    with engine.begin() as connection:
        import_divisions(connection, bazhong_divisions(), now=wall_clock())
        who = {"id": OFFICER, "name": OFFICER, "role": "administrator", "division": _CITY}
        connection.execute(insert(OFFICERS), who)
        token = issue_token(connection, OFFICER, datetime.now(UTC), timedelta(days=1))
    engine.dispose()
    return token


@asynccontextmanager
async def _service(folder: Path, database: str) -> AsyncIterator[tuple[str, int]]:
    """Yield the address and the process id of a service on this database."""
    port, account = free_port(), Account()
    service = f"http://{HOST}:{port}"
    settings = {"ALERTING_DATABASE_URL": database, "ALERTING_PUBLIC_URL": service}
    processes = Processes(folder, account.settings() | settings)
    try:
        gateway = await start_gateway(processes, folder, account, NO_FAULTS)
        processes.environment["ALERTING_TWILIO_BASE_URL"] = gateway
        await processes.start("service", "alerting", "serve", "--port", str(port))
        await until_ready(processes, "service", service)
        yield service, processes.pid("service")
    finally:
        await processes.close()


async def _post(
    session: aiohttp.ClientSession, path: str, content: bytes, asked: dict[str, str]
) -> Any:
    """Send a file.

    Raises:
        RuntimeError: if the service refuses it.
    """
    async with session.post(f"/api/roster/{path}", data=content, params=asked) as answer:
        if answer.status != 200:
            raise RuntimeError(await answer.text())
        return await answer.json()


def _peak_of(pid: int, is_over: threading.Event) -> float:
    """Return the peak memory in MiB, until the event, of a process and all its descendants."""
    peak = 0
    while not is_over.wait(_SAMPLED_EVERY):
        peak = max(peak, sum(map(_resident, _tree(pid))))
    return peak / 1024


def _tree(pid: int) -> Iterator[int]:
    """Yield the ids of a process and its descendants.

    A child between fork and exec still shares its parent's memory, and is left out.
    """
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            below = children.read_text().split()
        except OSError:  # The thread has ended.
            continue
        for child in filter(partial(_has_own_program, pid), map(int, below)):
            yield from _tree(child)


def _has_own_program(parent: int, child: int) -> bool:
    try:
        return _command(child) != _command(parent)
    except OSError:  # One of them has ended.
        return False


def _command(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def _resident(pid: int) -> int:
    """Return the memory of a process in KiB; 0 if it has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS")), 0)


def _printed(folder: Path, households: int) -> dict[str, float]:
    """Print the roll and the cards of a county with this number of households."""
    url = f"sqlite:///{folder / 'printed.db'}"
    found_town_at(url, households)
    os.environ["ALERTING_PUBLIC_URL"] = f"http://{HOST}"
    figures: dict[str, float] = {}
    for what in ("roll", "cards"):
        command = [sys.executable, "-m", "alerting", "contacts", what, COUNTY]
        seconds, mebibytes = measured([*command, str(folder / f"{what}.pdf")], url)
        figures |= {f"{what}_seconds": seconds, f"{what}_mebibytes": mebibytes}
        os.unlink(folder / f"{what}.pdf")
    return figures
