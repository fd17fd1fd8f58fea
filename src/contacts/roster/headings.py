"""Columns of a roster file, recognised by their headings: see data/headings.toml."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final

from contacts.faults import CellError, quoted

_TABLE: Final[dict[str, Any]] = tomllib.loads(
    files("contacts").joinpath("data", "headings.toml").read_text("utf-8")
)

WORDS: Final[Mapping[str, Any]] = _TABLE["words"]
"""Words in cells, by what they mean."""

HEADINGS: Final[Mapping[str, Sequence[str]]] = _TABLE["households"]
"""The headings of each field of a household."""

UNREAD: Final = ""
"""The field of a column that is not read."""

_SEVERAL: Final = frozenset({"phones", "vulnerable"})
"""Fields that may have several columns, such as two phones."""

_DIVISION_SAID_BY: Final = ("division", "village", "grid", "address")

_BRACKETS: Final = re.compile(r"[(\[【][^)\]】]*[)\]】]")

_IGNORED: Final = re.compile(r"[\s_*:/、]+")

_NUMBERED: Final = re.compile(r"(?<=[^\d])\d{1,2}$|[一二三]$")


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a sheet: the row of their headings, and the field of each column."""

    line: int
    headings: tuple[str, ...]
    fields: tuple[str, ...]
    """By column; `UNREAD` for a column that is not read."""
    is_confirmed: bool
    """Whether every heading is the field's own name, or was confirmed before."""

    def columns(self, field: str) -> list[int]:
        """Return the columns of a field, counted from 0."""
        return [column for column, name in enumerate(self.fields) if name == field]

    def heading(self, field: str) -> str:
        """Return the heading of the column that says a field, or its own name if none does."""
        fields = _DIVISION_SAID_BY if field == "division" else (field,)
        columns = (column for each in fields for column in self.columns(each))
        return next((self.headings[column] for column in columns), field)

    def read(self) -> dict[str, str]:
        """Return the field of each heading that is filled in."""
        return {
            heading: field
            for heading, field in zip(self.headings, self.fields, strict=True)
            if heading
        }


def folded(heading: str) -> str:
    """Return a heading as it is compared."""
    text = unicodedata.normalize("NFKC", heading).casefold()
    return _IGNORED.sub("", _BRACKETS.sub("", text)).strip("?？")


_FIELDS: Final = {
    **{folded(name): field for field, names in HEADINGS.items() for name in names},
    **{folded(field): field for field in HEADINGS},
}


def field_of(heading: str) -> str:
    """Return the field that a heading usually names, or `UNREAD`."""
    text = folded(heading)
    return _FIELDS.get(text) or _FIELDS.get(_NUMBERED.sub("", text), UNREAD)


def chinese_name(field: str) -> str:
    """Return the field's name in Chinese."""
    return HEADINGS[field][0] if field in HEADINGS else field


def find_layout(
    rows: Iterable[tuple[int, Sequence[str]]],
    confirmed: Mapping[str, str],
    asked: Mapping[str, str],
) -> Layout | None:
    """Return the columns of the row that has the most headings, or None if no row has two.

    Title rows may stand above it. `confirmed` gives the fields of headings that were confirmed for
    an earlier file, `asked` the headings of fields that were asked for now.
    """
    wanted = {folded(heading): field for field, heading in asked.items()}
    known = {folded(heading): field for heading, field in confirmed.items()}

    def field(heading: str) -> str:
        text = folded(heading)
        if text in wanted:
            return wanted[text]
        found = known[text] if text in known else field_of(heading)
        return UNREAD if found in asked else found

    best = max(rows, key=lambda row: _headings(map(field, row[1])), default=(0, ()))
    line, headings = best[0], tuple(text.strip() for text in best[1])
    fields = tuple(map(field, headings))
    if _headings(fields) < 2:
        return None
    is_confirmed = all(
        not heading or folded(heading) in {*wanted, *known} or heading in HEADINGS
        for heading in headings
    )
    return Layout(line, headings, fields, is_confirmed)


def _headings(fields: Iterable[str]) -> int:
    """Return how many different fields there are."""
    return len(set(fields) - {UNREAD})


def layout_faults(layout: Layout, required: Iterable[Sequence[str]]) -> list[tuple[str, CellError]]:
    """Return what is wrong with the columns, by field; of each group one column must be there."""
    faults = [
        (group[0], _missing(group[0])) for group in required if not set(group) & set(layout.fields)
    ]
    for field in dict.fromkeys(layout.fields):
        headings = [layout.headings[column] for column in layout.columns(field)]
        if field != UNREAD and field not in _SEVERAL and len(headings) > 1:
            faults.append((field, _twice(field, headings)))
    return faults


def asked_fault(
    layouts: Sequence[Layout], asked: Mapping[str, str]
) -> tuple[str, CellError] | None:
    """Return what is wrong with the columns that were asked for."""
    for field, heading in asked.items():
        if field not in HEADINGS:
            return field, CellError(
                f"is no column of a household: write one of {', '.join(HEADINGS)}",
                f"不是住户的栏目：请写 {'、'.join(HEADINGS)} 之一",
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
