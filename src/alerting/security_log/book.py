"""Where a process notes security events, off the hot path, until they are stored together."""

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
        """Note an event; call it on the event loop."""
        self._fold.add(event, now)

    async def store(self, ledger: Ledger) -> None:
        """Log what is new, and store what is not stored; what fails to be stored waits on.

        Equal events share one line and one row.

        Raises:
            SQLAlchemyError: if the database is away.
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
            # Alone, because it locks rows that other processes write too.
            await ledger.write_session(lambda tx: store(tx.connection, rows))
        except (SQLAlchemyError, LedgerClosedError):
            # Not for a cancellation: the ledger still commits what it was given.
            self._unstored.update(rows)
            raise


def _tell(event: SecurityEvent, count: int) -> None:
    """Write events to the process's log, for the machine's journal or a syslog."""
    said = {name: value for name, value in asdict(event).items() if value}
    level = log.info if event.kind in HARMLESS else log.warning
    level("security", **said, count=count)
