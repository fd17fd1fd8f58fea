"""A drill's clock: a file that its processes share, each line of which is a pace.

A pace holds from an instant of the machine on, until the next line's. Lines are only appended, and
some time before they hold: all processes change to a new pace at the same instant, the time has no
jump there, and what has passed can still be told.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Self

_NOTICE: Final = timedelta(seconds=0.1)
"""How long before it holds a pace is written: by then every process has read it."""


@dataclass(frozen=True)
class Pace:
    """From `since` on, when the drill's time is `story`, it runs `speed` times as fast."""

    since: datetime
    story: datetime
    speed: float

    def at(self, wall: datetime) -> datetime:
        """Return the drill's time at an instant of the machine."""
        return self.story + (wall - self.since) * self.speed

    def wall(self, story: datetime) -> datetime:
        """Return the machine's instant at an instant of the drill's time."""
        return self.since + (story - self.story) / self.speed

    @classmethod
    def parse(cls, line: str) -> Self:
        """Return the pace of a line of the file.

        Raises:
            ValueError: if it is none.
        """
        since, story, speed = line.split()
        return cls(datetime.fromisoformat(since), datetime.fromisoformat(story), float(speed))

    def __str__(self) -> str:
        return f"{self.since.isoformat()} {self.story.isoformat()} {self.speed}"


class ClockFile:
    """Reads a clock file, and what is appended to it; whoever leads the drill appends.

    `wall` is always an instant of the machine, also one that has passed.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known = _Known((), 0)

    @classmethod
    def create(cls, path: Path, speed: float, wall: datetime) -> Self:
        """Begin a clock, which shows the machine's time at first and runs on at this speed."""
        path.write_text(f"{Pace(wall, wall, speed)}\n", "utf-8")
        return cls(path)

    def at(self, wall: datetime) -> datetime:
        """Return the drill's time then."""
        return self._pace(wall).at(wall)

    def wall(self, story: datetime) -> datetime:
        """Return the machine's instant at an instant of the drill's time."""
        paces = self.paces()
        pace = next((pace for pace in reversed(paces) if pace.story <= story), paces[0])
        return pace.wall(story)

    def speed(self, wall: datetime) -> float:
        """Return how fast the drill's time runs then."""
        return self._pace(wall).speed

    def change(self, speed: float, wall: datetime) -> None:
        """Let the time run at this speed from a moment after `wall`, which is now, on."""
        last = self.paces()[-1]
        since = max(wall + _NOTICE, last.since)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(f"{Pace(since, last.at(since), speed)}\n")

    def paces(self) -> tuple[Pace, ...]:
        """Return the paces, oldest first; the file is read only where it has grown."""
        known = self._known
        if self._path.stat().st_size > known.size:
            # Assigned at once: threads that read side by side come to the same.
            known = self._known = self._read_on(known)
        return known.paces

    def _pace(self, wall: datetime) -> Pace:
        paces = self.paces()
        return next((pace for pace in reversed(paces) if pace.since <= wall), paces[0])

    def _read_on(self, known: "_Known") -> "_Known":
        with self._path.open("rb") as file:
            file.seek(known.size)
            new = file.read()
        # The last line may be half written.
        whole = new[: new.rfind(b"\n") + 1]
        paces = map(Pace.parse, whole.decode().splitlines())
        return _Known((*known.paces, *paces), known.size + len(whole))


@dataclass(frozen=True)
class _Known:
    """What was read of a file."""

    paces: tuple[Pace, ...]
    size: int
    """In bytes."""
