"""A peer of the fan-out bench as a process: it prints its port, then publishes its input.

For each line on its standard input it prints, once the line is published, the start time in seconds
since 1970. It runs in an environment of its own and imports nothing of this project.
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
    """Print the peer's port, then publish each line of the standard input."""
    say(str(plug.getsockname()[1]))
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        began = time.time()
        await publish(line.rstrip("\n"))
        say(repr(began))


def say(line: str) -> None:
    """Print a line and flush."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
