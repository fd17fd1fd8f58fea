"""The journal of a drill, in words."""

from collections.abc import Callable
from dataclasses import dataclass, field

from alerting.drill.story_time import StoryTime


@dataclass(frozen=True)
class JournalEntry:
    """One entry at a story second; `minor` if many such entries occur."""

    at: float
    words: str
    minor: bool


@dataclass
class Journal:
    """Keeps entries, and passes each on as it is added."""

    time: StoryTime
    entries: list[JournalEntry] = field(default_factory=list)
    listener: Callable[[JournalEntry], None] = lambda _entry: None

    def tell(self, words: str, *, minor: bool = False) -> None:
        """Add an entry with the present story second."""
        entry = JournalEntry(self.time.elapsed(), words, minor)
        self.entries.append(entry)
        self.listener(entry)
