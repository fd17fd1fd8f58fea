"""Posts to work groups through apprise, which runs in a process of its own.

Its calls block, some of them without a limit, and its plugins take half a second to load. In
another process neither holds up a text, and one that hangs can be ended.
"""

import asyncio
import contextlib
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from typing import Final

import structlog
from pydantic import SecretStr

log = structlog.get_logger()

_MODULE: Final = "alerting.work_groups.apprise_process"


class Verdict(StrEnum):
    """The answer of a group's service to a post."""

    TAKEN = "taken"
    REFUSED = "refused"
    """It did not take it, or could not be reached."""
    INVALID = "invalid"
    """The address is none that apprise knows."""
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True)
class Posted:
    """A service's verdict; `code` is its HTTP status if it refused."""

    verdict: Verdict
    code: int | None = None


_UNANSWERED: Final = Posted(Verdict.UNANSWERED)


class Poster:
    """Posts through a child process, which starts with the first post and again if it ends."""

    def __init__(self, seconds: float) -> None:
        """An answer later than `seconds` counts as none."""
        self._seconds = seconds
        self._ids = count()
        self._waiting: dict[int, asyncio.Future[Posted]] = {}
        self._starting = asyncio.Lock()
        self._process: Process | None = None
        self._reading: asyncio.Task[None] | None = None

    async def post(self, address: SecretStr, body: str) -> Posted:
        """Post to a group. Return every failure as a verdict; raise nothing."""
        return await self._ask(address, body)

    async def check(self, address: SecretStr) -> Posted:
        """Return whether apprise knows such an address; nothing is posted."""
        return await self._ask(address, None)

    async def close(self) -> None:
        """End the child process."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        if self._reading is not None:
            await self._reading

    async def _ask(self, address: SecretStr, body: str | None) -> Posted:
        id_ = next(self._ids)
        answer: asyncio.Future[Posted] = asyncio.get_running_loop().create_future()
        asked = {"id": id_, "address": address.get_secret_value(), "body": body}
        self._waiting[id_] = answer
        try:
            async with asyncio.timeout(self._seconds):
                process = await self._running()
                if process.stdin is None:
                    return _UNANSWERED
                process.stdin.write(json.dumps(asked).encode() + b"\n")
                await process.stdin.drain()
                return await answer
        except (TimeoutError, OSError, RuntimeError):
            # uvloop raises a RuntimeError for a pipe that has closed since.
            return _UNANSWERED
        finally:
            del self._waiting[id_]

    async def _running(self) -> Process:
        async with self._starting:
            if self._process is None or self._process.returncode is not None:
                self._process = await asyncio.create_subprocess_exec(
                    *(sys.executable, "-m", _MODULE, str(self._seconds)),
                    stdin=PIPE,
                    stdout=PIPE,
                    # Its warnings quote groups' addresses, which hold tokens: discard them.
                    stderr=DEVNULL,
                    # Ctrl-C is for the service, which ends it after the last post.
                    start_new_session=True,
                )
                self._reading = asyncio.create_task(self._read(self._process))
            return self._process

    async def _read(self, process: Process) -> None:
        while process.stdout is not None and (line := await process.stdout.readline()):
            said = json.loads(line)
            waiting = self._waiting.get(said["id"])
            if waiting is not None and not waiting.done():
                waiting.set_result(Posted(Verdict(said["verdict"]), said["code"]))
        log.info("the process that posts to work groups ended", code=await process.wait())
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_result(_UNANSWERED)
