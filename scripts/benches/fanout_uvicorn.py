"""A peer's ASGI application under uvicorn and uvloop, as the fan-out bench runs it."""

import asyncio
from typing import Any

import uvicorn
import uvloop

from scripts.benches.fanout_peer import Publish, listener, obey


def serve(application: Any, publish: Publish) -> None:
    """Serve the application until the standard input ends."""
    uvloop.run(_serve(application, publish))


async def _serve(application: Any, publish: Publish) -> None:
    config = uvicorn.Config(
        application,
        http="httptools",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        lifespan="off",
        access_log=False,
        log_config=None,
    )
    server, plug = uvicorn.Server(config), listener()
    serving = asyncio.create_task(server.serve(sockets=[plug]))
    await obey(plug, publish)
    server.should_exit = True
    await serving
