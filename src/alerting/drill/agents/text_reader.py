"""The officer who reads the texts that may be calls for help, until each has come to its end.

The household's clear answer ends such a text. A text that waits longer is read as a call for help.
"""

import contextlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from alerting.drill.progress.board import Board
from alerting.drill.progress.milestones import Journal
from alerting.drill.service.client import Service

SUSPECTED: Final = "text.suspected"

_LOOK_SECONDS: Final = 20.0
"""Story seconds between two looks while such a text waits."""

_IDLE_SECONDS: Final = 120.0
"""Story seconds between two looks otherwise: a text on no open alert is not in its log."""

_PATIENCE_SECONDS: Final = 240.0
"""Story seconds in which the household may answer."""

_HELP: Final = "needs_help"

_ALL: Final = "1000"

Json = dict[str, Any]


@dataclass
class TextReader:
    """The officer at the queue of texts; `service` is the officer's client."""

    service: Service
    board: Board
    journal: Journal
    answered: set[str] = field(default_factory=set)
    """Ids of the suspected calls for help that the household's answer ended."""
    read: set[str] = field(default_factory=set)
    """Ids of those that the officer read."""
    misplaced: int = 0
    """Looks at which a text that is no call for help stood before a suspected one."""
    found: set[str] = field(default_factory=set)
    """Ids of all suspected calls for help, from the log and the queue."""
    _log_read: int = 0
    """The number of log entries read."""
    _begun: bool = False
    """Whether the journal tells of the first."""
    _ended: int = 0
    """The number of suspected calls in the journal's last entry on their end."""

    async def work(self) -> None:
        """Read the queue until cancelled, more often while a suspected call for help is open."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with self.board.time.timeout(_IDLE_SECONDS):
                    await self.board.until(self._has_open)
            if self._has_open() and not self._begun:
                self._begun = True
                words = "a text may be a call for help: officers are told, the sender is asked"
                self.journal.tell(words)
            await self.look()
            await self.board.time.sleep(_LOOK_SECONDS)

    async def look(self, patience: float = _PATIENCE_SECONDS) -> None:
        """Read the queue once; read the texts that have waited for `patience` story seconds."""
        queue: list[Json] = await self.service.get("/api/texts", limit=_ALL)
        self.misplaced += not _is_in_order(queue)
        waiting = {text["provider_id"]: text for text in queue if text.get("suspected")}
        self._read_log()
        self.found |= waiting.keys()
        self.answered = self.found - self.read - waiting.keys()
        for id_ in sorted(waiting):
            if self._waited(waiting[id_]) >= patience:
                await self._read(id_)
        if not self._has_open() and len(self.found) > self._ended:
            self._ended = len(self.found)
            self.journal.tell(
                f"all suspected calls for help so far have ended: {len(self.answered)} by the "
                f"household's answer, {len(self.read)} by the officer who read them"
            )

    def _read_log(self) -> None:
        entries = self.board.log_counts.entries
        new, self._log_read = entries[self._log_read :], len(entries)
        self.found |= {each["payload"]["provider_id"] for each in new if each["kind"] == SUSPECTED}

    def _has_open(self) -> bool:
        self._read_log()
        return bool(self.found - self.answered - self.read)

    def _waited(self, text: Json) -> float:
        came = datetime.fromisoformat(text["received_at"])
        return (self.board.time.now() - came).total_seconds()

    async def _read(self, id_: str) -> None:
        """Read a text as a call for help; dismiss it if its alert is over.

        If the household has answered meanwhile, the service refuses both, and the next look shows
        it.
        """
        for reading in ({"report": _HELP}, {}):
            answer = await self.service.post(f"/api/texts/{id_}/settle", reading)
            if answer.status < 400:
                self.read.add(id_)
                return


def _is_in_order(queue: list[Json]) -> bool:
    """Return whether suspected calls for help come before all other texts."""
    is_call = [bool(text.get("suspected")) or text["intent"] == _HELP for text in queue]
    return is_call == sorted(is_call, reverse=True)
