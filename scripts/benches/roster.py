"""Duration and memory of importing a county's workbook, with the preview of what it changes.

A synthetic XLSX with Chinese headings and without codes is imported into an empty roster. Then next
year's is previewed against it. In it, one household in a hundred has changed, moved, come or gone.
Memory is the sum of the peaks of the command and of the process that reads the workbook for it.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Final

import typer
from xlsxwriter import Workbook

from alerting.database.engine import writer_engine
from alerting.migrations.upgrade import migrate
from alerting.runtime import wall_clock
from contacts.division import Tier
from contacts.naming import everyday_name
from contacts.roster import workbook_reader
from contacts.roster.checks import Known
from contacts.roster.files import read_sheet
from contacts.roster.importing import bazhong_divisions, import_divisions
from contacts.roster.lines import DivisionLine
from scripts.benches.report import JsonFile, Rounds, medians, report
from scripts.benches.town import workshop

_HEADINGS: Final = ("序号", "户主姓名", "家庭人口", "联系电话", "住址", "特殊人群", "备注")

_CHANGED_EVERY: Final = 100

_MEASURE: Final = (
    "import resource, subprocess, sys; code = subprocess.call(sys.argv[1:]); "
    "sys.stderr.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)); sys.exit(code)"
)
"""Program that runs a command and then writes its peak memory in KiB."""


def bench(
    households: int = typer.Option(100_000, min=100),
    rounds: Rounds = 1,
    json_file: JsonFile = None,
) -> None:
    """Import a workbook, then preview next year's."""
    results = medians([_round(households) for _ in range(rounds)])
    report("roster", results | {"households": households}, json_file)


def _round(households: int) -> dict[str, float]:
    figures: dict[str, float] = {}
    with workshop() as folder:
        url = f"sqlite:///{folder / 'alerting.db'}"
        _prepare(url)
        first, second = folder / "first.xlsx", folder / "second.xlsx"
        write_year(first, households, next_year=False)
        write_year(second, households, next_year=True)
        for name, file, options in (
            ("import", first, ["--yes"]),
            ("preview", second, ["--yes", "--whole", "--dry-run"]),
        ):
            command = [sys.executable, "-m", "alerting", "contacts", "import", "households"]
            seconds, importing = measured([*command, str(file), *options], url)
            _, reading = measured([sys.executable, workbook_reader.__file__, str(file)], url)
            figures |= {f"{name}_seconds": seconds, f"{name}_mebibytes": importing + reading}
    return figures


def _prepare(url: str) -> None:
    migrate(url)
    engine = writer_engine(url)
    with engine.begin() as connection:
        import_divisions(connection, bazhong_divisions(), now=wall_clock())
    engine.dispose()


def measured(command: list[str], url: str) -> tuple[float, float]:
    """Run a command; return its seconds, and the peak memory in MiB of its largest process."""
    begun = time.perf_counter()
    run = subprocess.run(  # noqa: S603 - the commands are this module's own
        [sys.executable, "-c", _MEASURE, *command],
        env=os.environ | {"ALERTING_DATABASE_URL": url},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=True,
    )
    return time.perf_counter() - begun, int(run.stderr) / 1024


def write_year(file: Path, households: int, *, next_year: bool) -> None:
    """Write the workbook of a county, or that of the same county a year later."""
    with Workbook(file, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("花名册")
        sheet.write_row(0, 0, ["受威胁群众花名册"])
        sheet.write_row(1, 0, _HEADINGS)
        rows = (row for row in _rows(households, next_year=next_year) if row)
        for line, row in enumerate(rows, start=2):
            sheet.write_row(line, 0, row)


def _rows(households: int, *, next_year: bool) -> Iterator[tuple[object, ...] | None]:
    """Yield the rows; next year some are gone, others changed, moved or new."""
    places = _addresses()
    for number, place in zip(range(households), cycle(places), strict=False):
        change = number // _CHANGED_EVERY % 4 if next_year and not number % _CHANGED_EVERY else -1
        if change == 0:
            yield None
            continue
        address = places[(number + 1) % len(places)] if change == 1 else place
        phone = 13_000_000_000 + number + (10_000_000 if change == 2 else 0)
        head = f"新户{number:06d}" if change == 3 else f"住户{number:06d}"
        size = 1 + number % 6
        people = f"{size}人" if number % 2 else size
        phones: object = phone if number % 3 else f"{phone}、{phone + 50_000_000}"
        yield (number, head, people, phones, f"{address}{number}号", "残疾/独居", "")


def _addresses() -> list[str]:
    """Return the beginning of addresses in every village: county, town and village."""
    lines = [line for _, line in read_sheet(bazhong_divisions(), DivisionLine, Known()).lines]
    names = {line.code: line.name for line in lines}
    return [
        f"{names[line.code[:6]]}{names[line.code[:9]]}{everyday_name(line.name)}1组"
        for line in lines
        if line.tier is Tier.VILLAGE
    ]
