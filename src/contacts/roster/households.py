"""Reads households from sheets as clerks have them: any headings, cells as people write them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Any, Final

from contacts.division import VILLAGE_DIGITS, covers, is_household, parent_of
from contacts.faults import CellError, quoted
from contacts.roster import written
from contacts.roster.checks import Known
from contacts.roster.codes import Codes, may_be_shortened, shortened, written_code
from contacts.roster.headings import Layout, asked_fault, find_layout, layout_faults
from contacts.roster.household_file import Asked, HouseholdFile, Stored
from contacts.roster.lines import HouseholdLine, columns
from contacts.roster.places import Places, is_code
from contacts.roster.problems import RosterError
from contacts.roster.row_reading import RowReading
from contacts.roster.sheets import RawSheet, Row

_TITLE_ROWS: Final = 20
"""Rows among which the headings stand."""

_REQUIRED: Final = (("head",), ("headcount",), ("address",), ("phones",))


def read_households(sheets: Iterable[RawSheet], stored: Stored, asked: Asked) -> HouseholdFile:
    """Return the households of a file's sheets.

    Raises:
        RosterError: with every problem, up to a bound.
    """
    file = HouseholdFile(unsaid=frozenset({"centre"} if asked.without_codes else ()))
    reader = _Reader(file, stored, asked)
    for sheet in sheets:
        reader.read(sheet)
    if fault := asked_fault([layout for _, layout in file.layouts], asked.columns):
        file.refuse("", 1, *fault)
    if not file.layouts:
        file.refuse("", 1, "", _without_headings())
    if file.problems:
        raise RosterError(file.problems)
    return file


class _Reader:
    """Reads sheet after sheet into one file."""

    def __init__(self, file: HouseholdFile, stored: Stored, asked: Asked) -> None:
        self._file = file
        self._stored = stored
        self._asked = asked
        self._places = Places(stored.divisions, asked.within)
        self._known = Known(stored.divisions, stored.officers.ids(), stored.languages)
        self._codes: Codes | None = None

    def read(self, sheet: RawSheet) -> None:
        first = list(islice(sheet.rows, _TITLE_ROWS))
        rows = [(row.line, row.cells) for row in first]
        layout = find_layout(rows, self._asked.confirmed, self._asked.columns)
        if layout is None:
            self._file.unread_sheets.extend([sheet.name] if first else [])
            return
        self._file.layouts.append((sheet.name, layout))
        faults = layout_faults(layout, _REQUIRED)
        for name, fault in faults:
            self._file.refuse(sheet.name, layout.line, name, fault)
        below = (row for row in first if row.line > layout.line)
        if not faults:
            self._read_rows(sheet, layout, chain(below, sheet.rows))

    def _read_rows(self, sheet: RawSheet, layout: Layout, rows: Iterator[Row]) -> None:
        above: dict[str, str] = {}
        for row in rows:
            if row.fault is not None:
                self._file.refuse(sheet.name, row.line, "", row.fault)
                continue
            if len(row.cells) > len(layout.fields) and any(row.cells[len(layout.fields) :]):
                self._file.refuse(sheet.name, row.line, "", _too_wide(row, layout))
                continue
            reading = RowReading(sheet, layout, row, above)
            line = self._household(reading)
            for name, fault in reading.faults.items():
                self._file.refuse(sheet.name, row.line, layout.heading(name), fault)
            if line is not None:
                self._file.lines.append(line)

    def _place(self, code: str, row: RowReading) -> None:
        """Record where a code stands; refuse it where it stands a second time."""
        place = row.sheet.name, row.line
        first = self._file.places.setdefault(code, place)
        if first != place:
            raise _twice(code, *first)
        if self._codes is not None and is_household(code):
            self._codes.name(code)

    def _household(self, row: RowReading) -> HouseholdLine | None:
        cells: dict[str, Any] = {
            name: "" if name in self._file.unsaid else row.text(name)
            for name in columns(HouseholdLine)
        }
        cells["headcount"] = self._noted("headcount", row, written.headcount)
        cells["phones"] = self._noted("phones", row, written.phones) or ()
        cells["vulnerable"] = self._noted("vulnerable", row, written.vulnerable)
        cells["persons"] = self._noted("persons", row, written.names)
        cells["language"] = self._noted("language", row, self._language)
        cells["latitude"], cells["longitude"] = written.coordinates(
            cells["latitude"], cells["longitude"]
        )
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
        return row.validated(cells, self._known)

    def _language(self, text: str) -> str:
        return written.language(text, self._stored.languages, self._stored.usual_language)

    def _noted(self, name: str, row: RowReading, read: Callable[[str], Any]) -> Any:
        """Return a cell as it is read; count it if that is not what it says."""
        text = row.text(name)
        value = row.attempt(name, lambda: read(text))
        told = ";".join(value) if isinstance(value, tuple) else str(value or "")
        if told != text.strip() and not _says(text, told) and name not in row.faults:
            self._file.note(name, text.strip(), told)
        return value

    def _inside(self, row: RowReading) -> str:
        division = self._division(row)
        if not covers(self._asked.within, division):
            raise CellError(
                f"{division!r} does not lie in {self._asked.within!r}: remove the row, or name "
                "the division in which all lie",
                f"{quoted(division)}不在{quoted(self._asked.within)}之内：请去掉这一行，"
                "或改写 --division",
            )
        return division

    def _division(self, row: RowReading) -> str:
        """Return the village or grid of a row: by its code, its names, its address or its sheet."""
        named = written.filled(row.text("division"))
        if is_code(named) and not self._asked.without_codes:
            return named
        if is_code(named[:1]):
            named = ""  # A code that a spreadsheet has shortened.
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


def _says(text: str, told: str) -> bool:
    """Whether a cell says a phone or a number in so many digits."""
    digits = "".join(filter(str.isdigit, text))
    return bool(digits) and text.isascii() and told.replace("+86", "").replace(";", "") == digits


def _twice(code: str, sheet: str, line: int) -> CellError:
    if may_be_shortened(code):
        return shortened(code)
    place = f"sheet {sheet}, line {line}" if sheet else f"line {line}"
    return CellError(
        f"{code!r} is on {place} already: remove one",
        f"{quoted(code)}在{f'工作表“{sheet}”' if sheet else ''}第{line}行已有：请去掉一个",
    )


def _too_wide(row: Row, layout: Layout) -> CellError:
    return CellError(
        f"has {len(row.cells)} cells where the header has {len(layout.fields)}: "
        "put a cell that holds a comma in double quotes",
        f"有{len(row.cells)}格，标题只有{len(layout.fields)}格：请给含逗号的格加双引号",
    )


def _without_headings() -> CellError:
    return CellError(
        "no row holds headings that are known: name the columns head, address, headcount and "
        "phones, or run again with --map FIELD=HEADING",
        "找不到标题行：请把各列标题写成“户主”“住址”“人数”“电话”等，或加 --map 栏目=标题 再运行",
    )
