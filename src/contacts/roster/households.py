"""Reads households from clerks' sheets, which have any headings and cells as people write them."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import TypeAdapter

from contacts.bounds import CellError, quoted
from contacts.division import VILLAGE_DIGITS, covers, is_household, parent_of
from contacts.roster import written
from contacts.roster.checks import Known
from contacts.roster.clerk_file import Asked, ClerkFile
from contacts.roster.clerk_sheets import noted, read_sheets
from contacts.roster.codes import Codes, KnownHome, may_be_shortened, shortened, written_code
from contacts.roster.headings import HOUSEHOLDS
from contacts.roster.lines import HouseholdLine, columns
from contacts.roster.places import OfficersByName, Places, is_code
from contacts.roster.row_reading import RowReading
from contacts.roster.sheets import RawSheet

_REQUIRED: Final = ("head", "headcount", "address", "phones")

_HOUSEHOLD: Final = TypeAdapter(HouseholdLine)


@dataclass(frozen=True, slots=True)
class Stored:
    """The data from the roster that reading a file needs."""

    divisions: Mapping[str, str]
    officers: OfficersByName
    languages: Collection[str]
    usual_language: str
    homes: Callable[[], Iterable[KnownHome]]
    """Returns the stored households; called only if a row has no code."""


@dataclass(slots=True)
class HouseholdFile(ClerkFile[HouseholdLine]):
    """The households of a file."""

    unsaid: frozenset[str] = frozenset()
    """Fields that are ignored although the file has columns for them."""

    def fields(self, sheet: str) -> frozenset[str]:
        """Return the fields whose values a sheet provides."""
        named = {name for each, layout in self.layouts if each == sheet for name in layout.fields}
        return frozenset(named & set(columns(HouseholdLine))) - self.unsaid


def read_households(sheets: Iterable[RawSheet], stored: Stored, asked: Asked) -> HouseholdFile:
    """Read the households in a file's sheets.

    Raises:
        RosterError: with all problems, up to a limit.
    """
    file = HouseholdFile(unsaid=frozenset({"centre"} if asked.without_codes else ()))
    read = _Reader(file, stored, asked).household
    read_sheets(file, sheets, HOUSEHOLDS, _REQUIRED, asked, read)
    return file


class _Reader:
    """Reads the rows of a file, one after the other."""

    def __init__(self, file: HouseholdFile, stored: Stored, asked: Asked) -> None:
        self._file = file
        self._stored = stored
        self._asked = asked
        self._places = Places(stored.divisions, asked.within)
        self._known = Known(stored.divisions, stored.officers.ids(), stored.languages)
        self._codes: Codes | None = None

    def _place(self, code: str, row: RowReading) -> None:
        """Record the place of a code in the file; refuse a code that occurs twice."""
        place = row.sheet.name, row.line
        first = self._file.places.setdefault(code, place)
        if first != place:
            raise _twice(code, *first)
        if self._codes is not None and is_household(code):
            self._codes.name(code)

    def household(self, row: RowReading) -> HouseholdLine | None:
        """Return a row's household, or None if one of its cells has a fault."""
        cells: dict[str, Any] = {
            name: "" if name in self._file.unsaid else row.text(name)
            for name in columns(HouseholdLine)
        }
        cells["headcount"] = noted(self._file, row, "headcount", written.headcount)
        cells["phones"] = noted(self._file, row, "phones", written.phones) or ()
        cells["vulnerable"] = noted(self._file, row, "vulnerable", written.vulnerable)
        cells["persons"] = noted(self._file, row, "persons", written.names)
        cells["language"] = noted(self._file, row, "language", self._language)
        latitude = cells["latitude"]
        cells["latitude"], cells["longitude"] = written.coordinates(latitude, cells["longitude"])
        if latitude and not cells["latitude"]:
            self._file.note("latitude", latitude, "")
        for name in ("centre", "courtyard", "officer"):
            cells[name] = written.filled(cells[name])
        cells["division"] = row.attempt("division", lambda: self._inside(row)) or ""
        cells["code"] = row.attempt("code", lambda: self._code(row, cells)) or ""
        if code := cells["code"]:
            row.attempt("code", lambda: self._place(code, row))
            if not is_code(row.text("division").strip()) and covers(cells["division"], code):
                cells["division"] = parent_of(code)
        name, division = cells["officer"], cells["division"]
        named = row.attempt("officer", lambda: self._stored.officers.named(name, division))
        cells["officer"] = named or ""
        return row.validated(_HOUSEHOLD, cells, self._known)

    def _language(self, text: str) -> str:
        return written.language(text, self._stored.languages, self._stored.usual_language)

    def _inside(self, row: RowReading) -> str:
        division = self._division(row)
        if not covers(self._asked.within, division):
            raise CellError(
                f"{division!r} does not lie in {self._asked.within!r}: remove the row, or name "
                "a division that contains all rows",
                f"{quoted(division)}不在{quoted(self._asked.within)}之内：请去掉这一行，"
                "或改写 --division",
            )
        return division

    def _division(self, row: RowReading) -> str:
        """Return the village or grid of a row, by its code, place names, address or sheet name."""
        named = written.filled(row.text("division"))
        if is_code(named) and not self._asked.without_codes:
            return named
        if is_code(named[:1]):
            named = ""  # A code that a spreadsheet has shortened, or that is to be ignored.
        names = [written.filled(row.text(name)) for name in ("town", "village", "grid")]
        if any([named, *names]):
            return self._places.named(names[0], named, *names[1:])
        code = "" if self._asked.without_codes else written.filled(row.text("code"))
        if is_code(code) and len(code) > VILLAGE_DIGITS:
            return parent_of(code) or ""
        address = row.text("address").strip()
        if found := self._places.in_address(address):
            self._file.note("division", address, found)
            return found
        if filled_down := row.from_above("division") or row.from_above("village"):
            found = filled_down if is_code(filled_down) else self._places.named(filled_down)
            self._file.note("division", "", found)
            return found
        return self._of_sheet(row)

    def _of_sheet(self, row: RowReading) -> str:
        try:
            found = self._places.named(row.sheet.name) if row.sheet.name else ""
        except CellError:
            found = ""
        if not found:
            raise CellError(
                "the row does not say its village: add a column with the village or its code, "
                "or write town and village in the address",
                "看不出是哪个村：请加“村”或“区划代码”一列，或在住址中写明乡镇和村",
            )
        self._file.note("division", row.sheet.name, found)
        return found

    def _code(self, row: RowReading, cells: Mapping[str, Any]) -> str:
        text = "" if self._asked.without_codes else row.text("code")
        if written.filled(text):
            code = written_code(text, cells["division"])
            if code != text.strip():
                self._file.note("code", text.strip(), code)
            return code
        if not cells["division"] or row.faults:
            return ""
        if self._codes is None:
            self._codes = Codes(self._stored.homes())
            for named in filter(is_household, self._file.places):
                self._codes.name(named)
        head, address = cells["head"].strip(), cells["address"].strip()
        found = self._codes.find(cells["division"], head, address, cells["phones"])
        if found is None:
            found = self._codes.give(cells["division"], head, address)
            self._file.given.add(found)
            self._file.note("code", "", found)
        return found


def _twice(code: str, sheet: str, line: int) -> CellError:
    if may_be_shortened(code):
        return shortened(code)
    place = f"sheet {sheet}, line {line}" if sheet else f"line {line}"
    return CellError(
        f"{code!r} is on {place} already: remove one",
        f"{quoted(code)}在{f'工作表“{sheet}”' if sheet else ''}第{line}行已有：请去掉一个",
    )
