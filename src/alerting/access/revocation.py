"""Revocation on open websockets: a socket ends soon after its caller loses access."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from alerting.database.engine import Database
from alerting.errors import LedgerClosedError
from alerting.ledger.writer import Ledger
from alerting.runtime import wall_clock
from contacts.division import covers
from contacts.sign_in.credentials import Credential, CredentialKind, divisions_held
from contacts.sign_in.sessions import SEEN_EVERY, note_seen

log = structlog.get_logger()

_ROUND_SECONDS: Final = 2.0

MOST_SOCKETS: Final = 32
"""Maximum number of open sockets per session or token; a browser page opens one or two."""


class Ending(StrEnum):
    """A reason why a socket is ended."""

    SIGNED_OUT = "signed_out"
    BEYOND = "beyond"
    """The officer's division no longer covers the division shown."""


@dataclass(eq=False, slots=True)
class _Watch:
    division: str | None
    over: asyncio.Future[Ending] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class Guard:
    """Checks every 2 s, with one query, that the callers of all open sockets still have access.

    It also writes the last-seen times of sessions, so that requests need not wait for a write. No
    socket is ended while the database is unreachable.
    """

    def __init__(self, database: Database, ledger: Ledger) -> None:
        self._database = database
        self._ledger = ledger
        self._watches: defaultdict[Credential, set[_Watch]] = defaultdict(set)
        self._seen: set[str] = set()
        self._noted_at = wall_clock()

    async def run(self) -> None:
        """Check access and write last-seen times every 2 s, until cancelled."""
        while True:
            await asyncio.sleep(_ROUND_SECONDS)
            now = wall_clock()
            try:
                await self._check(now)
                await self._note(now)
            except (SQLAlchemyError, LedgerClosedError):
                log.exception("callers not looked after")

    def has_room(self, credential: Credential) -> bool:
        """Return whether another socket may be opened with this credential."""
        return len(self._watches.get(credential, ())) < MOST_SOCKETS

    @contextmanager
    def watching(
        self, credential: Credential, division: str | None
    ) -> Iterator[asyncio.Future[Ending]]:
        """Watch a socket; yield a future that is done once the caller loses access.

        `division` is the division that the socket shows; None means the officer's own.
        """
        watch = _Watch(division)
        self._watches[credential].add(watch)
        try:
            yield watch.over
        finally:
            self._watches[credential].discard(watch)
            if not self._watches[credential]:
                del self._watches[credential]

    def saw(self, credential: Credential) -> None:
        """Mark a session as in use; the next round writes its last-seen time."""
        self._seen.add(credential.hash)

    async def _check(self, now: datetime) -> None:
        watched = tuple(self._watches)
        if not watched:
            return
        held = await self._database.read(partial(divisions_held, credentials=watched, now=now))
        for credential in watched:
            home = held.get(credential)
            for watch in self._watches.get(credential, ()):
                _settle(watch, home)

    async def _note(self, now: datetime) -> None:
        if now - self._noted_at >= SEEN_EVERY:
            self._noted_at = now
            self._seen |= {c.hash for c in self._watches if c.kind is CredentialKind.SESSION}
        if self._seen:
            seen, self._seen = self._seen, set()
            await self._ledger.write_session(lambda tx: note_seen(tx.connection, seen, now))


def _settle(watch: _Watch, home: str | None) -> None:
    """End a watch if its caller lost access.

    `home` is the caller's present division; None if the caller is signed out.
    """
    if watch.over.done():
        return
    if home is None:
        watch.over.set_result(Ending.SIGNED_OUT)
    elif watch.division is not None and not covers(home, watch.division):
        watch.over.set_result(Ending.BEYOND)
