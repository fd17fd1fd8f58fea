"""The minimal websocket server: it accepts, sends one text, and stores nothing.

`python -m scripts.benches.reconnect_bare --port PORT`, on uvicorn, as the service.
"""

from typing import Annotated, Final

import typer
import uvicorn
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from scripts.benches.town import HOST

_BACKLOG: Final = 16_384
_TEXT: Final = '{"type":"heartbeat","seq":0}'


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer readiness checks, and serve a websocket until its client leaves."""
    if scope["type"] == "http":
        await PlainTextResponse("ready")(scope, receive, send)
        return
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.send", "text": _TEXT})
    await receive()


def serve(port: Annotated[int, typer.Option()]) -> None:
    """Serve until stopped."""
    uvicorn.run(
        app,
        host=HOST,
        port=port,
        backlog=_BACKLOG,
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        lifespan="off",
        access_log=False,
        log_config=None,
    )


if __name__ == "__main__":
    typer.run(serve)
