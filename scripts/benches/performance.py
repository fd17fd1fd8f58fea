"""docs/performance.md, from what the benches wrote: `scripts/bench performance FOLDER`."""

import json
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from scripts.benches.report import ROOT, shown

PAGE: Final = ROOT / "docs" / "performance.md"
_WANTED: Final[Mapping[str, Mapping[str, str]]] = {
    "send": {"to_bare_sdk": "at least 0.9", "to_arithmetic_limit": "at most 1.1"},
    "answer": {
        "sqlite_grouped_to_storage_free": "at least 0.6",
        "postgres_grouped_to_storage_free": "at least 0.6",
        "p99_ms": "at most 50",
        "postgres_p99_ms": "at most 50",
    },
    "feed": {"p99_ms": "at most 100"},
    "fanout": {
        "to_raw_c": "at most 1.5",
        "times_faster_than_mosquitto": "above 1",
        "times_faster_than_socketio": "at least 10",
        "times_faster_than_channels": "at least 25",
    },
    "reconnect": {"seconds_all_back": "at most 10", "gaps": "0"},
    "plan": {"to_insert_select_1m": "at most 3", "peak_mib": "at most 400"},
    "growth": {"answer_1m_to_1k": "at most 1.2", "frame_1m_to_1k": "at most 1.2"},
    "faults": {
        "lost": "0",
        "claimed_twice": "0",
        "duplicates_unexplained": "0",
    },
}
_HEAD: Final = """\
# Performance

Written by `scripts/bench performance FOLDER` from the files that `scripts/bench NAME --json FILE`
left in a folder; nothing here is typed in by hand. Ratios are taken side by side in one run and
mean the same on another machine; the absolute figures are this one's. A figure is the median of
the bench's rounds.
"""


def bench(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="the JSON files")],
) -> None:
    """Write docs/performance.md from the benches' JSON files."""
    found = {file: json.loads(file.read_text("utf-8")) for file in sorted(folder.glob("*.json"))}
    if not found:
        raise typer.BadParameter(f"{folder} holds no *.json; write some with --json first")
    PAGE.write_text(page(list(found.values())), "utf-8")


def page(found: list[dict[str, Any]]) -> str:
    """Return the page's text: a section a bench, in the benches' order."""
    return "\n".join((_HEAD, *(line for each in found for line in _section(each))))


def _section(found: dict[str, Any]) -> Iterator[str]:
    name = found["bench"]
    about = import_module(f"scripts.benches.{name}").__doc__ or ""
    wanted = _WANTED.get(name, {})
    yield f"## {name}\n\n{about.strip()}\n"
    yield "| figure | found | wanted |\n| --- | ---: | --- |"
    for figure, number in found["results"].items():
        yield f"| `{figure}` | {shown(number)} | {wanted.get(figure, '')} |"
    machine = ", ".join(f"{part} {what}" for part, what in found["machine"].items())
    yield f"\nMeasured on {machine}; commit `{found['commit'][:12]}`.\n"
