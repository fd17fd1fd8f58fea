"""The officer who reads the texts that may be calls for help, until each has come to its end.

The household's clear answer ends such a text. A text that waits longer is read as a call for help.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from alerting.drill.progress.board import Board
from alerting.drill.progress.milestones import Journal
from alerting.drill.service.client import Service

SUSPECTED: Final = "text.suspected"

_LOOK_SECONDS: Final = 20.0
"""Story seconds between two looks while such a text waits."""

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
    _begun: bool = False
    """Whether the journal tells of the first."""
    _ended: int = 0
    """The number of suspected calls in the journal's last entry on their end."""

    async def work(self) -> None:
        """Read the queue while a suspected call for help is open, until cancelled."""
        while True:
            await self.board.until(self._has_open)
            if not self._begun:
                self._begun = True
                words = "a text may be a call for help: officers are told, the sender is asked"
                self.journal.tell(words)
            await self.look()
            await self.board.time.sleep(_LOOK_SECONDS)

    async def look(self) -> None:
        """Read the queue once."""
        logged = self._logged()
        queue: list[Json] = await self.service.get("/api/texts", limit=_ALL)
        self.misplaced += not _is_in_order(queue)
        waiting = {text["provider_id"]: text for text in queue if text.get("suspected")}
        self.answered |= logged - self.read - waiting.keys()
        for id_ in sorted(waiting.keys() - self.read):
            if self._waits_too_long(waiting[id_]):
                await self._read(id_)
        if not self._has_open() and len(logged) > self._ended:
            self._ended = len(logged)
            self.journal.tell(
                f"all suspected calls for help so far have ended: {len(self.answered)} by the "
                f"household's answer, {len(self.read)} by the officer who read them"
            )

    def _logged(self) -> set[str]:
        entries = self.board.log_counts.entries
        return {each["payload"]["provider_id"] for each in entries if each["kind"] == SUSPECTED}

    def _has_open(self) -> bool:
        return self.board.log_counts.happened[SUSPECTED] > len(self.answered) + len(self.read)

    def _waits_too_long(self, text: Json) -> bool:
        came = datetime.fromisoformat(text["received_at"])
        return (self.board.time.now() - came).total_seconds() > _PATIENCE_SECONDS

    async def _read(self, id_: str) -> None:
        answer = await self.service.post(f"/api/texts/{id_}/settle", {"report": _HELP})
        if answer.status < 400:
            self.read.add(id_)
        # Otherwise the household has answered meanwhile, and the next look finds it so.


def _is_in_order(queue: list[Json]) -> bool:
    """Return whether no text that is no call for help stands before a suspected one."""
    is_call = [bool(text.get("suspected")) or text["intent"] == _HELP for text in queue]
    return is_call == sorted(is_call, reverse=True)
