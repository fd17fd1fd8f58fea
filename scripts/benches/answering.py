"""The service as `alerting serve` runs it, with its own ledger or a substitute.

`python -m scripts.benches.answering LEDGER PORT`, where LEDGER is one of LEDGERS. It compiles
the regular expressions for replies first; `alerting serve` does so in its first half minute.
"""

import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from typing import Any, Final

from fastapi import FastAPI

from alerting.api.routes import build_routes
from alerting.app import create_app
from alerting.cli.serve import prepared
from alerting.config import load_settings
from alerting.database.engine import Database
from alerting.ledger.hints import Topic
from alerting.ledger.writer import Ledger
from alerting.logs import configure_logs
from alerting.policy.policy import default_policy
from alerting.replies.read import read_ahead
from alerting.replies.rules.grammar import prepare
from alerting.replies.statements import IncomingText
from alerting.replies.take import take_batch
from alerting.server import Server
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
    build_routes()
    prepare()
    Server(prepared(app, HOST, port)).serve_and_exit()


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
