"""The story as one sees it in a terminal: the clock, the tiers, the people, the curve, the news."""

from dataclasses import dataclass
from typing import Final

from rich.columns import Columns
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from alerting.drill.progress.board import TIERS, Board, Texts
from alerting.drill.progress.journal import Journal
from alerting.drill.scenario import Scenario
from alerting.drill.story_time import StoryTime, clock_face

TARGET: Final = 1800.0
"""Story seconds within which the people near the hazard are to be out."""

_LEAST_SPAN: Final = 2400.0

_ROWS: Final = 5

_COLUMNS: Final = 60

_NEWS: Final = 5

_BLOCKS: Final = " ▁▂▃▄▅▆▇█"

_DIGITS: Final = {
    "0": ("█▀█", "█ █", "▀▀▀"),
    "1": (" ▀█", "  █", "  ▀"),
    "2": ("▀▀█", "█▀▀", "▀▀▀"),
    "3": ("▀▀█", " ▀█", "▀▀▀"),
    "4": ("█ █", "▀▀█", "  ▀"),
    "5": ("█▀▀", "▀▀█", "▀▀▀"),
    "6": ("█▀▀", "█▀█", "▀▀▀"),
    "7": ("▀▀█", "  █", "  ▀"),
    "8": ("█▀█", "█▀█", "▀▀▀"),
    "9": ("█▀█", "▀▀█", "▀▀▀"),
}

_TIER_NAMES: Final = dict(
    zip(TIERS, ("city 市", "county 县", "town 乡镇", "village 村", "household 户"), strict=True)
)

# Of people by standing: what it means, and ISO 22324's colour beside the word.
_STANDINGS: Final = (
    ("evacuated", "out", "green"),
    ("elsewhere", "elsewhere", "green"),
    ("staying", "staying", "yellow"),
    ("needs_help", "need help", "red"),
    ("unaccounted", "unaccounted", "red"),
)


@dataclass
class Screen:
    """Drawn anew each time it is printed; 24 lines, and no wider than the terminal."""

    scenario: Scenario
    seed: int
    officers: dict[str, int]
    """How many officers are to be called at each tier."""
    time: StoryTime
    board: Board
    journal: Journal

    def __rich__(self) -> RenderableType:
        return Group(
            self._title(),
            Columns([self._unaccounted(), self._tiers()]),
            self._people(),
            self._proceedings(),
            self._curve(),
            self._news(),
        )

    def _title(self) -> Text:
        clock = clock_face(self.time.elapsed())
        words = f" EXERCISE 演练  {self.scenario.name}, seed {self.seed}, {self.time.speed:g}x  "
        return Text.assemble((words, "bold"), (clock, "bold reverse"), no_wrap=True)

    def _unaccounted(self) -> Panel:
        number = self.board.total.in_question
        lines = ("".join(f"{_DIGITS[digit][row]} " for digit in str(number)) for row in range(3))
        colour = "bold red" if number or self.board.zero_at is None else "bold green"
        figure = Text("\n".join(lines), colour, justify="center", no_wrap=True)
        note = Text("people unaccounted or\nwaiting for help", justify="center")
        return Panel(Group(figure, Text(), note), width=26, height=8)

    def _tiers(self) -> Panel:
        table = Table(box=None, pad_edge=False)
        table.add_column("tier", no_wrap=True)
        for heading in ("texts", "accepted", "delivered", "confirmed"):
            table.add_column(heading, justify="right", no_wrap=True)
        for tier in TIERS:
            texts = self.board.texts.get(tier, Texts())
            called = self.officers.get(tier)
            confirmed = f"{self.board.confirmed_at(tier)} of {called}" if called else ""
            numbers = (texts.planned, texts.accepted, texts.delivered)
            table.add_row(_TIER_NAMES[tier], *(f"{number:,}" for number in numbers), confirmed)
        return Panel(table, title="five tiers", width=58, height=8)

    def _people(self) -> Text:
        people = self.board.total.people
        line = Text(" people: ", no_wrap=True)
        for standing, words, colour in _STANDINGS:
            line.append(f"{words} {people[standing]:,}  ", colour)
        return line.append(f"(seen: {people['verified']:,})")

    def _proceedings(self) -> Text:
        seen = self.board.log_counts
        resolved = len(seen.calls_for_help) - len(seen.help_open)
        parts = (
            (f" alert {seen.state.replace('_', '-')}  ", "bold"),
            f"doors: {len(seen.doors):,} pending, {seen.doors_closed:,} done  ",
            f"help: {len(seen.help_open):,} open, {resolved:,} resolved  ",
            f"not woken: {len(seen.not_woken):,}",
        )
        return Text.assemble(*parts, no_wrap=True)

    def _curve(self) -> Panel:
        rows = plot(self.board.curve, self.scenario.people, self.time.elapsed())
        span = max(_LEAST_SPAN, self.time.elapsed())
        axis = [" "] * _COLUMNS
        for label, at in (("0", 0.0), ("half an hour", TARGET)):
            place = min(int(at / span * _COLUMNS), _COLUMNS - len(label))
            axis[place : place + len(label)] = label
        share = self.board.total.accounted / self.scenario.people
        body = Text("\n".join([*rows, "".join(axis)]), no_wrap=True)
        return Panel(body, title=f"people accounted for: {share:.1%}", width=_COLUMNS + 4)

    def _news(self) -> Text:
        lines = [
            f" {clock_face(entry.at)}  {entry.words}" for entry in self.journal.entries[-_NEWS:]
        ]
        return Text("\n".join(lines), no_wrap=True, overflow="ellipsis")


def plot(curve: list[tuple[float, int]], people: int, elapsed: float) -> list[str]:
    """Return the lines of a curve of people over time, with a dotted line at the target.

    It spans forty minutes of the story, or all that passed.
    """
    span = max(_LEAST_SPAN, elapsed)
    heights, known, last = [], 0, 0
    for column in range(_COLUMNS):
        until = (column + 1) * span / _COLUMNS
        while known < len(curve) and curve[known][0] <= until:
            last, known = curve[known][1], known + 1
        has_passed = column * span / _COLUMNS <= elapsed
        heights.append(round(last / people * _ROWS * 8) if has_passed else 0)
    target = int(TARGET / span * _COLUMNS)
    return [_row(heights, row, target) for row in reversed(range(_ROWS))]


def _row(heights: list[int], row: int, target: int) -> str:
    cells = [_BLOCKS[max(0, min(8, height - 8 * row))] for height in heights]
    if cells[target] == " ":
        cells[target] = "┊"
    return "".join(cells)
