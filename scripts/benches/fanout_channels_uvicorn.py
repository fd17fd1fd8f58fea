"""The peer Django Channels under uvicorn and uvloop, the fastest way we know to run it."""

import asyncio

import uvicorn
import uvloop
from fanout_channels_board import application, publish
from fanout_peer import listener, obey


async def main() -> None:
    """Serve until the standard input ends."""
    config = uvicorn.Config(
        application(),
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


if __name__ == "__main__":
    uvloop.run(main())
