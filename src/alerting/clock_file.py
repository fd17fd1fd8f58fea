"""A drill's clock: a file that its processes share, with one pace per line.

A pace applies from a time of the machine's clock until the next line applies. Lines are only
appended, 0.1 s before they apply. All processes therefore change their pace at the same time, drill
time does not jump, and past times can still be converted.
"""

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Self

_NOTICE: Final = timedelta(seconds=0.1)
"""Time from writing a pace until it applies, so that every process reads it in time."""


@dataclass(frozen=True)
class Pace:
    """A pace of drill time, which applies from machine time `since`.

    At `since`, the drill time is `story`. From there it runs at `speed` times real time.
    """

    since: datetime
    story: datetime
    speed: float

    def at(self, wall: datetime) -> datetime:
        """Return the drill time at a machine time."""
        return self.story + (wall - self.since) * self.speed

    def wall(self, story: datetime) -> datetime:
        """Return the machine time at a drill time."""
        return self.since + (story - self.story) / self.speed

    @classmethod
    def parse(cls, line: str) -> Self:
        """Return the pace of a line of the file.

        Raises:
            ValueError: if the line is not a pace.
        """
        since, story, speed = line.split()
        return cls(datetime.fromisoformat(since), datetime.fromisoformat(story), float(speed))

    def __str__(self) -> str:
        return f"{self.since.isoformat()} {self.story.isoformat()} {self.speed}"


class ClockFile:
    """Reads a clock file and the lines appended to it; the drill's pacer appends.

    `wall` is always a machine time, and may be in the past.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known = _Known((), 0)
        self._complete_until: datetime | None = None
        """The machine time before which every pace that applies is known."""

    @classmethod
    def create(cls, path: Path, speed: float, wall: datetime) -> Self:
        """Create a clock file that starts at machine time `wall` and runs at `speed`."""
        path.write_text(f"{Pace(wall, wall, speed)}\n", "utf-8")
        return cls(path)

    def at(self, wall: datetime) -> datetime:
        """Return the drill time at a machine time."""
        return self._pace(wall).at(wall)

    def wall(self, story: datetime) -> datetime:
        """Return the machine time at a drill time."""
        paces = self.paces()
        pace = next((pace for pace in reversed(paces) if pace.story <= story), paces[0])
        return pace.wall(story)

    def speed(self, wall: datetime) -> float:
        """Return the speed of drill time at a machine time; 1 is the machine's speed."""
        return self._pace(wall).speed

    def change(self, speed: float, wall: datetime) -> None:
        """Append a pace with this speed, which applies 0.1 s after `wall`; `wall` is now."""
        last = self.paces()[-1]
        since = max(wall + _NOTICE, last.since)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(f"{Pace(since, last.at(since), speed)}\n")

    def paces(self) -> tuple[Pace, ...]:
        """Return the paces, oldest first; read only the lines appended since the last call."""
        known = self._known
        if self._path.stat().st_size > known.size:
            # A single assignment, so that concurrent threads see a consistent value.
            known = self._known = self._read_on(known)
        return known.paces

    def _pace(self, wall: datetime) -> Pace:
        # Every pace is written 0.1 s before it applies, so one read of the file is enough for the
        # next 0.1 s. A service that asks for the time at every step thus reads the file rarely.
        if self._complete_until is None or wall >= self._complete_until:
            self.paces()
            self._complete_until = wall + _NOTICE
        paces = self._known.paces
        return next((pace for pace in reversed(paces) if pace.since <= wall), paces[0])

    def _read_on(self, known: "_Known") -> "_Known":
        with self._path.open("rb") as file:
            file.seek(known.size)
            new = file.read()
        # The last line may be incomplete.
        whole = new[: new.rfind(b"\n") + 1]
        paces = map(Pace.parse, whole.decode().splitlines())
        return _Known((*known.paces, *paces), known.size + len(whole))


class FixedPace(ClockFile):
    """A clock without a file, which equals real time at `since` and runs at a fixed speed."""

    def __init__(self, speed: float, since: datetime) -> None:
        super().__init__(Path(os.devnull))
        self._known = _Known((Pace(since, since, speed),), 0)


@dataclass(frozen=True)
class _Known:
    """The paces read so far from a file."""

    paces: tuple[Pace, ...]
    size: int
    """Size of the part read, in bytes."""
