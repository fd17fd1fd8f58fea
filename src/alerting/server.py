"""uvicorn's server, which ends in bounded time when it is told to stop, and at once if told again.

A supervisor reads the exit status: 0 after an orderly stop; 1 if a part failed or had to be left
behind, or the whole took too long; 128 and the signal's number if it was told again; 3 if it did
not start.
"""

import asyncio
import contextlib
import faulthandler
import os
import signal
import socket
import sys
from collections.abc import Iterator
from types import FrameType
from typing import Final, NoReturn

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.server import HANDLED_SIGNALS

from alerting.stopping import CLOSE_SECONDS, REQUESTS_SECONDS, STOP_SECONDS, cancel

_LOOK_SECONDS: Final = 0.02

_UNCLEAN: Final = 1

_KILLED_BY: Final = 128
"""A shell's convention: added to the signal's number."""


class Server(uvicorn.Server):
    """Serves until SIGTERM or SIGINT."""

    def serve_and_exit(self) -> NoReturn:
        """Serve, and end the process with its exit status.

        All is closed by then. To tear the interpreter down would take the processor most of a
        second, and could wait for a thread that never ends.
        """
        self.run()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(self.exit_status)

    @property
    def exit_status(self) -> int:
        """How it went, once it has stopped."""
        if not self.started:
            return STARTUP_FAILURE
        return _UNCLEAN if getattr(self.lifespan, "shutdown_failed", False) else 0

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Handle signals while it serves.

        uvicorn would raise the signal again after an orderly stop, so that the exit status could
        not tell that from a crash by the same signal.
        """
        before = {sig: signal.signal(sig, self.handle_exit) for sig in HANDLED_SIGNALS}
        try:
            yield
        finally:
            for sig, handler in before.items():
                signal.signal(sig, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to stop; if it is stopping already, end the process."""
        if self.should_exit:
            os._exit(_KILLED_BY + sig)
        # From here on a thread of C code ends the process, with a traceback of each thread and
        # status 1: neither a loop that hangs nor a thread that never returns can keep it.
        faulthandler.dump_traceback_later(STOP_SECONDS, exit=True)
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let nobody in, answer open requests, close websockets; then stop the application."""
        for listener in (*self.servers, *(sockets or ())):
            listener.close()
        await self._let_go()
        await self.lifespan.shutdown()

    async def _let_go(self) -> None:
        """Tell each connection to end, also one that was let in last; cut off who does not."""
        state = self.server_state
        clock = asyncio.get_running_loop().time
        until = clock() + REQUESTS_SECONDS
        while (state.connections or state.tasks) and clock() < until:
            for connection in tuple(state.connections):
                connection.shutdown()
            await asyncio.sleep(_LOOK_SECONDS)
        await cancel(tuple(state.tasks), CLOSE_SECONDS)
        for connection in tuple(state.connections):
            connection.transport.abort()
