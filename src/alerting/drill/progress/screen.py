"""The terminal screen of a drill: clock, tiers, people, curve and news."""

from dataclasses import dataclass
from typing import Final

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from alerting.drill.progress.board import TIERS, Board, Texts
from alerting.drill.progress.milestones import Journal
from alerting.drill.scenario import Scenario
from alerting.drill.story_time import StoryTime, clock_face

TARGET: Final = 1800.0
"""The story seconds within which people near the hazard should have left."""

_LEAST_SPAN: Final = 2400.0

_ROWS: Final = 5

_FEWEST_ROWS: Final = 2

_AROUND_CURVE: Final = 3
"""The number of lines for the curve's frame and axis."""

_COLUMNS: Final = 60

_NEWS: Final = 5

_NUMBER_WIDTH, _TIERS_WIDTH = 22, 58

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

# Each standing of people, with its word on the screen and its ISO 22324 colour.
_STANDINGS: Final = (
    ("evacuated", "out", "green"),
    ("elsewhere", "elsewhere", "green"),
    ("staying", "staying", "yellow"),
    ("needs_help", "need help", "red"),
    ("unaccounted", "unaccounted", "red"),
)


@dataclass
class Screen:
    """The screen, laid out for the terminal's size at each print.

    The links are at the top, so that they are always visible. On a small terminal the curve is left
    out first, then the older news.
    """

    scenario: Scenario
    seed: int
    greatest_speed: float
    officers: dict[str, int]
    """The number of officers that are called at each tier."""
    time: StoryTime
    board: Board
    journal: Journal
    board_url: str
    """The URL of the alert's board, for signed-in officers."""
    link: str
    """The one-time link that signs a browser in and opens the board."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = options.max_width
        parts = [self._title(), self._links(), *self._figures(width)]
        lines = sum(len(console.render_lines(part, options, pad=False)) for part in parts)
        room = options.size.height - lines
        rows = min(_ROWS, room - _AROUND_CURVE - 1)
        if rows >= _FEWEST_ROWS:
            parts.append(self._curve(min(_COLUMNS, width - 4), rows))
            room -= rows + _AROUND_CURVE
        yield from parts
        if room > 0:
            yield self._news(min(_NEWS, room))

    def _figures(self, width: int) -> list[RenderableType]:
        figures = [self._people(), self._proceedings()]
        if width < _NUMBER_WIDTH + _TIERS_WIDTH:
            return [self._unaccounted_in_words(), self._tiers(min(width, _TIERS_WIDTH)), *figures]
        beside = Table.grid()
        beside.add_row(self._unaccounted(), self._tiers(_TIERS_WIDTH))
        return [beside, *figures]

    def _links(self) -> Text:
        # A hyperlink still works if its URL wraps over two lines.
        board, link = ((url, f"link {url}") for url in (self.board_url, self.link))
        return Text.assemble(" board: ", board, "\n watch: ", link, overflow="fold")

    def _title(self) -> Text:
        clock = clock_face(self.time.elapsed())
        speed = f"{self.time.speed:.3g}x of {self.greatest_speed:g}x"
        words = f" EXERCISE 演练  {self.scenario.name}, seed {self.seed}, {speed}  "
        return Text.assemble((words, "bold"), (clock, "bold reverse"), no_wrap=True)

    def _unaccounted(self) -> Panel:
        number = self.board.total.in_question
        colour = self._colour()
        lines = ("".join(f"{_DIGITS[digit][row]} " for digit in str(number)) for row in range(3))
        figure = Text("\n".join(lines), colour, justify="center", no_wrap=True)
        note = Text("unaccounted or\nwaiting for help", justify="center")
        return Panel(Group(figure, Text(), note), width=_NUMBER_WIDTH, height=8)

    def _unaccounted_in_words(self) -> Text:
        number = self.board.total.in_question
        return Text(f" {number:,} people unaccounted or waiting for help", self._colour())

    def _colour(self) -> str:
        is_over = self.board.zero_at is not None and not self.board.total.in_question
        return "bold green" if is_over else "bold red"

    def _tiers(self, width: int) -> Panel:
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
        return Panel(table, title="five tiers", width=width, height=8)

    def _people(self) -> Text:
        people = self.board.total.people
        line = Text(" ")
        for standing, words, colour in _STANDINGS:
            line.append(f"{words} {people[standing]:,}  ", colour)
        return line.append(f"(seen: {people['verified']:,})")

    def _proceedings(self) -> Text:
        seen = self.board.log_counts
        resolved = len(seen.calls_for_help) - len(seen.help_open)
        parts = (
            (f" alert {seen.state.replace('_', '-')}  ", "bold"),
            f"doors: {len(seen.doors):,} open, {seen.doors_closed:,} done  ",
            f"help: {len(seen.help_open):,} open, {resolved:,} done  ",
            f"not woken: {len(seen.not_woken):,}",
        )
        return Text.assemble(*parts)

    def _curve(self, columns: int, rows: int) -> Panel:
        lines = plot(self.board.curve, self.scenario.people, self.time.elapsed(), columns, rows)
        span = max(_LEAST_SPAN, self.time.elapsed())
        axis = [" "] * columns
        for label, at in (("0", 0.0), ("half an hour", TARGET)):
            place = min(int(at / span * columns), columns - len(label))
            axis[place : place + len(label)] = label
        share = self.board.total.accounted / self.scenario.people
        body = Text("\n".join([*lines, "".join(axis)]), no_wrap=True)
        return Panel(body, title=f"people accounted for: {share:.1%}", width=columns + 4)

    def _news(self, most: int) -> Text:
        lines = [
            f" {clock_face(entry.at)}  {entry.words}" for entry in self.journal.entries[-most:]
        ]
        return Text("\n".join(lines), no_wrap=True, overflow="ellipsis")


def plot(
    curve: list[tuple[float, int]],
    people: int,
    elapsed: float,
    columns: int = _COLUMNS,
    rows: int = _ROWS,
) -> list[str]:
    """Return the text lines that draw the curve of people over time.

    A dotted line marks the target. The curve spans 40 min of the story, or the elapsed time if that
    is longer.
    """
    span = max(_LEAST_SPAN, elapsed)
    heights, known, last = [], 0, 0
    for column in range(columns):
        until = (column + 1) * span / columns
        while known < len(curve) and curve[known][0] <= until:
            last, known = curve[known][1], known + 1
        has_passed = column * span / columns <= elapsed
        heights.append(round(last / people * rows * 8) if has_passed else 0)
    target = int(TARGET / span * columns)
    return [_row(heights, row, target) for row in reversed(range(rows))]


def _row(heights: list[int], row: int, target: int) -> str:
    cells = [_BLOCKS[max(0, min(8, height - 8 * row))] for height in heights]
    if cells[target] == " ":
        cells[target] = "┊"
    return "".join(cells)
