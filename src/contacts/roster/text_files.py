"""Reads delimited text files in any encoding that spreadsheets in China write."""

import csv
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Final

from charset_normalizer import from_bytes

from contacts.roster.problems import Problem, RosterError
from contacts.roster.sheets import MOST_BYTES, RawSheet, text_sheet, too_large

_MARKS: Final = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}

_GUESSED: Final = ["gb18030", "utf_16_le", "utf_16_be"]
"""The encodings to choose from if there is no byte order mark and it is not UTF-8."""

_DELIMITERS: Final = ",\t;|"

_LOOKED_AT: Final = 20
"""Number of rows at the top of a file among which the headings must be."""

_MOST_MIXED: Final = 0.02
"""If more than this share of the non-ASCII rows is valid UTF-8, the file mixes encodings.

Rows in GB18030 that happen to be valid UTF-8 are rarer than that.
"""


def open_text(path: Path, is_heading: Callable[[str], bool]) -> RawSheet:
    """Return the sheet of a text file, with the delimiter that gives the most known headings.

    Raises:
        RosterError: if the file is too large, or its encoding is unknown.
    """
    with path.open("rb") as source:
        raw = source.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise too_large(path)
    text = decoded(raw)
    return text_sheet(StringIO(text, newline=""), delimiter_of(text, is_heading))


def decoded(raw: bytes) -> str:
    """Return the text of a file.

    Raises:
        RosterError: if the encoding is unknown, or several encodings are mixed.
    """
    for mark, encoding in _MARKS.items():
        if raw.startswith(mark):
            return _strictly(raw, encoding)
    if b"\x00" not in raw[:1024]:
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError as error:
            if _is_mixed(raw):
                raise _unreadable(raw, error.start) from error
    best = from_bytes(raw, cp_isolation=_GUESSED, enable_fallback=False).best()
    if best is None:
        raise _unreadable(raw, 0)
    return _strictly(raw, best.encoding)


def delimiter_of(text: str, is_heading: Callable[[str], bool]) -> str:
    """Return the delimiter with which one row has the most headings."""
    lines = [line for line in text[:65_536].splitlines() if line.strip()][:_LOOKED_AT]

    def headings(delimiter: str) -> int:
        rows = csv.reader(lines, delimiter=delimiter)
        try:
            return max((sum(map(is_heading, row)) for row in rows), default=0)
        except csv.Error:
            return 0

    return max(_DELIMITERS, key=headings)


def _strictly(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise _unreadable(raw, error.start) from error


def _is_mixed(raw: bytes) -> bool:
    """Return whether some rows are UTF-8 and others are not, so that no encoding fits all rows."""
    beyond = [line for line in raw.splitlines() if not line.isascii()]
    return sum(map(_is_utf8, beyond)) > _MOST_MIXED * len(beyond)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _unreadable(raw: bytes, at: int) -> RosterError:
    return RosterError(
        [
            Problem(
                raw[:at].count(b"\n") + 1,
                "",
                "is not UTF-8, GB18030 or UTF-16: save the file as CSV UTF-8",
                "不是 UTF-8、GB18030 或 UTF-16 编码：请把文件另存为“CSV UTF-8”",
            )
        ]
    )
