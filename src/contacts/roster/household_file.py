"""A file of households: what it is read against, and what was read.

Nothing is guessed silently: `HouseholdFile.readings` counts the cells that were read as something
else than they say, and `layouts` shows which column was taken for what.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from contacts.faults import CellError
from contacts.roster.codes import KnownHome
from contacts.roster.headings import Layout
from contacts.roster.lines import HouseholdLine, columns
from contacts.roster.places import OfficersByName
from contacts.roster.problems import MOST_PROBLEMS, Problem, RosterError


@dataclass(frozen=True, slots=True)
class Asked:
    """What whoever imports a file says of it."""

    within: str = ""
    """The division whose households it holds; empty for all."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Headings by field."""
    confirmed: Mapping[str, str] = field(default_factory=dict)
    """Fields by heading, as confirmed for an earlier file."""
    without_codes: bool = False
    """Whether the file's codes are void, as after a spreadsheet has shortened them."""


@dataclass(frozen=True, slots=True)
class Stored:
    """The roster against which a file is read."""

    divisions: Mapping[str, str]
    officers: OfficersByName
    languages: Collection[str]
    usual_language: str
    homes: Callable[[], Iterable[KnownHome]]
    """The households stored; asked for only if a row has no code."""


@dataclass(slots=True)
class Reading:
    """How many cells of a field were read as something else than they say, and the first."""

    written: str
    read: str
    count: int = 0


@dataclass(slots=True)
class HouseholdFile:
    """The households of a file, in its order, with the sheet and line of each."""

    unsaid: frozenset[str] = frozenset()
    """Fields that the file does not say, though it has their columns."""
    lines: list[HouseholdLine] = field(default_factory=list)
    places: dict[str, tuple[str, int]] = field(default_factory=dict)
    given: set[str] = field(default_factory=set)
    """Codes of new households, which the file did not say."""
    layouts: list[tuple[str, Layout]] = field(default_factory=list)
    unread_sheets: list[str] = field(default_factory=list)
    readings: dict[str, Reading] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, sheet: str, line: int, column: str, fault: CellError) -> None:
        """Record a problem; stop at as many as a person can correct at once."""
        self.problems.append(Problem(line, column, str(fault), fault.chinese, sheet))
        if len(self.problems) >= MOST_PROBLEMS:
            raise RosterError(self.problems)

    def note(self, field: str, text: str, read: str) -> None:
        """Count a cell that was read as something else than it says."""
        self.readings.setdefault(field, Reading(text, read)).count += 1

    def fields(self, sheet: str) -> frozenset[str]:
        """Return the fields that a sheet says something of."""
        named = {name for each, layout in self.layouts if each == sheet for name in layout.fields}
        return frozenset(named & set(columns(HouseholdLine))) - self.unsaid
