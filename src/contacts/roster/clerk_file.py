"""A file of households or officers from a clerk: the options of its import, and what was read.

No guess is hidden. `ClerkFile.readings` counts the cells whose value was changed when read, and
`layouts` shows which column was read as which field.
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
    """The options of an import, from the person who imports the file."""

    within: str = ""
    """The division that contains everything in the file; empty for no limit."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """The heading of each field, as chosen for this file."""
    confirmed: Mapping[str, str] = field(default_factory=dict)
    """The field of each heading, as confirmed for an earlier file."""
    without_codes: bool = False
    """True to ignore the file's codes, for example because a spreadsheet has shortened them."""


@dataclass(slots=True)
class Reading:
    """The number of cells of a field whose value was changed when read, and the first such cell."""

    written: str
    read: str
    count: int = 0


@dataclass(slots=True)
class ClerkFile(Generic[L]):
    """The lines read from a file, in its order, and the (sheet, line) of each, by key."""

    lines: Packed[L] = field(default_factory=Packed)
    places: dict[str, tuple[str, int]] = field(default_factory=dict)
    given: set[str] = field(default_factory=set)
    """The keys of new lines that were not in the file but assigned by the import."""
    layouts: list[tuple[str, Layout]] = field(default_factory=list)
    unread_sheets: list[str] = field(default_factory=list)
    readings: dict[str, Reading] = field(default_factory=dict)
    problems: Problems = field(default_factory=Problems)

    def refuse(self, sheet: str, line: int, column: str, fault: CellError) -> None:
        """Record a problem; raise RosterError if there are too many to correct at once."""
        self.problems.add(Problem(line, column, str(fault), fault.chinese, sheet))

    def note(self, field: str, text: str, read: str) -> None:
        """Count a cell whose value was changed from `text` to `read`."""
        self.readings.setdefault(field, Reading(text, read)).count += 1
