"""The service as `alerting serve` runs it, with its own ledger or a substitute.

`python -m scripts.benches.answering LEDGER PORT`, where LEDGER is one of LEDGERS. The expressions
of replies are compiled first, which takes `alerting serve` its first half minute.
"""

import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from typing import Any, Final

import uvicorn
from fastapi import FastAPI

from alerting.app import create_app
from alerting.cli.serve import freeze_long_lived_objects
from alerting.config import load_settings
from alerting.database.engine import Database
from alerting.feed.websocket_protocol import WireProtocol
from alerting.ledger.hints import Topic
from alerting.ledger.writer import Ledger
from alerting.logs import configure_logs
from alerting.policy.policy import default_policy
from alerting.replies.read import read_ahead
from alerting.replies.rules.grammar import prepare
from alerting.replies.statements import IncomingText
from alerting.replies.take import take_batch
from scripts.benches.town import HOST

GROUPED: Final = "grouped"
SINGLE: Final = "single"
FREE: Final = "storage_free"


class NoLedger(Ledger):
    """Parses replies as the service does, and stores nothing."""

    async def write_item(self, handler: Any, item: Any) -> Any:
        """Parse a text once without storing it; pass everything else to the ledger."""
        if isinstance(item, IncomingText):
            if handler is take_batch:
                read_ahead(item.body, self.policy.second_reader)
            return ()
        return await super().write_item(handler, item)


def _to_nobody(_topic: Topic) -> None:
    """Notify nobody, because no board is open."""


POLICY: Final = default_policy()
LEDGERS: Final[dict[str, Callable[[Database], Ledger] | None]] = {
    GROUPED: None,
    SINGLE: lambda database: Ledger(database, _to_nobody, POLICY, shared_at_most=1),
    FREE: lambda database: NoLedger(database, _to_nobody, POLICY),
}


def main() -> None:
    """Serve until stopped."""
    make_ledger, port = LEDGERS[sys.argv[1]], int(sys.argv[2])
    configure_logs()
    app = create_app(load_settings())
    if make_ledger:
        _put_in_place(app, make_ledger)
    prepare()
    freeze_long_lived_objects()
    uvicorn.run(
        app,
        host=HOST,
        port=port,
        loop="uvloop",
        http="httptools",
        ws=WireProtocol,
        ws_per_message_deflate=False,
        access_log=False,
        log_config=None,
    )


def _put_in_place(app: FastAPI, make_ledger: Callable[[Database], Ledger]) -> None:
    """Replace the ledger that the application's endpoints write to."""
    own: Callable[[FastAPI], AbstractAsyncContextManager[Any]] = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with own(app):
            ledger = make_ledger(app.state.runtime.database)
            app.state.runtime = replace(app.state.runtime, ledger=ledger)
            yield
            await ledger.close()

    app.router.lifespan_context = lifespan


if __name__ == "__main__":
    main()
