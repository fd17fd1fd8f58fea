"""The web pages are rebuilt only after a change; a failed build says what to do."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
from contextlib import suppress
from pathlib import Path
from typing import Final
from zipfile import ZipFile

import pytest

from scripts.web_build import build, npm

ROOT: Final = Path(__file__).parents[1]
WEB: Final = ROOT / "src/alerting/web"


def test_unchanged_sources_are_not_rebuilt() -> None:
    build(WEB)
    page = WEB / "dist/board.html"
    before = page.stat().st_mtime_ns
    build(WEB)
    assert page.stat().st_mtime_ns == before


def test_changed_source_is_rebuilt(tmp_path: Path) -> None:
    copy = tmp_path / "web"
    shutil.copytree(WEB, copy, ignore=shutil.ignore_patterns("node_modules", "dist"))
    (copy / "node_modules").mkdir()
    shutil.copy(WEB / "node_modules/.installed-from", copy / "node_modules")
    shutil.copytree(WEB / "dist", copy / "dist")
    build(copy)
    with (copy / "src/theme.css").open("a") as style:
        style.write("\n")
    # The copy has no tools, so a failed build proves that one was attempted.
    with pytest.raises(SystemExit, match=r"run build .* ended with"):
        build(copy)


def test_concurrent_builds_are_atomic(
    tmp_path: Path,
) -> None:
    web = checkout(tmp_path)
    first = seen(web / "dist")
    with (web / "src/theme.css").open("a") as style:
        style.write(".later { color: black }\n")
    command = [sys.executable, str(tmp_path / "scripts/web_build.py")]
    both = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(2)]
    looks = set()
    while any(one.poll() is None for one in both):
        looks.add(seen(web / "dist"))
    said = sorted(one.communicate()[1].decode() for one in both)
    assert [one.returncode for one in both] == [0, 0], said
    assert re.fullmatch(r"Building the pages \.\.\. \d+ s\n", "".join(said))
    last = seen(web / "dist")
    assert first is not None
    assert last is not None
    assert first in looks
    assert first[0] != last[0]
    assert looks <= {first, last, None}
    assert any("-later" in name for name in last[1])


BUILDER: Final = f"""#!{sys.executable}
import pathlib, sys
pages = pathlib.Path(sys.argv[sys.argv.index("--outDir") + 1])
pages.mkdir()
for file in pathlib.Path("dist").rglob("*-*.*"):
    (pages / f"{{file.name.partition('-')[0]}}-later{{file.suffix}}").write_text("later")
"""
"""Stands in for Vite, which takes many seconds; it writes pages of other names."""


def checkout(folder: Path) -> Path:
    """Copy the built web sources with their build script; return their folder."""
    web = folder / "src/alerting/web"
    shutil.copytree(WEB, web, ignore=shutil.ignore_patterns("node_modules"))
    (folder / "scripts").mkdir()
    shutil.copy(ROOT / "scripts/web_build.py", folder / "scripts")
    tools = web / "node_modules"
    (tools / ".bin").mkdir(parents=True)
    vite = tools / ".bin/vite"
    vite.write_text(BUILDER)
    vite.chmod(0o755)
    shutil.copy(WEB / "node_modules/.installed-from", tools)
    return web


def seen(dist: Path) -> tuple[int, frozenset[str]] | None:
    """Return the folder's inode and content; None while it is being replaced."""
    with suppress(FileNotFoundError):
        folder = dist.stat().st_ino
        files = frozenset(file.name for file in dist.rglob("*"))
        if dist.stat().st_ino == folder:
            return folder, files
    return None


def test_failed_download_of_tools_is_told_with_a_remedy(tmp_path: Path) -> None:
    for name in ("package.json", "package-lock.json"):
        (tmp_path / name).write_text("{", "utf-8")
    with pytest.raises(SystemExit, match="check the network and npm's proxy"):
        build(tmp_path)
    assert not (tmp_path / "node_modules/.installed-from").exists()


@pytest.fixture(scope="session")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder unpacked from the source distribution of this checkout."""
    folder = tmp_path_factory.mktemp("sdist")
    hatchling("sdist", ROOT, folder)
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as files:
        files.extractall(folder, filter="data")
    (unpacked,) = (path for path in folder.iterdir() if path.is_dir())
    return unpacked


@pytest.mark.long
def test_sdist_holds_built_pages(sdist: Path) -> None:
    pages = sdist / "src/alerting/web"
    assert files_below(pages / "dist") == files_below(WEB / "dist")
    assert not (pages / "node_modules").exists()


@pytest.mark.long
def test_wheel_of_sdist_needs_no_npm(sdist: Path, tmp_path: Path) -> None:
    hatchling("wheel", sdist, tmp_path)
    # npm would have installed its tools here.
    assert not (sdist / "src/alerting/web/node_modules").exists()
    (wheel,) = tmp_path.glob("*.whl")
    prefix = "alerting/web/dist/"
    with ZipFile(wheel) as files:
        pages = {name.removeprefix(prefix) for name in files.namelist() if "/web/" in name}
    assert pages == files_below(WEB / "dist") - {".built-from"}


def hatchling(target: str, root: Path, folder: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "--target", target]
    # No tool can be fetched: npm has no registry and an empty cache.
    offline = {"npm_config_offline": "true", "npm_config_cache": str(folder / "npm")}
    subprocess.run(
        [*command, "--directory", str(folder)], cwd=root, check=True, env=os.environ | offline
    )


def files_below(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_npm_scripts_find_node_and_pages_are_small(
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert npm(WEB, ["--silent", "run", "size"]) == 0
    assert {line.split(":")[0] for line in capfd.readouterr().out.splitlines()} >= {
        "board",
        "doors",
    }
