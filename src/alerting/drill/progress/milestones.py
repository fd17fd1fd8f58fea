"""A drill's journal, and the milestones that are read from the board: texts, shares, towns."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from alerting.drill.city.roster import City
from alerting.drill.progress.board import Board
from alerting.drill.progress.log_entries import words_for
from alerting.drill.story_time import StoryTime
from contacts.division import Tier, parent_of

_SHARES: Final = (0.25, 0.5, 0.75, 0.9, 0.99)


@dataclass(frozen=True)
class JournalEntry:
    """An entry at a story second. Entries that occur often are `minor`."""

    at: float
    words: str
    minor: bool


@dataclass
class Journal:
    """The entries of the journal; `listener` gets each new entry."""

    time: StoryTime
    entries: list[JournalEntry] = field(default_factory=list)
    listener: Callable[[JournalEntry], None] = lambda _entry: None

    def tell(self, words: str, *, minor: bool = False) -> None:
        """Add an entry with the present story second."""
        entry = JournalEntry(self.time.elapsed(), words, minor)
        self.entries.append(entry)
        self.listener(entry)


@dataclass
class Milestones:
    """Writes each milestone to the journal once."""

    board: Board
    city: City
    journal: Journal
    _told: set[str] = field(default_factory=set)
    _read: int = 0
    """The number of log entries read."""

    async def keep(self) -> None:
        """Write new milestones at each change of the board, until cancelled."""
        while True:
            self.look()
            await self.board.change()

    def look(self) -> None:
        """Write the board's new milestones to the journal."""
        self._log()
        self._texts()
        self._neighbours()
        self._doors()
        self._help()
        self._shares()
        self._towns()
        if self.board.zero_at is not None and self._everybody_called():
            self._once("zero", "nobody is unaccounted any more, and no call for help is open")

    def _log(self) -> None:
        entries = self.board.log_counts.entries
        for event in entries[self._read :]:
            if words := words_for(event, self.city):
                self.journal.tell(words)
        self._read = len(entries)

    def _texts(self) -> None:
        homes = self.board.texts.get(Tier.HOUSEHOLD)
        if homes and homes.planned and homes.accepted == homes.planned:
            words = f"the carrier has taken all {homes.planned:,} texts to households"
            self._once(f"texts, {self._everybody_called()}", words)

    def _neighbours(self) -> None:
        asked = len(self.board.log_counts.asked_of_neighbours)
        if asked:
            words = f"neighbours are asked about the first silent households: {asked}"
            self._once("neighbours", words)

    def _doors(self) -> None:
        doors = len(self.board.log_counts.doors)
        if doors:
            self._once("doors", f"officers are sent to the first doors: {doors}")

    def _help(self) -> None:
        seen = self.board.log_counts
        calls = len(seen.calls_for_help)
        if calls:
            self._once("help", f"the first calls for help: {calls}; officers are sent at once")
        if calls and not seen.help_open and self._everybody_called():
            self._once(f"help, {calls}", f"all calls for help so far are resolved: {calls}")

    def _shares(self) -> None:
        people = sum(home.headcount for home in self.city.households.values())
        for share in _SHARES:
            if self._everybody_called() and self.board.total.accounted >= share * people:
                self._once(f"share {share}", f"{share:.0%} are accounted for")

    def _towns(self) -> None:
        if not self._everybody_called():
            return
        for town in sorted({parent_of(village) or "" for village in self.board.villages}):
            counts = self.board.below(town)
            if not counts.in_question:
                homes = counts.households.total()
                words = f"{self.city.name(town)}: all {homes} households are accounted for"
                self._once(town, words)

    def _everybody_called(self) -> bool:
        return self.board.total.households.total() == len(self.city.households)

    def _once(self, what: str, words: str) -> None:
        if what not in self._told:
            self._told.add(what)
            self.journal.tell(words)
