"""What happened, in words."""

from collections.abc import Callable
from dataclasses import dataclass, field

from alerting.drill.story_time import StoryTime


@dataclass(frozen=True)
class JournalEntry:
    """Something that happened at a story second; `minor` where it happens many times."""

    at: float
    words: str
    minor: bool


@dataclass
class Journal:
    """Keeps what is told, and passes it on as it comes."""

    time: StoryTime
    entries: list[JournalEntry] = field(default_factory=list)
    listener: Callable[[JournalEntry], None] = lambda _entry: None

    def tell(self, words: str, *, minor: bool = False) -> None:
        """Note what happens now."""
        entry = JournalEntry(self.time.elapsed(), words, minor)
        self.entries.append(entry)
        self.listener(entry)
