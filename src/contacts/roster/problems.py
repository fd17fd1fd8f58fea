"""Problems of a roster file: where they are, what is wrong, and what to do."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

MOST_PROBLEMS: Final = 200
"""The maximum number of problems that are collected before a file is refused."""

MOST_ALSO: Final = 9
"""The maximum number of further lines that a problem lists."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem in a file. Line 1 is the first row; an empty `column` means the whole row.

    `sheet` is the name of a workbook's sheet, or empty for a text file. `count` is the number of
    lines that have the problem, and `also` lists some of them after `line`.
    """

    line: int
    column: str
    message: str
    chinese: str
    sheet: str = ""
    count: int = 1
    also: tuple[int, ...] = ()

    def __str__(self) -> str:
        sheet = f"sheet {self.sheet}, " if self.sheet else ""
        column = f", {self.column}" if self.column else ""
        return f"{sheet}line {self.line}{column}: {self.message}{self._told_also()}"

    def _told_also(self) -> str:
        if not self.also:
            return ""
        more = ", ..." if self.count - 1 > len(self.also) else ""
        return f" ({self.count} lines: also {', '.join(map(str, self.also))}{more})"

    def in_chinese(self) -> str:
        """Return the problem in Chinese."""
        sheet = f"工作表“{self.sheet}”" if self.sheet else ""
        column = f"，{self.column}" if self.column else ""
        more = "等" if self.count - 1 > len(self.also) else ""
        lines = "、".join(map(str, self.also))
        also = f"（共{self.count}行，另见第{lines}行{more}）" if self.also else ""
        return f"{sheet}第{self.line}行{column}：{self.chinese}{also}"

    def with_line(self, line: int) -> "Problem":
        """Return the problem with one more line that has it."""
        also = self.also if len(self.also) == MOST_ALSO else (*self.also, line)
        return replace(self, count=self.count + 1, also=also)


@dataclass(slots=True)
class Problems:
    """The problems of a file. The same problem in several lines is stored once and counts them."""

    _found: dict[tuple[str, str, str], Problem] = field(default_factory=dict)

    def add(self, problem: Problem) -> None:
        """Record a problem; raise RosterError if there are too many to correct at once."""
        same = problem.sheet, problem.column, problem.message
        first = self._found.get(same)
        self._found[same] = first.with_line(problem.line) if first else problem
        if len(self._found) >= MOST_PROBLEMS:
            self.check()

    def check(self) -> None:
        """Raise RosterError if there are problems."""
        if self._found:
            raise RosterError(list(self))

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._found.values())


class RosterError(Exception):
    """A roster file was refused, and nothing from it was stored."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line))
        super().__init__("\n".join(map(str, self.problems)))

    def in_both_languages(self) -> str:
        """Return each problem in English and, on the next line, in Chinese."""
        lines = [f"{each}\n  {each.in_chinese()}" for each in self.problems]
        if len(lines) >= MOST_PROBLEMS:
            lines.append("there may be more: correct these first\n  可能还有：请先改正以上各处")
        return "\n".join(lines)
