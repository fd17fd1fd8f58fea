"""A pool of PostgreSQL connections that tests share one after the other.

A new session begins with empty caches, and filling them takes longer than most tests run.
"""

import os
import select
import warnings
from contextlib import suppress
from typing import Any, Final

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import URL, Engine, create_engine, event, make_url

_RESET: Final = (
    b"RESET ALL; SELECT pg_advisory_unlock_all(), current_setting('default_transaction_read_only')"
)
_idle: list["Recycled"] = []
_parameters: dict[str, Any] = {}
"""The parameters of the pooled connections."""
_server: dict[str, Any] = {}
"""The answers of the server to an engine's first connection, as attributes of its dialect."""


class Recycled(psycopg.Connection[Any]):
    """A connection that returns to the pool when it is closed, reset to its initial state."""

    taken_in = "no test"
    """The name of the test that uses the connection."""

    def __del__(self, *_warn: Any) -> None:
        """Warn which test left the connection open; psycopg's own warning does not name it."""
        if hasattr(self, "pgconn") and not self.closed:
            told = f"{self.taken_in} left a connection to PostgreSQL open"
            warnings.warn(told, ResourceWarning, stacklevel=1)

    def close(self) -> None:
        """Return the connection to the pool; close it if it is broken or cannot be reset."""
        if self.closed or self in _idle:
            return
        try:
            self._reset()
        except (psycopg.Error, ValueError):
            super().close()
        else:
            _idle.append(self)

    def _reset(self) -> None:
        """Reset the session.

        Raises:
            ValueError: if it cannot be reset.
        """
        if self.info.transaction_status != TransactionStatus.IDLE:
            raise ValueError("a transaction is open")
        self.read_only = self.isolation_level = self.deferrable = None
        self.autocommit = True
        with self.cursor() as cursor:
            cursor.execute(_RESET)
            cursor.nextset()
            ((_, read_only),) = cursor.fetchall()
        self.autocommit = False
        if read_only != "off":
            raise ValueError("the session cannot write")

    def end(self) -> None:
        """Close the connection for good."""
        super().close()

    def is_alive(self) -> bool:
        """Return whether the server has not ended the session."""
        # The server sends nothing to an idle session, except when it ends the session.
        return not self.closed and not select.select([self.fileno()], [], [], 0)[0]


def hand_on(address: str) -> None:
    """From now on, pool the connections that are opened with this URL.

    Only one engine asks the server about its version and settings. Each test has its own engines.
    """
    url = make_url(address)
    _server.update(_asked(url))
    _, parameters = url.get_dialect()().create_connect_args(url)
    _parameters.update(_told(parameters))


def _asked(url: URL) -> dict[str, Any]:
    engine = create_engine(url)
    before = vars(engine.dialect).copy()
    engine.connect().close()
    engine.dispose()
    after = vars(engine.dialect)
    return {
        name: value
        for name, value in after.items()
        if isinstance(value, str | bool | tuple) and before.get(name) != value
    }


def kept() -> list[int]:
    """Return the server's process ids of the pooled connections."""
    return [connection.info.backend_pid for connection in _idle]


def forget() -> None:
    """Close all pooled connections."""
    while _idle:
        _idle.pop().end()


def _told(parameters: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters that the server gets, without the driver's type adapters."""
    return {name: value for name, value in parameters.items() if name != "context"}


@event.listens_for(Engine, "do_connect")
def _connect(
    dialect: Any, _record: Any, arguments: list[Any], parameters: dict[str, Any]
) -> Recycled | None:
    if dialect.name != "postgresql":
        return None
    if _told(parameters) != _parameters:
        return None
    vars(dialect).update(_server, initialize=_ask_nothing)
    connection = _kept_alive() or Recycled.connect(*arguments, **parameters)
    connection.taken_in = os.environ.get("PYTEST_CURRENT_TEST", Recycled.taken_in)
    return connection


def _ask_nothing(_connection: object) -> None:
    pass


def _kept_alive() -> Recycled | None:
    with suppress(IndexError):
        while not (connection := _idle.pop()).is_alive():
            connection.end()
        return connection
    return None
