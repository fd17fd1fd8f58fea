"""The drill's processes. Each has a name, is watched, and ends with the drill."""

import asyncio
import atexit
import contextlib
import os
import signal
import sys
from pathlib import Path
from typing import Final

from alerting.drill.story_time import DrillError

_STOP_SECONDS: Final = 15.0

_LOOK_SECONDS: Final = 0.5

_LOG_LINES: Final = 12


class Processes:
    """Runs programs in `folder`. The process NAME writes its log to NAME.log in that folder."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._folder = folder
        self._running: dict[str, asyncio.subprocess.Process] = {}
        # Drop the settings of any other service on this machine.
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("ALERTING_")}
        path = os.pathsep.join(os.path.abspath(place) for place in sys.path if place)
        self.environment = inherited | {"PYTHONPATH": path} | environment
        atexit.register(self._kill_all)

    async def run(self, *arguments: str) -> str:
        """Run the command `alerting` to its end, and return its output.

        Raises:
            DrillError: if the command fails.
        """
        process = await self._spawn(
            _module("alerting", *arguments), asyncio.subprocess.PIPE, asyncio.subprocess.PIPE
        )
        try:
            said, complaint = await process.communicate()
        finally:
            _kill(process)
        if process.returncode:
            what = " ".join(arguments[:3])
            raise DrillError(f"alerting {what} failed: {(said + complaint).decode().strip()}")
        return said.decode()

    async def start(self, name: str, *arguments: str) -> None:
        """Start a Python module with arguments. Its output goes to the log."""
        await self.start_program(name, *_module(*arguments))

    async def start_program(self, name: str, *command: str, user: str | None = None) -> None:
        """Start a program, as `user` if given. Its output goes to the log."""
        with (self._folder / f"{name}.log").open("ab") as log:
            self._running[name] = await self._spawn(command, log.fileno(), log.fileno(), user)

    async def start_and_hear(self, name: str, *arguments: str) -> str:
        """Start a Python module, and return the first line it prints.

        Raises:
            DrillError: if the module ends without printing a line.
        """
        with (self._folder / f"{name}.log").open("ab") as log:
            process = await self._spawn(_module(*arguments), asyncio.subprocess.PIPE, log.fileno())
        self._running[name] = process
        said = await process.stdout.readline() if process.stdout else b""
        if not said:
            raise DrillError(f"the {name} did not start. {self.last_words(name)}")
        return said.decode()

    def pid(self, name: str) -> int:
        """Return the process id of a named process."""
        return self._running[name].pid

    async def kill(self, name: str) -> None:
        """Kill a process and its child processes at once, like a power cut."""
        process = self._running.pop(name)
        _kill(process)
        await process.wait()

    async def stop(self, name: str) -> None:
        """Ask a running process to stop, and wait for its end; kill it after 15 s."""
        process = self._running.pop(name, None)
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            async with asyncio.timeout(_STOP_SECONDS):
                await process.wait()
        except TimeoutError:
            _kill(process)
            await process.wait()

    async def close(self) -> None:
        """Stop all processes in reverse order of their starts."""
        for name in reversed(list(self._running)):
            await self.stop(name)
        atexit.unregister(self._kill_all)

    async def watch(self) -> None:
        """Watch the processes until cancelled.

        Raises:
            DrillError: if a process ends by itself.
        """
        while True:
            for name in list(self._running):
                self.check(name)
            await asyncio.sleep(_LOOK_SECONDS)

    def check(self, name: str) -> None:
        """Check that a process has not ended by itself.

        Raises:
            DrillError: if the process has ended; the message has the end of its log.
        """
        process = self._running.get(name)
        if process is not None and process.returncode is not None:
            raise DrillError(f"the {name} ended by itself. {self.last_words(name)}")

    def last_words(self, name: str) -> str:
        """Return the last lines of a process's log."""
        log = self._folder / f"{name}.log"
        lines = log.read_text("utf-8", "replace").splitlines() if log.exists() else []
        return "\n".join(["Its log ends with:", *lines[-_LOG_LINES:]])

    async def _spawn(
        self, command: tuple[str, ...], stdout: int, stderr: int, user: str | None = None
    ) -> asyncio.subprocess.Process:
        # The process gets a session of its own, and so no Ctrl-C, because the drill must stop it.
        return await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=stdout,
            stderr=stderr,
            env=self.environment,
            cwd=self._folder,
            user=user,
            start_new_session=True,
        )

    def _kill_all(self) -> None:
        for process in self._running.values():
            _kill(process)


def _module(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", *arguments)


def _kill(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
