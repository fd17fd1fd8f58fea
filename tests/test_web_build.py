"""The pages are built when something changed, and where they cannot be it is said what to do."""

import shutil
from pathlib import Path

import pytest

from scripts.web_build import build, npm

WEB = Path(__file__).parents[1] / "src/alerting/web"


def test_nothing_is_done_where_nothing_changed() -> None:
    build(WEB)
    page = WEB / "dist/board.html"
    before = page.stat().st_mtime_ns
    build(WEB)
    assert page.stat().st_mtime_ns == before


def test_a_changed_source_is_noticed(tmp_path: Path) -> None:
    copy = tmp_path / "web"
    shutil.copytree(WEB, copy, ignore=shutil.ignore_patterns("node_modules", "dist"))
    (copy / "node_modules").mkdir()
    shutil.copy(WEB / "node_modules/.installed-from", copy / "node_modules")
    shutil.copy(WEB / "node_modules/.built-from", copy / "node_modules")
    shutil.copytree(WEB / "dist", copy / "dist")
    build(copy)
    with (copy / "src/theme.css").open("a") as style:
        style.write("\n")
    # There are no tools in the copy: that it fails shows that it tried.
    with pytest.raises(SystemExit, match="run build' ended with"):
        build(copy)


def test_where_the_tools_cannot_be_fetched_it_is_said_what_to_do(tmp_path: Path) -> None:
    for name in ("package.json", "package-lock.json"):
        (tmp_path / name).write_text("{", "utf-8")
    with pytest.raises(SystemExit, match="check the network and npm's proxy"):
        build(tmp_path)
    assert not (tmp_path / "node_modules/.installed-from").exists()


def test_what_npm_runs_finds_node_and_the_pages_are_small(
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert npm(WEB, ["--silent", "run", "size"]) == 0
    assert {line.split(":")[0] for line in capfd.readouterr().out.splitlines()} >= {
        "board",
        "doors",
    }
