"""A child process with a line-based request-response protocol."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

_LONGEST = 1 << 20
_STOP_SECONDS = 5.0


class Talker:
    """A running process that answers each line with a line."""

    def __init__(
        self, output: asyncio.StreamReader, standard_input: asyncio.StreamWriter, log: Path
    ) -> None:
        self._output = output
        self._input = standard_input
        self._log = log

    async def hear(self) -> str:
        """Return the next line that the process prints.

        Raises:
            RuntimeError: if the process's output ends.
        """
        line = await self._output.readline()
        if not line:
            raise RuntimeError(f"a process ended: {self._log.read_text('utf-8')[-2000:]}")
        return line.decode().rstrip("\n")

    async def ask(self, line: str) -> str:
        """Send a line, and return the answer."""
        self._input.write(f"{line}\n".encode())
        return await self.hear()


@asynccontextmanager
async def talking(
    folder: Path, *command: str, environment: dict[str, str] | None = None
) -> AsyncIterator[Talker]:
    """Run a command in a folder for the duration of the context; its errors go to a log."""
    log = folder / f"{Path(command[-1] if len(command) < 3 else command[2]).name}.log"
    with log.open("wb") as complaints:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=complaints,
            env=environment,
            cwd=folder,
            limit=_LONGEST,
        )
    if process.stdout is None or process.stdin is None:
        raise RuntimeError("both were asked for")
    try:
        yield Talker(process.stdout, process.stdin, log)
    finally:
        process.stdin.close()
        await _end(process)


async def _end(process: asyncio.subprocess.Process) -> None:
    """Terminate a process whose input is closed; kill it if it does not end."""
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(_STOP_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
