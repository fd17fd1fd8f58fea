"""The peer python-socketio: an event to all clients, under uvicorn."""

import asyncio

import socketio
import uvicorn
import uvloop
from fanout_peer import listener, obey


async def main() -> None:
    """Serve until the standard input ends."""
    events = socketio.AsyncServer(async_mode="asgi", cors_allowed_origins="*")
    config = uvicorn.Config(
        socketio.ASGIApp(events),
        http="httptools",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        access_log=False,
        log_config=None,
    )
    server, plug = uvicorn.Server(config), listener()
    serving = asyncio.create_task(server.serve(sockets=[plug]))
    await obey(plug, lambda text: events.emit("alert", text))
    server.should_exit = True
    await serving


if __name__ == "__main__":
    uvloop.run(main())
