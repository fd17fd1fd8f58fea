"""The peer Django Channels: a group over Redis, whose port is the argument, under uvicorn."""

import asyncio
import sys
from typing import Any

import uvicorn
import uvloop
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.layers import get_channel_layer
from channels.routing import ProtocolTypeRouter
from django.conf import settings
from fanout_peer import HOST, listener, obey

_GROUP = "alert"
_CAPACITY = 100_000
"""More than its default, with which a group of thousands would lose messages."""


class Board(AsyncWebsocketConsumer):
    """A board that hears what the group is told."""

    async def connect(self) -> None:
        """Join the group."""
        await self.channel_layer.group_add(_GROUP, self.channel_name)
        await self.accept()

    async def alert(self, event: dict[str, Any]) -> None:
        """Pass on what the group was told."""
        await self.send(text_data=event["text"])


async def main() -> None:
    """Serve until told nothing more."""
    redis = {"hosts": [(HOST, int(sys.argv[1]))], "capacity": _CAPACITY}
    backend = "channels_redis.core.RedisChannelLayer"
    settings.configure(CHANNEL_LAYERS={"default": {"BACKEND": backend, "CONFIG": redis}})
    config = uvicorn.Config(
        ProtocolTypeRouter({"websocket": Board.as_asgi()}),
        http="httptools",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        lifespan="off",
        access_log=False,
        log_config=None,
    )
    server, plug = uvicorn.Server(config), listener()
    serving = asyncio.create_task(server.serve(sockets=[plug]))
    layer = get_channel_layer()
    await obey(plug, lambda text: layer.group_send(_GROUP, {"type": "alert", "text": text}))
    server.should_exit = True
    await serving


if __name__ == "__main__":
    uvloop.run(main())
