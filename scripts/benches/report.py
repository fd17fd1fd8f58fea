"""Results of a bench: a table to read, and JSON to compare runs."""

import json
import os
import platform
import sqlite3
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.table import Table

ROOT: Final = Path(__file__).resolve().parents[2]

JsonFile = Annotated[Path | None, typer.Option("--json", help="write the results to this file")]
Rounds = Annotated[int, typer.Option(min=1, help="number of rounds; each figure is their median")]


def medians(rounds: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return the median over the rounds of each figure; all rounds have the same figures."""
    return {name: median(found[name] for found in rounds) for name in rounds[0]}


def report(bench: str, results: Mapping[str, float], file: Path | None) -> None:
    """Print the results, and write them to the file if one is given."""
    machine = _machine()
    about = ", ".join(f"{name} {what}" for name, what in machine.items())
    table = Table("figure", title=bench, caption=about)
    table.add_column("median", justify="right")
    for name, number in results.items():
        table.add_row(name, shown(number))
    Console().print(table)
    if file:
        found = {
            "bench": bench,
            "commit": _commit(),
            "machine": machine,
            "results": {name: round(number, 4) for name, number in results.items()},
        }
        file.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", "utf-8")


def shown(number: float) -> str:
    """Return a figure formatted as in the table."""
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3f}"


def _machine() -> dict[str, Any]:
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "load": round(os.getloadavg()[0], 2),
    }


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text("utf-8").splitlines() if info.exists() else []
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.processor() or platform.machine())


def _commit() -> str:
    """Return the checkout's commit, with a mark if files were changed; empty without git."""
    asked = ("git", "-C", str(ROOT), "describe", "--always", "--dirty", "--abbrev=40")
    try:
        answer = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603
    except FileNotFoundError:
        return ""
    return answer.stdout.strip()
