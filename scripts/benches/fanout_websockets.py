"""The peer `websockets`: its own server and its own broadcast."""

import asyncio

import uvloop
from websockets.asyncio.server import ServerConnection, broadcast, serve

from scripts.benches.fanout_peer import listener, obey


async def main() -> None:
    """Serve until the standard input ends."""
    connections: set[ServerConnection] = set()

    async def stay(connection: ServerConnection) -> None:
        connections.add(connection)
        await connection.wait_closed()
        connections.discard(connection)

    async def publish(text: str) -> None:
        broadcast(connections, text)

    plug = listener()
    async with serve(stay, sock=plug, compression=None):
        await asyncio.create_task(obey(plug, publish))


if __name__ == "__main__":
    uvloop.run(main())
