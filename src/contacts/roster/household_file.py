"""A file of households, and the roster against which it is read."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from contacts.roster.clerk_file import ClerkFile
from contacts.roster.codes import KnownHome
from contacts.roster.lines import HouseholdLine, columns
from contacts.roster.places import OfficersByName


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
class HouseholdFile(ClerkFile[HouseholdLine]):
    """The households of a file."""

    unsaid: frozenset[str] = frozenset()
    """Fields that the file does not say, though it has their columns."""

    def fields(self, sheet: str) -> frozenset[str]:
        """Return the fields that a sheet says something of."""
        named = {name for each, layout in self.layouts if each == sheet for name in layout.fields}
        return frozenset(named & set(columns(HouseholdLine))) - self.unsaid
