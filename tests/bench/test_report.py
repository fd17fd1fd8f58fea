"""Reports of benches: the medians of rounds, as a table and as JSON."""

import json
import sqlite3
from pathlib import Path

import pytest

from scripts.benches.report import medians, report


def test_each_figure_is_the_median_of_its_rounds() -> None:
    rounds = [{"a": 1.0, "b": 9.0}, {"a": 5.0, "b": 7.0}, {"a": 2.0, "b": 100.0}]
    assert medians(rounds) == {"a": 2.0, "b": 9.0}


def test_report_is_printed_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "found.json"
    report("any", {"to_limit": 0.98765, "per_second": 12345.6}, file)
    shown = capsys.readouterr().out
    assert "0.988" in shown
    assert "12,346" in shown
    found = json.loads(file.read_text("utf-8"))
    assert found["results"] == {"to_limit": 0.9877, "per_second": 12345.6}
    assert found["machine"]["sqlite"] == sqlite3.sqlite_version


def test_no_file_is_written_without_the_option(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    report("any", {"to_limit": 1.0}, None)
    assert not list(tmp_path.iterdir())
