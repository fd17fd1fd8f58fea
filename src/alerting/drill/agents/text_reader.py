"""The officer who reads texts that may be calls for help (suspected calls).

A clear answer from the household settles a suspected call. If no answer comes in time, the officer
settles it as a call for help.
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
"""Story seconds between two reads of the queue while a suspected call waits."""

_IDLE_SECONDS: Final = 120.0
"""Story seconds between two reads of the queue while no suspected call is known."""

_PATIENCE_SECONDS: Final = 240.0
"""Story seconds for the household to answer before the officer settles the text."""

_HELP: Final = "needs_help"

_ALL: Final = "1000"

Json = dict[str, Any]


@dataclass
class TextReader:
    """The officer who reads the queue of texts; `service` is the officer's client."""

    service: Service
    board: Board
    journal: Journal
    answered: set[str] = field(default_factory=set)
    """Ids of the suspected calls that the household's answer settled."""
    read: set[str] = field(default_factory=set)
    """Ids of the suspected calls that the officer settled."""
    misplaced: int = 0
    """Number of reads in which the queue listed another text before a suspected or clear call."""
    found: set[str] = field(default_factory=set)
    """Ids of all suspected calls, from the log and the queue."""
    _log_read: int = 0
    """Number of log entries read so far."""
    _begun: bool = False
    """True once the journal has an entry about the first suspected call."""
    _ended: int = 0
    """Number of settled suspected calls in the journal's last entry about them."""

    async def work(self) -> None:
        """Read the queue until cancelled, more often while a suspected call waits."""
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
        """Read the queue once, and settle texts that have waited for `patience` story seconds."""
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
        """Settle a text as a call for help, or dismiss it if its alert is over.

        The service refuses both if the household has already answered. The text is then missing
        from the next read of the queue.
        """
        for reading in ({"report": _HELP}, {}):
            answer = await self.service.post(f"/api/texts/{id_}/settle", reading)
            if answer.status < 400:
                self.read.add(id_)
                return


def _is_in_order(queue: list[Json]) -> bool:
    """Return whether suspected and clear calls for help come before all other texts."""
    is_call = [bool(text.get("suspected")) or text["intent"] == _HELP for text in queue]
    return is_call == sorted(is_call, reverse=True)
