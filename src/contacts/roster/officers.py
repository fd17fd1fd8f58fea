"""Reads officers from clerks' sheets, with place names, words for roles, and often without ids."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import TypeAdapter

from contacts.bounds import CellError, quoted
from contacts.roster import written
from contacts.roster.checks import Known
from contacts.roster.clerk_file import Asked, ClerkFile
from contacts.roster.clerk_sheets import noted, read_sheets
from contacts.roster.headings import OFFICERS
from contacts.roster.lines import OfficerLine, columns
from contacts.roster.places import Places, is_code
from contacts.roster.row_reading import RowReading
from contacts.roster.sheets import RawSheet

_REQUIRED: Final = ("name", "role", "division", "phones")

_OFFICER: Final = TypeAdapter(OfficerLine)


@dataclass(frozen=True, slots=True)
class KnownOfficer:
    """The data about a stored officer with which a row without an id is compared."""

    id: str
    name: str
    division: str
    phones: tuple[str, ...]


def free_id(stem: str, taken: Collection[str]) -> str:
    """Return an id for a new officer: `stem`, or `stem` with a number if it is taken."""
    id_, number = stem, 1
    while id_ in taken:
        number += 1
        id_ = f"{stem}-{number}"
    return id_


def read_officers(
    sheets: Iterable[RawSheet],
    divisions: Mapping[str, str],
    languages: Collection[str],
    stored: Iterable[KnownOfficer],
    asked: Asked,
) -> ClerkFile[OfficerLine]:
    """Read the officers in a file's sheets.

    Raises:
        RosterError: with all problems, up to a limit.
    """
    file: ClerkFile[OfficerLine] = ClerkFile()
    known = Known(divisions=divisions, languages=languages)
    read = _Reader(file, Places(divisions, asked.within), known, list(stored)).officer
    read_sheets(file, sheets, OFFICERS, _REQUIRED, asked, read)
    return file


class _Reader:
    """Reads the rows of a file, one after the other."""

    def __init__(
        self,
        file: ClerkFile[OfficerLine],
        places: Places,
        known: Known,
        stored: list[KnownOfficer],
    ) -> None:
        self._file = file
        self._places = places
        self._known = known
        self._stored = stored
        self._ids = {officer.id for officer in stored}

    def officer(self, row: RowReading) -> OfficerLine | None:
        """Return a row's officer, or None if one of its cells has a fault."""
        cells: dict[str, Any] = {name: row.text(name) for name in columns(OfficerLine)}
        cells["role"] = noted(self._file, row, "role", written.role) or ""
        cells["phones"] = noted(self._file, row, "phones", written.phones) or ()
        cells["division"] = noted(self._file, row, "division", self._division) or ""
        cells["deputy_of"] = written.filled(cells["deputy_of"])
        languages = self._known.languages
        cells["language"] = written.language(cells["language"], languages, "")
        cells["id"] = self._id(row, cells)
        if id_ := cells["id"]:
            row.attempt("id", lambda: self._place(id_, row))
        return row.validated(_OFFICER, cells, self._known)

    def _division(self, text: str) -> str:
        value = written.filled(text)
        return value if is_code(value) or not value else self._places.division(value)

    def _id(self, row: RowReading, cells: Mapping[str, Any]) -> str:
        if id_ := written.filled(row.text("id")):
            return id_
        if row.faults:
            return ""
        name, phones = cells["name"].strip(), set(cells["phones"])
        same = [each for each in self._stored if each.name == name]
        found = [
            each.id
            for each in same
            if phones & set(each.phones) or each.division == cells["division"]
        ]
        if len(found) == 1:
            return found[0]
        return self._give(f"{cells['role']}-{cells['division']}")

    def _give(self, stem: str) -> str:
        """Assign an unused id to a new officer; return the id."""
        id_ = free_id(stem, self._ids | self._file.places.keys())
        self._file.given.add(id_)
        self._file.note("id", "", id_)
        return id_

    def _place(self, id_: str, row: RowReading) -> None:
        """Record the place of an id in the file; refuse an id that occurs twice."""
        place = row.sheet.name, row.line
        first = self._file.places.setdefault(id_, place)
        if first != place:
            line = first[1]
            raise CellError(
                f"{id_!r} is on line {line} already: remove one",
                f"{quoted(id_)}在第{line}行已有：请去掉一个",
            )
