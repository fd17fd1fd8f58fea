"""The application of both Channels peers: a group over Redis, whose port is the argument."""

import sys
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer
from channels.layers import get_channel_layer
from channels.routing import ProtocolTypeRouter
from django.conf import settings

from scripts.benches.fanout_peer import HOST

_GROUP = "alert"
_CAPACITY = 100_000
"""Raised from the default, with which a group of thousands would lose messages."""


class Board(AsyncWebsocketConsumer):
    """A board that receives the group's messages."""

    async def connect(self) -> None:
        """Join the group."""
        await self.channel_layer.group_add(_GROUP, self.channel_name)
        await self.accept()

    async def alert(self, event: dict[str, Any]) -> None:
        """Pass on a message of the group."""
        await self.send(text_data=event["text"])


def application() -> ProtocolTypeRouter:
    """Return the application, with its group in Redis."""
    redis = {"hosts": [(HOST, int(sys.argv[1]))], "capacity": _CAPACITY}
    backend = "channels_redis.core.RedisChannelLayer"
    settings.configure(CHANNEL_LAYERS={"default": {"BACKEND": backend, "CONFIG": redis}})
    return ProtocolTypeRouter({"websocket": Board.as_asgi()})


async def publish(text: str) -> None:
    """Send a text to the group."""
    await get_channel_layer().group_send(_GROUP, {"type": "alert", "text": text})
