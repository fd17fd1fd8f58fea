"""Problems of a roster file: where each stands, what is wrong, and the remedy."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

MOST_PROBLEMS: Final = 200
"""Most problems that are collected before a file is refused."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem in a file. Line 1 is the first row; an empty `column` means the whole row.

    `sheet` is the name of a workbook's sheet; empty for a text file.
    """

    line: int
    column: str
    message: str
    chinese: str
    sheet: str = ""

    def __str__(self) -> str:
        sheet = f"sheet {self.sheet}, " if self.sheet else ""
        column = f", {self.column}" if self.column else ""
        return f"{sheet}line {self.line}{column}: {self.message}"

    def in_chinese(self) -> str:
        """Return the problem in Chinese."""
        sheet = f"工作表“{self.sheet}”" if self.sheet else ""
        column = f"，{self.column}" if self.column else ""
        return f"{sheet}第{self.line}行{column}：{self.chinese}"


class RosterError(Exception):
    """The roster was refused, and nothing of it was stored."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line))
        super().__init__("\n".join(map(str, self.problems)))

    def in_both_languages(self) -> str:
        """Return each problem in English and, on the next line, in Chinese."""
        lines = [f"{each}\n  {each.in_chinese()}" for each in self.problems]
        if len(lines) >= MOST_PROBLEMS:
            lines.append("there may be more: correct these first\n  可能还有：请先改正以上各处")
        return "\n".join(lines)
