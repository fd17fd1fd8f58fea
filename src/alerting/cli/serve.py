"""`alerting serve`: run the service."""

import ctypes
import gc
import os
import sys
from typing import Annotated, Final

import typer
import uvicorn
from fastapi import FastAPI
from sqlalchemy import make_url

from alerting.api.routes import build_routes
from alerting.app import create_app
from alerting.cli.server import AnnouncedServer
from alerting.config import Loops, load_settings
from alerting.connections import MOST_CLIENT_MESSAGE, BoundedProtocol
from alerting.feed.websocket_protocol import WireProtocol
from alerting.logs import configure_logs
from alerting.migrations.upgrade import migrate
from contacts.encryption.keys import key_file_of, read_keys

app = typer.Typer()

_BACKLOG: Final = 16_384
"""Listen backlog; a board that finds it full retries after 1 s or more.

The system may cap it: Linux at net.core.somaxconn, by default 4,096.
"""


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="the address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="the port to listen on")] = 8000,
    loops: Annotated[
        Loops | None, typer.Option(help="what this process does beside answering")
    ] = None,
) -> None:
    """Run the service. An SQLite database is migrated to the newest schema first.

    SIGTERM stops the service within ten seconds; a second SIGTERM stops it at once.
    """
    # Files that this process creates are readable only by its user.
    os.umask(0o077)
    settings = load_settings() if loops is None else load_settings(loops=loops)
    configure_logs()
    application = create_app(settings)
    build_routes()
    if make_url(settings.database_url).get_backend_name() == "sqlite":
        migrate(settings.database_url)
    # The service can start while its database server is down, but never without its keys.
    read_keys(key_file_of(settings.database_url))
    AnnouncedServer(prepared(application, host, port), settings).serve_and_exit()


def prepared(application: FastAPI, host: str, port: int) -> uvicorn.Config:
    """Prepare this process to serve, and return the configuration of its web server.

    Call it after imports and before threads start.
    """
    freeze_long_lived_objects()
    share_memory()
    sys.setswitchinterval(_SWITCH_SECONDS)
    return uvicorn.Config(
        application,
        host=host,
        port=port,
        backlog=_BACKLOG,
        loop="uvloop",
        http=BoundedProtocol,
        ws=WireProtocol,
        ws_max_size=MOST_CLIENT_MESSAGE,
        ws_per_message_deflate=False,
        access_log=False,
        log_config=None,
    )


_SWITCH_SECONDS: Final = 0.0005
"""Longest time for which a thread keeps the interpreter lock (GIL) while another waits.

The writer thread releases the lock in each SQL statement. With the default of 5 ms, a transaction
of 30 statements could wait 150 ms for one busy thread.
"""

_NEW_OBJECTS: Final = 20_000
"""Generation-0 threshold in net allocations, about as many as some dozens of responses make."""


def freeze_long_lived_objects() -> None:
    """Exempt the objects that live as long as the process from garbage collection.

    Modules, tables and compiled expressions are hundreds of thousands of objects. Without this, the
    collector scans them repeatedly, and all requests wait meanwhile. Call it after imports and
    before serving.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS)


_M_ARENA_MAX: Final = -8
"""Number of the option M_ARENA_MAX in glibc's malloc.h."""

_ARENAS: Final = 2


def share_memory() -> None:
    """Limit glibc's memory allocator to two arenas for all threads.

    By default, each of a dozen threads has its own arena, and memory that one thread frees cannot
    be used by another. After imports of 100,000 households, the arenas held 150 MiB. Call it before
    the threads start. It has no effect with other C libraries.
    """
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        library.mallopt(_M_ARENA_MAX, _ARENAS)
