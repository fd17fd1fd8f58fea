"""Posts to work groups through apprise, which runs in a child process.

Calls to apprise block, some without a time limit, and its plugins take half a second to load. In a
child process this does not delay texts, and a process that hangs can be killed.
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
    """The answer of a chat service to a post."""

    TAKEN = "taken"
    REFUSED = "refused"
    """The service refused the post, or could not be reached."""
    INVALID = "invalid"
    """Apprise does not know addresses of this form."""
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True)
class Posted:
    """A chat service's verdict; `code` is the HTTP status of a refusal, if there is one."""

    verdict: Verdict
    code: int | None = None


_UNANSWERED: Final = Posted(Verdict.UNANSWERED)


class Poster:
    """Posts through a child process, which is started when needed and restarted if it ends."""

    def __init__(self, seconds: float) -> None:
        """Take the time limit in seconds; an answer after that counts as no answer."""
        self._seconds = seconds
        self._ids = count()
        self._waiting: dict[int, asyncio.Future[Posted]] = {}
        self._starting = asyncio.Lock()
        self._process: Process | None = None
        self._reading: asyncio.Task[None] | None = None

    async def post(self, address: SecretStr, body: str) -> Posted:
        """Post to a group; failures are returned as a verdict, never raised."""
        return await self._ask(address, body)

    async def check(self, address: SecretStr) -> Posted:
        """Check whether apprise knows addresses of this form; nothing is posted."""
        return await self._ask(address, None)

    async def close(self) -> None:
        """Kill the child process and wait for its end."""
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
            # uvloop raises a RuntimeError if the pipe was closed meanwhile.
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
                    # Discarded, because warnings quote groups' addresses, which contain tokens.
                    stderr=DEVNULL,
                    # Ctrl-C must reach only the service, which kills the child after the last post.
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
