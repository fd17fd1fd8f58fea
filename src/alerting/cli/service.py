"""Serving, and bringing the database to the newest schema."""

from typing import Annotated, Final

import typer
import uvicorn
from sqlalchemy import make_url

from alerting.app import create_app
from alerting.collector import spare_what_stays
from alerting.config import Loops, load_settings
from alerting.feed.wire import WireProtocol
from alerting.logs import configure_logs
from alerting.storage.database import migrate

_BACKLOG: Final = 16_384
"""Boards that may wait to be let in: who finds no room asks again only after a second or more.

The system allows less by itself: Linux as many as net.core.somaxconn says, 4,096.
"""


def migrate_database() -> None:
    """Bring the database to the newest schema, creating it where it is empty."""
    migrate(load_settings().database_url)


def serve(
    host: Annotated[str, typer.Option(help="the address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="the port to listen on")] = 8000,
    loops: Annotated[
        Loops | None, typer.Option(help="what this process does beside answering")
    ] = None,
) -> None:
    """Run the service. With SQLite the database is brought to the newest schema first."""
    settings = load_settings()
    if loops is not None:
        settings = settings.model_copy(update={"loops": loops})
    configure_logs()
    application = create_app(settings)
    if make_url(settings.database_url).get_backend_name() == "sqlite":
        migrate(settings.database_url)
    spare_what_stays()
    uvicorn.run(
        application,
        host=host,
        port=port,
        backlog=_BACKLOG,
        loop="uvloop",
        http="httptools",
        ws=WireProtocol,
        ws_per_message_deflate=False,
        access_log=False,
        log_config=None,
    )
