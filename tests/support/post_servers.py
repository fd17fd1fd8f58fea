"""Real HTTP servers for requests that the service posts to other systems."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

from aiohttp import web

from tests.support.running import listening


@contextlib.asynccontextmanager
async def posts_taken(
    path: str, take: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> AsyncIterator[int]:
    """Serve POST requests to `path` on a new loopback port, and yield the port."""
    app = web.Application()
    app.router.add_post(path, take)
    runner = web.AppRunner(app)
    await runner.setup()
    listener = listening()
    await web.SockSite(runner, listener).start()
    try:
        yield listener.getsockname()[1]
    finally:
        await runner.cleanup()
