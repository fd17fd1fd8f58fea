"""uvicorn's server, which a first signal stops in bounded time and a second one at once.

A supervisor reads the exit status: 0 after an orderly stop; 1 if a part failed or did not stop, or
if the stop took too long; 128 plus the signal's number after a second signal; 3 if the server did
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
from functools import partial
from types import FrameType
from typing import Final, NoReturn

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.server import HANDLED_SIGNALS

from alerting.stopping import CLOSE_SECONDS, REQUESTS_SECONDS, STOP_SECONDS, cancel

_LOOK_SECONDS: Final = 0.02

_ACCEPTS_AT_ONCE: Final = 16
"""Listeners per address.

uvloop accepts one connection per listener and loop iteration, which takes milliseconds under load.
With one listener, 1,000 connections of an attacker would delay everybody else for seconds."""

_UNCLEAN: Final = 1

_KILLED_BY: Final = 128
"""Added to the signal's number to give the exit status, as shells do."""


class Server(uvicorn.Server):
    """Serves until SIGTERM or SIGINT."""

    def serve_and_exit(self) -> NoReturn:
        """Serve, then end the process with its exit status, without an interpreter shutdown.

        Everything is closed by then. A shutdown would take most of a second of CPU time, and could
        wait for a thread that never ends.
        """
        self.run()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(self.exit_status)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start the server, with several listeners that share the accept queue of each address."""
        await super().startup(sockets)
        made = partial(  # type: ignore[call-arg] # any of uvicorn's HTTP protocols
            self.config.http_protocol_class,
            config=self.config,
            server_state=self.server_state,
            app_state=self.lifespan.state,
        )
        loop = asyncio.get_running_loop()
        for listener in [each for server in self.servers for each in server.sockets]:
            for _ in range(_ACCEPTS_AT_ONCE - 1):
                shared = socket.fromfd(listener.fileno(), listener.family, listener.type)
                backlog = self.config.backlog
                self.servers.append(await loop.create_server(made, sock=shared, backlog=backlog))

    @property
    def exit_status(self) -> int:
        """Exit status of the process after the server has stopped."""
        if not self.started:
            return STARTUP_FAILURE
        return _UNCLEAN if getattr(self.lifespan, "shutdown_failed", False) else 0

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Handle signals while serving.

        This replaces uvicorn's version, which raises the signal again after an orderly stop. The
        exit status would then be the same as after a crash by this signal.
        """
        before = {sig: signal.signal(sig, self.handle_exit) for sig in HANDLED_SIGNALS}
        try:
            yield
        finally:
            for sig, handler in before.items():
                signal.signal(sig, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to stop; if already stopping, end the process at once."""
        if self.should_exit:
            os._exit(_KILLED_BY + sig)
        # faulthandler's thread in C ends the process after STOP_SECONDS, with a traceback of each
        # thread and status 1. Neither a hung event loop nor a stuck thread can prevent that.
        faulthandler.dump_traceback_later(STOP_SECONDS, exit=True)
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close the listeners, finish requests and websockets, then stop the application."""
        for listener in (*self.servers, *(sockets or ())):
            listener.close()
        await self._let_go()
        await self.lifespan.shutdown()

    async def _let_go(self) -> None:
        """Ask all connections, also new ones, to close; abort connections still open after 3 s."""
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
