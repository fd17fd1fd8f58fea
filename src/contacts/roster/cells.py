"""Parsers of single cells in a roster file.

Each raises CellError with a message that says what to do.
"""

import re
from typing import Final

from contacts.bounds import CellError, quoted

MOST_NAME: Final = 80
"""The maximum length of the name of a division, a head of household or an officer.

The longest county name in China has 15 characters, and 54 in English. Texts never cut names.
"""

MOST_ADDRESS: Final = 120

MOST_PLACE: Final = 40
"""The maximum length of an assembly point's name, the same as in an alert."""

MOST_ROUTE: Final = 100

MOST_TRANSLATED: Final = 200
"""The maximum length of a cell in another language, where texts are longer than in Chinese."""

TRANSLATED: Final = re.compile(r"(name|assembly_point|route)_[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
"""Matches the names of translated columns in a file of divisions, such as 'name_en'."""

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
"""Matches the characters of Unicode's category Cc."""

_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def text_cell(text: str) -> str:
    """Return the trimmed text; refuse empty cells, line breaks and control characters."""
    value = text.strip()
    if not value:
        raise CellError(
            "is empty: fill it in",
            "是空的：请填写",
        )
    if _CONTROL.search(value):
        raise CellError(
            f"{value!r} contains a line break or control character: remove it",
            f"{quoted(value)}里有换行或控制字符：请去掉",
        )
    return value


def optional_cell(text: str) -> str | None:
    """Return the trimmed text, or None if it is empty."""
    return text_cell(text) if text.strip() else None


def bounded_cell(most: int, value: str | None) -> str | None:
    """Return the value; refuse one of more than `most` characters."""
    if value is not None and len(value) > most:
        raise CellError(
            f"{value!r} has {len(value)} characters: shorten it to {most} or fewer",
            f"{quoted(value)}有{len(value)}个字：请缩短到{most}个字以内",
        )
    return value


def degrees_cell(limit: int, text: str) -> float | None:
    """Return a number of degrees from -limit to limit, or None if the cell is empty."""
    if not text.strip():
        return None
    if not _NUMBER.fullmatch(text.strip()) or abs(float(text)) > limit:
        raise CellError(
            f"{text!r} is not in degrees: write -{limit} to {limit}, such as 31.9",
            f"{quoted(text)}不是度数：请写-{limit}到{limit}，例如31.9",
        )
    return float(text)


def without_empty(words: dict[str, str | None]) -> dict[str, str]:
    """Return the cells in other languages that are not empty."""
    return {column: value for column, value in words.items() if value is not None}
