"""A file of households or officers: the choices of its import, and what was read.

Nothing is guessed silently: `ClerkFile.readings` counts the cells that were read as something else
than they say, and `layouts` shows which column was taken for what.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from contacts.bounds import CellError
from contacts.roster.headings import Layout
from contacts.roster.lines import RosterLine
from contacts.roster.packed import Packed
from contacts.roster.problems import Problem, Problems

L = TypeVar("L", bound=RosterLine)


@dataclass(frozen=True, slots=True)
class Asked:
    """The answers of the person who imports a file."""

    within: str = ""
    """The division in which everything in it lies; empty for all."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Headings by field."""
    confirmed: Mapping[str, str] = field(default_factory=dict)
    """Fields by heading, as confirmed for an earlier file."""
    without_codes: bool = False
    """Whether the file's codes are void, as after a spreadsheet has shortened them."""


@dataclass(slots=True)
class Reading:
    """How many cells of a field were read as something else than they say, and the first."""

    written: str
    read: str
    count: int = 0


@dataclass(slots=True)
class ClerkFile(Generic[L]):
    """The lines of a file, in its order, with the sheet and line of each by its key."""

    lines: Packed[L] = field(default_factory=Packed)
    places: dict[str, tuple[str, int]] = field(default_factory=dict)
    given: set[str] = field(default_factory=set)
    """Keys of new lines, which the file did not say."""
    layouts: list[tuple[str, Layout]] = field(default_factory=list)
    unread_sheets: list[str] = field(default_factory=list)
    readings: dict[str, Reading] = field(default_factory=dict)
    problems: Problems = field(default_factory=Problems)

    def refuse(self, sheet: str, line: int, column: str, fault: CellError) -> None:
        """Record a problem; stop at as many as a person can correct at once."""
        self.problems.add(Problem(line, column, str(fault), fault.chinese, sheet))

    def note(self, field: str, text: str, read: str) -> None:
        """Count a cell that was read as something else than it says."""
        self.readings.setdefault(field, Reading(text, read)).count += 1
