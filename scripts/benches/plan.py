"""An alert accepted and planned for a whole city, against a bare insertion of the same rows.

The service's `raise_alert` runs through its ledger, from the request to the commit: it enrols the
households, freezes texts, queues deliveries, counts tallies, calls officers and appends to the log.
For comparison, in the same run and database, one INSERT ... SELECT copies the rows of its roll and
another those of its deliveries, into tables with the same columns, keys and indexes: see
`scripts.benches.planning`. Each runs in a separate process. The system reports the peak memory of
that process, which includes SQLite's page cache but not PostgreSQL's server.

`to_insert_select_1m` is the service's time divided by that of the bare insertion, for a million
households. For it and for `peak_mib` the worse of the two databases is shown.
"""

import json
import subprocess
import sys
from typing import Annotated, Final

import typer

from scripts.benches.plan_city import ENGINES, City, found
from scripts.benches.planning import Took
from scripts.benches.report import JsonFile, Rounds, medians, report
from scripts.benches.town import workshop

_SIZES: Final = {1_000: "1k", 100_000: "100k", 1_000_000: "1m"}

Sizes = Annotated[list[int], typer.Option("--households", min=100, help="may be repeated")]


def bench(
    households: Sizes = list(_SIZES),  # noqa: B006 - typer's default of a repeated option
    rounds: Rounds = 3,
    json_file: JsonFile = None,
) -> None:
    """Measure raising for a whole city against a bare insertion of its rows."""
    results: dict[str, float] = {}
    for size in sorted(households):
        for engine in ENGINES:
            with workshop() as folder, found(engine, folder, size) as city:
                results |= medians([_round(city, size) for _ in range(rounds)])
    report("plan", {**worst(results, max(households)), **results}, json_file)


def worst(results: dict[str, float], size: int) -> dict[str, float]:
    """Return the larger ratio and the larger peak memory of the two databases."""
    ratio, peak = f"to_insert_select_{label(size)}", f"peak_mib_{label(size)}"
    return {
        ratio: max(results[f"{engine}_{ratio}"] for engine in ENGINES),
        "peak_mib": max(results[f"{engine}_{peak}"] for engine in ENGINES),
    }


def label(size: int) -> str:
    """Return a number of households as it is written in names of results, such as '1k'."""
    return _SIZES.get(size, str(size))


def _round(city: City, size: int) -> dict[str, float]:
    with city.copied() as url:
        raised, copied = planned("raise", url), planned("copy", url)
    check(raised, copied, size)
    figures = {
        "to_insert_select": raised.seconds / copied.seconds,
        "seconds": raised.seconds,
        "insert_select_seconds": copied.seconds,
        "peak_mib": raised.peak_mib,
    }
    return {f"{city.engine}_{name}_{label(size)}": number for name, number in figures.items()}


def check(raised: Took, copied: Took, size: int) -> None:
    """Check that both wrote all their rows.

    Raises:
        RuntimeError: if not every household was reached, or not every row was copied.
    """
    # Deliveries to websockets are copied too, but `raised` does not count them.
    if not raised.households == copied.households == size or copied.texts < raised.texts:
        raise RuntimeError(f"{size} households: {raised} were reached, {copied} were copied")


def planned(way: str, url: str) -> Took:
    """Raise an alert for the whole city, or copy its rows, in a separate process."""
    command = (sys.executable, "-P", "-m", "scripts.benches.planning", way, url)
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603
    return Took(**json.loads(done.stdout))
