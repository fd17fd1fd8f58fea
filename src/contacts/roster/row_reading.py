"""Reads one row of a clerk's file: its cells by field, and what is wrong with them."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from pydantic import TypeAdapter, ValidationError

from contacts.bounds import CellError
from contacts.roster.checks import Known
from contacts.roster.headings import HEADINGS, Layout
from contacts.roster.lines import RosterLine
from contacts.roster.sheets import RawSheet, Row

_PLACE_FIELDS: Final = ("division", "town", "village", "grid")
"""Fields in which a merged cell counts for all of its rows."""

_L = TypeVar("_L", bound=RosterLine)


class RowReading:
    """One row of a file: its cells by field, and the fault of each field that has one."""

    def __init__(self, sheet: RawSheet, layout: Layout, row: Row, above: dict[str, str]) -> None:
        self.sheet = sheet
        self.line = row.line
        self.faults: dict[str, CellError] = {}
        self._above = above
        self._texts = dict.fromkeys(HEADINGS[layout.kind], "")
        for name, columns in layout.columns_by_field().items():
            texts = [row.cells[c] for c in columns if c < len(row.cells)]
            self._texts[name] = (
                ";".join(filter(str.strip, texts)) if len(texts) > 1 else "".join(texts)
            )
            for column in columns if sheet.merged else ():
                self._unmerge(name, row.line, column)
        for name in _PLACE_FIELDS:
            if self._texts.get(name, "").strip():
                above[name] = self._texts[name]

    def _unmerge(self, name: str, line: int, column: int) -> None:
        top = (self.sheet.merged or {}).get((line, column))
        if top is None:
            return
        if name in _PLACE_FIELDS:
            self._texts[name] = self._above.get(name, "")
        else:
            self.faults[name] = CellError(
                f"is merged with line {top}: unmerge it, and write the value in each line, or "
                "remove the line if both are one household",
                f"与第{top}行合并了单元格：请取消合并并逐行填写；若是同一户，请删去多余的一行",
            )

    def text(self, name: str) -> str:
        """Return the text of a field; empty if the file has no column for it."""
        return self._texts[name]

    def from_above(self, name: str) -> str:
        """Return a field's last text above this row, in case the cell is part of a merged one.

        If the format says which cells are merged, return an empty text.
        """
        return "" if self.sheet.merged is not None else self._above.get(name, "")

    def attempt(self, name: str, read: Callable[[], Any]) -> Any:
        """Return what `read` returns; on a CellError, record the field's fault and return None."""
        try:
            return read()
        except CellError as fault:
            self.faults.setdefault(name, fault)
            return None

    def validated(self, adapter: TypeAdapter[_L], cells: dict[str, Any], known: Known) -> _L | None:
        """Return the validated line, or None if a cell has a fault; the first column is the key."""
        try:
            line = adapter.validate_python(cells, context=known)
        except ValidationError as error:
            # If other cells have faults, no key was assigned, and its absence is no fault.
            key = next(iter(cells))
            given = {key} if self.faults and not cells[key] else set()
            for detail in error.errors(include_url=False):
                if (name := str(detail["loc"][-1])) not in given:
                    # Every check raises CellError, so each error has this context.
                    self.faults.setdefault(name, detail["ctx"]["error"])
            return None
        return None if self.faults else line
