"""The figures of the fault bench, and its exit status after a failed run."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
import typer

from scripts.benches.fault_outcome import FaultOutcome
from scripts.benches.fault_run import Survival
from scripts.benches.faults import conclude, figures, injected
from tests.bench.test_benches import run

GOOD = FaultOutcome(
    lost=frozenset(),
    claimed_twice=frozenset(),
    duplicates={"+1": 2},
    unexplained=frozenset(),
    in_flight=5,
    unknown=1,
    tries=302,
)
BAD = replace(GOOD, lost=frozenset({"+2", "+3"}), unexplained=frozenset({"+1"}))
RUNS = [
    Survival(1, GOOD, Counter(kill=2, cut=1), by_second=7),
    Survival(2, BAD, Counter(kill=3)),
    Survival(9, replace(GOOD, duplicates={}), Counter()),
]


def test_figures_are_sums_over_the_runs() -> None:
    assert figures(RUNS) == {
        "runs": 3,
        "lost": 2,
        "claimed_twice": 0,
        "duplicates": 4,
        "duplicates_unexplained": 2,
        "in_flight_at_kills": 15,
        "unknown_outcomes": 3,
        "tries": 906,
        "by_second": 7,
    }


def test_injected_faults_are_counted_in_total_and_per_run() -> None:
    assert injected(RUNS) == {"cut": (1, 1), "kill": (5, 2)}


def test_failed_run_is_reported_with_its_seed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "found.json"
    with pytest.raises(typer.Exit) as ended:
        conclude(RUNS, 1.0, file)
    assert ended.value.exit_code == 1
    said = capsys.readouterr()
    [told] = said.err.splitlines()
    assert told.startswith("seed 2:")
    assert "+3" in told
    assert "kill" in said.out
    assert json.loads(file.read_text("utf-8"))["results"]["lost"] == 2


def test_good_runs_report_no_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    conclude(RUNS[:1], 1.0, None)
    assert capsys.readouterr().err == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.long
def test_run_without_faults_finds_no_errors(tmp_path: Path) -> None:
    options = ("--runs", "1", "--seed", "9", "--households", "5", "--json", "found.json")
    done = run("faults", *options, folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    results = json.loads((tmp_path / "found.json").read_text("utf-8"))["results"]
    assert results.pop("seconds") > 0
    assert results.pop("tries") == 5
    assert results.pop("runs") == 1
    assert set(results.values()) == {0}
    assert {"lost", "claimed_twice", "duplicates", "duplicates_unexplained"} <= set(results)
