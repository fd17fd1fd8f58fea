"""The buffer in which a process collects security events until they are stored together."""

from collections import Counter
from dataclasses import asdict
from datetime import datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError

from alerting.errors import LedgerClosedError
from alerting.ledger.writer import Ledger
from alerting.security_log.rules import HARMLESS, Fold, Folded, SecurityEvent
from alerting.security_log.store import store

log = structlog.get_logger()


class SecurityBook:
    """The security events of this process that are not stored yet."""

    def __init__(self) -> None:
        self._fold = Fold()
        self._unstored: Counter[Folded] = Counter()

    def note(self, event: SecurityEvent, now: datetime) -> None:
        """Add an event to the buffer; call this only on the event loop."""
        self._fold.add(event, now)

    async def store(self, ledger: Ledger) -> None:
        """Log new events, and store all unstored events; on failure, keep them for the next call.

        Equal events within a minute share one log line and one row.

        Raises:
            SQLAlchemyError: if the database is unreachable.
            LedgerClosedError: if the ledger has been closed.
        """
        fresh = self._fold.take()
        for (_, event), count in fresh.items():
            _tell(event, count)
        self._unstored.update(fresh)
        rows, self._unstored = self._unstored, Counter()
        if not rows:
            return
        try:
            # In its own transaction, because it locks rows that other processes write too.
            await ledger.write_session(lambda tx: store(tx.connection, rows))
        except (SQLAlchemyError, LedgerClosedError):
            # A cancellation is not caught: the ledger still commits what it was given.
            self._unstored.update(rows)
            raise


def _tell(event: SecurityEvent, count: int) -> None:
    """Write equal events as one line to the process's log, for a journal or syslog."""
    said = {name: value for name, value in asdict(event).items() if value}
    level = log.info if event.kind in HARMLESS else log.warning
    level("security", **said, count=count)
