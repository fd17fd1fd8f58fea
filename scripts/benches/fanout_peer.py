"""A peer of the fan-out bench as a process: it prints its port, then publishes what it is told.

For each line on its standard input it prints, once that is published, when it began, in seconds
since 1970. What runs here knows nothing of this project: it has an environment of its own.
"""

import asyncio
import socket
import sys
import time
from collections.abc import Awaitable, Callable

HOST = "127.0.0.1"
BACKLOG = 4096

Publish = Callable[[str], Awaitable[None]]


def listener() -> socket.socket:
    """Return a listening socket on a free loopback port."""
    return socket.create_server((HOST, 0), backlog=BACKLOG)


async def obey(plug: socket.socket, publish: Publish) -> None:
    """Say where the peer listens, then publish line after line until there is none."""
    say(str(plug.getsockname()[1]))
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        began = time.time()
        await publish(line.rstrip("\n"))
        say(repr(began))


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
