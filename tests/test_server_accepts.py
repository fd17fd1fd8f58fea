"""A flood of connections does not keep others waiting: many are accepted at once."""

import asyncio
import contextlib
import socket

import uvicorn
import uvloop

from alerting.connections import BoundedProtocol
from alerting.server import Server

_FLOOD = 128


async def _turns_until_all_are_accepted() -> int:
    """Return the iterations of the event loop that accepting the flood takes."""
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
            # The system lets them in, although the loop does not run meanwhile.
            clients.enter_context(socket.create_connection(("127.0.0.1", port)))
        turns = 0
        while len(server.server_state.connections) < _FLOOD:
            await asyncio.sleep(0)
            turns += 1
    await server.shutdown()
    return turns


def test_many_connections_are_accepted_in_each_turn_of_the_loop() -> None:
    assert uvloop.run(_turns_until_all_are_accepted()) <= _FLOOD // 8
