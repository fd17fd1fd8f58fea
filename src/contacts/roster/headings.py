"""Recognises the columns of a roster file by their headings: see data/headings.toml."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

from contacts.bounds import CellError, quoted

_TABLE: Final[dict[str, Any]] = tomllib.loads(
    files("contacts").joinpath("data", "headings.toml").read_text("utf-8")
)

WORDS: Final[Mapping[str, Any]] = _TABLE["words"]
"""Words in cells, by their meaning."""

HOUSEHOLDS: Final = "households"

OFFICERS: Final = "officers"

HEADINGS: Final[Mapping[str, Mapping[str, Sequence[str]]]] = {
    kind: _TABLE[kind] for kind in (HOUSEHOLDS, OFFICERS)
}
"""The known headings of each field, by the kind of file."""

UNREAD: Final = ""
"""The field of a column that is not read."""

_SEVERAL: Final = frozenset({"phones", "vulnerable"})
"""Fields that may have several columns, for example for two phones."""

_DIVISION_SAID_BY: Final = ("division", "village", "grid", "address")

_BRACKETS: Final = re.compile(r"[(\[【][^)\]】]*[)\]】]")

_IGNORED: Final = re.compile(r"[\s_*:/、]+")

_NUMBERED: Final = re.compile(r"(?<=[^\d])\d{1,2}$|[一二三]$")


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a sheet: the row of their headings, and the field of each column."""

    kind: str
    line: int
    headings: tuple[str, ...]
    fields: tuple[str, ...]
    """The field of each column; `UNREAD` for a column that is not read."""
    is_confirmed: bool
    """True if every heading is a field's own name, or was chosen or confirmed by a person."""

    def columns_by_field(self) -> Mapping[str, Sequence[int]]:
        """Return the indexes of the columns of each field that has any."""
        return _columns_by_field(self.fields)

    def columns(self, field: str) -> Sequence[int]:
        """Return the indexes of the columns of a field."""
        return _columns_by_field(self.fields).get(field, ())

    def heading(self, field: str) -> str:
        """Return the heading of a field's column, or the field's name if it has none."""
        fields = _DIVISION_SAID_BY if field == "division" else (field,)
        columns = (column for each in fields for column in self.columns(each))
        return next((self.headings[column] for column in columns), field)

    def read(self) -> dict[str, str]:
        """Return the field of each heading that is not empty."""
        return {
            heading: field
            for heading, field in zip(self.headings, self.fields, strict=True)
            if heading
        }


@lru_cache(maxsize=64)
def _columns_by_field(fields: tuple[str, ...]) -> dict[str, list[int]]:
    """Return the indexes of each field's columns; cached, because every row of a sheet asks."""
    found: dict[str, list[int]] = {}
    for column, name in enumerate(fields):
        if name != UNREAD:
            found.setdefault(name, []).append(column)
    return found


def folded(heading: str) -> str:
    """Return a heading in the normal form in which headings are compared."""
    text = unicodedata.normalize("NFKC", heading).casefold()
    return _IGNORED.sub("", _BRACKETS.sub("", text)).strip("?？")


_FIELDS: Final = {
    kind: {
        **{folded(name): field for field, names in headings.items() for name in names},
        **{folded(field): field for field in headings},
    }
    for kind, headings in HEADINGS.items()
}


def field_of(heading: str, kind: str) -> str:
    """Return the field that a heading names in this kind of file, or `UNREAD` if it is unknown."""
    text, fields = folded(heading), _FIELDS[kind]
    return fields.get(text) or fields.get(_NUMBERED.sub("", text), UNREAD)


def is_heading(text: str) -> bool:
    """Return whether a text is a known heading in any kind of file."""
    return any(field_of(text, kind) != UNREAD for kind in HEADINGS)


def chinese_name(field: str) -> str:
    """Return the field's name in Chinese."""
    return next((names[field][0] for names in HEADINGS.values() if field in names), field)


def find_layout(
    rows: Iterable[tuple[int, Sequence[str]]],
    kind: str,
    confirmed: Mapping[str, str],
    asked: Mapping[str, str],
) -> Layout | None:
    """Return the layout given by the row with the most headings, or None if no row has two.

    Title rows may precede that row. `confirmed` maps headings to the fields that were confirmed for
    an earlier file. `asked` maps fields to the headings that were chosen for this file.
    """
    wanted = {folded(heading): field for field, heading in asked.items()}
    known = {folded(heading): field for heading, field in confirmed.items()}

    def field(heading: str) -> str:
        text = folded(heading)
        if text in wanted:
            return wanted[text]
        found = known[text] if text in known else field_of(heading, kind)
        return UNREAD if found in asked else found

    best = max(rows, key=lambda row: _headings(map(field, row[1])), default=(0, ()))
    line, headings = best[0], tuple(text.strip() for text in best[1])
    fields = tuple(map(field, headings))
    if _headings(fields) < 2:
        return None
    is_confirmed = all(
        not heading or folded(heading) in {*wanted, *known} or heading in HEADINGS[kind]
        for heading in headings
    )
    return Layout(kind, line, headings, fields, is_confirmed)


def _headings(fields: Iterable[str]) -> int:
    """Return the number of different fields, without `UNREAD`."""
    return len(set(fields) - {UNREAD})


def layout_faults(layout: Layout, required: Iterable[str]) -> list[tuple[str, CellError]]:
    """Return the errors in the columns, as (field, error)."""
    faults = [(field, _missing(field)) for field in required if field not in layout.fields]
    for field in dict.fromkeys(layout.fields):
        headings = [layout.headings[column] for column in layout.columns(field)]
        if field != UNREAD and field not in _SEVERAL and len(headings) > 1:
            faults.append((field, _twice(field, headings)))
    return faults


def asked_fault(
    layouts: Sequence[Layout], kind: str, asked: Mapping[str, str]
) -> tuple[str, CellError] | None:
    """Return the first error in the chosen columns, as (field, error), or None."""
    for field, heading in asked.items():
        if field not in HEADINGS[kind]:
            return field, CellError(
                f"is no column of {kind}: write one of {', '.join(HEADINGS[kind])}",
                f"没有这个栏目：请写 {'、'.join(HEADINGS[kind])} 之一",
            )
        if not any(folded(heading) in map(folded, each.headings) for each in layouts):
            return field, CellError(
                f"no column has the heading {heading!r}: write it as in the file",
                f"没有标题为{quoted(heading)}的列：请照文件里的标题写",
            )
    return None


def _missing(field: str) -> CellError:
    chinese = chinese_name(field)
    return CellError(
        f"is missing: name its column {field} or {chinese}, or run again with "
        f"--map {field}=HEADING",
        f"缺少“{chinese}”一列：请把该列标题写成“{chinese}”，或加 --map {field}=标题 再运行",
    )


def _twice(field: str, headings: Sequence[str]) -> CellError:
    return CellError(
        f"is there twice ({', '.join(headings)}): remove one, or run again with "
        f"--map {field}=HEADING",
        f"“{chinese_name(field)}”有几列（{'、'.join(headings)}）：请去掉多余的，"
        f"或加 --map {field}=标题 再运行",
    )
