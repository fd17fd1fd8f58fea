"""docs/performance.md and the sizing in docs/operations.md, written from the benches' files.

`scripts/bench performance FOLDER`.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from scripts.benches.report import ROOT, shown
from scripts.benches.scale import scale

PAGE: Final = ROOT / "docs" / "performance.md"
OPERATIONS: Final = ROOT / "docs" / "operations.md"
_WANTED: Final[Mapping[str, Mapping[str, str]]] = {
    "send": {"to_bare_sdk": "at least 0.9", "to_arithmetic_limit": "at most 1.1"},
    "answer": {
        "sqlite_grouped_to_storage_free": "at least 0.6",
        "postgres_grouped_to_storage_free": "at least 0.6",
        "times_idiomatic": "at least 20",
        "p99_ms": "at most 50",
        "postgres_p99_ms": "at most 50",
    },
    "feed": {"p99_ms": "at most 50"},
    "fanout": {
        "to_raw_c": "at most 1.25",
        "times_faster_than_websockets": "above 1",
        "times_faster_than_mosquitto": "above 1",
        "times_faster_than_socketio": "at least 10",
        "times_faster_than_channels": "at least 25",
    },
    "reconnect": {
        "seconds_all_back": "at most 10",
        "to_bare": "at most 2.5",
        "failed_attempts": "0",
        "gaps": "0",
    },
    "plan": {
        "to_insert_select_1m": "at most 1.5",
        "sqlite_to_insert_select_1k": "at most 3",
        "postgresql_to_insert_select_1k": "at most 3",
        "peak_mib": "at most 400",
    },
    "growth": {"answer_1m_to_1k": "at most 1.1", "frame_1m_to_1k": "at most 1.1"},
    "siege": {
        "answers_lost": "0",
        "p99_ms": "at most 1000",
        "sign_in_ms": "at most 2000",
        "postgres_answers_lost": "0",
        "postgres_p99_ms": "at most 1000",
        "postgres_sign_in_ms": "at most 2000",
    },
    "office": {
        **{
            f"{store}_year_{year}_{step}_seconds": "at most 60"
            for store in ("sqlite", "postgres")
            for year in (1, 2)
            for step in ("preview", "import")
        },
        "sqlite_mebibytes": "at most 500",
        "postgres_mebibytes": "at most 500",
        "roll_seconds": "at most 60",
        "cards_seconds": "at most 60",
    },
    "prediction": {"in_range_percent": "70 to 90"},
    "faults": {
        "lost": "0",
        "claimed_twice": "0",
        "duplicates_unexplained": "0",
    },
}
_HEAD: Final = """\
# Performance

`scripts/bench performance FOLDER` writes this page from the files of `scripts/bench NAME --json
FILE`; nothing here is typed in by hand. Both sides of a ratio are measured in one run, so ratios
hold on other machines too. Absolute figures hold only for this machine. A figure is the median of
the bench's rounds.
"""

_SIZING_HEAD: Final = """\
## Sizing
`scripts/bench` measures these figures. [docs/performance.md](performance.md) has all of them and
names the machine. `scripts/bench performance` writes this section.

| what | bench | figure | what follows |
| --- | --- | ---: | --- |
"""
_SIZING: Final = (
    (
        "answers a second, one process on SQLite",
        "answer",
        ("sqlite_grouped_per_second",),
        "a county of 100,000 households that all answer within ten minutes needs 170",
    ),
    (
        "answers a second on PostgreSQL, 1, 2, 4 processes",
        "cluster",
        ("answers_per_second_1", "answers_per_second_2", "answers_per_second_4"),
        "add `api` processes while cores are idle",
    ),
    (
        "texts a second on PostgreSQL, 1, 2, 4 processes",
        "cluster",
        ("texts_per_second_1", "texts_per_second_2", "texts_per_second_4"),
        "the provider's rate (`[sending] segments_per_second`) is a far lower limit",
    ),
    (
        "milliseconds until a frame has reached 5,000 boards of one process",
        "fanout",
        ("service_ms",),
        "an `api` process for each 5,000 boards",
    ),
    (
        "seconds until 5,000 disconnected boards are back",
        "reconnect",
        ("seconds_all_back",),
        "boards get no news for that long after a balancer's restart",
    ),
    (
        "seconds to plan for a million households, SQLite, PostgreSQL",
        "plan",
        ("sqlite_seconds_1m", "postgresql_seconds_1m"),
        "the first text of an alert for a city leaves after that time",
    ),
    (
        "peak memory in MiB of the process that plans for them",
        "plan",
        ("peak_mib",),
        "400 MiB for each process",
    ),
)
_ALONE: Final = re.compile("(?P<store>postgres_)?(?P<attack>[a-z_]+)_alone_(?P<felt>[a-z0-9_]+)")
"""Matches the figures of a single attack, which are shown in a separate table."""
_SIZING_PART: Final = re.compile(r"^## Sizing\n.*?(?=^## )", re.MULTILINE | re.DOTALL)


def bench(
    folder: Annotated[
        Path,
        typer.Argument(
            exists=True, file_okay=False, help="folder with the JSON files of the benches"
        ),
    ],
) -> None:
    """Write docs/performance.md and the sizing in docs/operations.md from the benches' files."""
    found = {file: json.loads(file.read_text("utf-8")) for file in sorted(folder.glob("*.json"))}
    if not found:
        raise typer.BadParameter(f"{folder} holds no *.json; write some with --json first")
    PAGE.write_text(page(list(found.values())), "utf-8")
    operations = OPERATIONS.read_text("utf-8")
    OPERATIONS.write_text(sized(operations, list(found.values())), "utf-8")


def page(found: list[dict[str, Any]]) -> str:
    """Return the page: a section for each bench, in their order, and the section on scale."""
    results = {each["bench"]: each["results"] for each in found}
    sections = (line for each in found for line in _section(each))
    return "\n".join((_HEAD, *sections, *scale(results)))


def sized(operations: str, found: list[dict[str, Any]]) -> str:
    """Return the operations page with these figures in its section on sizing.

    A figure that was not measured stays empty.
    """
    results = {each["bench"]: each["results"] for each in found}

    def row(what: str, bench: str, figures: Sequence[str], follows: str) -> str:
        of = results.get(bench, {})
        numbers = "; ".join(shown(of[figure]) for figure in figures if figure in of)
        return f"| {what} | `{bench}` | {numbers} | {follows} |\n"

    table = "".join(row(*each) for each in _SIZING)
    return _SIZING_PART.sub(lambda _part: f"{_SIZING_HEAD}{table}\n", operations, count=1)


def _alone(attacks: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    """Yield the lines of the table of single attacks, one row for each."""
    if not attacks:
        return
    names = list(next(iter(attacks.values())))
    yield f"\n| alone | {' | '.join(f'`{name}`' for name in names)} |"
    yield f"| --- |{' ---: |' * len(names)}"
    for attack, figures in attacks.items():
        yield f"| `{attack}` | {' | '.join(shown(figures[name]) for name in names)} |"


def _section(found: dict[str, Any]) -> Iterator[str]:
    name = found["bench"]
    about = import_module(f"scripts.benches.{name}").__doc__ or ""
    wanted = _WANTED.get(name, {})
    yield f"## {name}\n\n{about.strip()}\n"
    yield "| figure | found | wanted |\n| --- | ---: | --- |"
    alone: dict[str, dict[str, float]] = {}
    for figure, number in found["results"].items():
        if parts := _ALONE.fullmatch(figure):
            alone.setdefault(parts["attack"], {})[f"{parts['store'] or ''}{parts['felt']}"] = number
        else:
            yield f"| `{figure}` | {shown(number)} | {wanted.get(figure, '')} |"
    yield from _alone(alone)
    machine = ", ".join(f"{part} {what}" for part, what in found["machine"].items())
    yield f"\nMeasured on {machine}; commit `{found['commit'][:12]}`.\n"
