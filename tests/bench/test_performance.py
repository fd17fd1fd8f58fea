"""The generated pages contain the benches' figures and targets."""

from pathlib import Path

import pytest
import typer

from scripts.benches import answer, performance
from scripts.benches.report import report


def test_page_shows_each_benchs_figures_beside_their_targets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, operations = tmp_path / "performance.md", tmp_path / "operations.md"
    operations.write_text("# Running\n\n## Sizing\nAs it was.\n\n## Backup\nDaily.\n", "utf-8")
    monkeypatch.setattr(performance, "PAGE", page)
    monkeypatch.setattr(performance, "OPERATIONS", operations)
    report("answer", {"p99_ms": 31.52, "p50_ms": 4.0}, tmp_path / "1.json")
    report("send", {"to_bare_sdk": 0.98}, tmp_path / "2.json")
    report("reconnect", {"seconds_all_back": 5.02}, tmp_path / "3.json")
    performance.bench(tmp_path)
    written = page.read_text("utf-8")
    assert f"## answer\n\n{(answer.__doc__ or '').splitlines()[0]}" in written
    assert "| `p99_ms` | 31.520 | at most 50 |" in written
    assert "| `p50_ms` | 4.000 |  |" in written
    assert "| `to_bare_sdk` | 0.980 | at least 0.9 |" in written
    assert "Measured on cpu " in written
    sized = operations.read_text("utf-8")
    assert "| `reconnect` | 5.020 |" in sized
    assert "As it was." not in sized
    assert sized.startswith("# Running\n\n## Sizing\n")
    assert sized.endswith("\n\n## Backup\nDaily.\n")


def test_only_attacks_have_their_own_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "performance.md"
    monkeypatch.setattr(performance, "PAGE", page)
    monkeypatch.setattr(performance, "OPERATIONS", tmp_path / "operations.md")
    performance.OPERATIONS.write_text("## Sizing\n\n## Backup\n", "utf-8")
    found = {"p99_ms": 9.0, "taps_alone_p99_ms": 2.5, "postgres_taps_alone_p99_ms": 3.5}
    report("siege", found, tmp_path / "1.json")
    performance.bench(tmp_path)
    written = page.read_text("utf-8")
    assert (
        "| `p99_ms` | 9.000 | at most 1000 |\n\n| alone | `p99_ms` | `postgres_p99_ms` |" in written
    )
    assert "| `taps` | 2.500 | 3.500 |" in written


def test_sizing_is_updated_in_the_operations_page() -> None:
    before = performance.OPERATIONS.read_text("utf-8")
    measured = [{"bench": "plan", "results": {"peak_mib": 321.25}}]
    assert "| `plan` | 321 |" in performance.sized(before, measured)


def test_folder_without_figures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(typer.BadParameter, match="write some with --json first"):
        performance.bench(tmp_path)
