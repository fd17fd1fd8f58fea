"""The web server of `alerting serve`, which reports its address or why it cannot start."""

import os
import socket
import sys

import structlog
import uvicorn

from alerting.config import Loops, Settings
from alerting.server import Server

log = structlog.get_logger()


class ServeError(OSError):
    """The service cannot start; the message tells what to do."""


class AnnouncedServer(Server):
    """A server that reports its address and the board's URL, in the log and in a terminal."""

    def __init__(self, config: uvicorn.Config, settings: Settings) -> None:
        super().__init__(config)
        self._settings = settings

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start the server, then report the address.

        Raises:
            ServeError: if the application fails to start, or the address cannot be bound.
        """
        try:
            await super().startup(sockets)
        except SystemExit as end:
            # uvicorn exits by itself if the application fails or the address is in use.
            raise self._failure(end.__context__) from None
        if self.started:
            self._announce()

    def _failure(self, cause: BaseException | None) -> ServeError:
        if isinstance(cause, OSError):
            where = f"{self.config.host}:{self.config.port}"
            return ServeError(
                f"{where} cannot be listened on ({_reason(cause)}): stop what listens there, or "
                "choose others with --host and --port"
            )
        return ServeError("The service did not start: run 'alerting doctor', which tells why")

    def _announce(self) -> None:
        host, port, *_ = self.servers[0].sockets[0].getsockname()
        address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        board, loops = f"{self._settings.public_url}/", self._settings.loops
        log.info("listening", address=address, board=board, loops=loops.value)
        if sys.stdout.isatty():
            line = f"Listening on {address}; the board is at {board}"
            if loops is Loops.READ_ONLY:
                line += " (read-only: nothing is sent or recorded)"
            sys.stdout.write(f"{line}. Ctrl-C stops.\n")
            sys.stdout.flush()


def _reason(failure: OSError) -> str:
    # asyncio wraps the system's message in a sentence of its own, so look the message up again.
    code = failure.errno or 0
    return os.strerror(code) if code > 0 else str(failure.strerror)
