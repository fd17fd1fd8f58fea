"""Many connections are accepted at once, so that a flood does not delay others."""

import asyncio
import contextlib
import socket

import uvicorn
import uvloop

from alerting.connections import BoundedProtocol
from alerting.server import Server

_FLOOD = 128


async def _turns_until_all_are_accepted() -> int:
    """Return how many iterations of the event loop it takes to accept a flood of connections."""
    config = uvicorn.Config(
        lambda *_: None, port=0, lifespan="off", http=BoundedProtocol, log_config=None
    )
    config.load()
    server = Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    port = server.servers[0].sockets[0].getsockname()[1]
    with contextlib.ExitStack() as clients:
        for _ in range(_FLOOD):
            # The system completes the connections, although the loop does not run meanwhile.
            clients.enter_context(socket.create_connection(("127.0.0.1", port)))
        turns = 0
        while len(server.server_state.connections) < _FLOOD:
            await asyncio.sleep(0)
            turns += 1
    await server.shutdown()
    return turns


def test_many_connections_are_accepted_per_loop_iteration() -> None:
    assert uvloop.run(_turns_until_all_are_accepted()) <= _FLOOD // 8
