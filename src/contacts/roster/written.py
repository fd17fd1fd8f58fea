"""Converts cells as people and spreadsheets write them to the form of roster columns.

Each function changes only what is certain, and returns a value for a line of
`contacts.roster.lines`. It raises CellError, which says what to do, if a cell is ambiguous.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Final

from contacts.bounds import CellError, quoted
from contacts.locality import HOME
from contacts.people import parse_roster_phone
from contacts.roster.headings import WORDS

_NONE: Final = frozenset(WORDS["none"])

_COUNTED: Final = re.compile(r"(\d{1,4})(?:\.0+)?\s*(?:个?人|口人?|名|people|persons?)?")

_SCIENTIFIC: Final = re.compile(r"\d(?:\.\d+)?e\+?\d+", re.IGNORECASE)

_DECIMAL: Final = re.compile(r"(\d{7,})\.0+")

_NOTE: Final = re.compile(r"\([^()\d]*\)|\[[^\[\]\d]*\]")

_BETWEEN_PHONES: Final = re.compile(r"[;,、/|\n\r]+")

_BETWEEN_WORDS: Final = re.compile(r"[;,、/|\s和及兼]+")

_LOCAL: Final = re.compile(r"[2-9]\d{6,7}")

_MOBILE: Final = re.compile(r"1[3-9]\d*")

_LEAST_DIGITS: Final = 7

_LANGUAGES: Final = {word: code for code, words in WORDS["languages"].items() for word in words}

_ROLES: Final[Mapping[str, str]] = {
    word: role for role, words in WORDS["roles"].items() for word in words
}

_VULNERABLE: Final = {word: kind for kind, words in WORDS["vulnerable"].items() for word in words}


def plain(text: str) -> str:
    """Return a trimmed cell in half-width characters, without Excel's apostrophe for text."""
    if not text:  # Most cells of many columns are empty.
        return text
    return unicodedata.normalize("NFKC", text).strip().removeprefix("'").strip()


def filled(text: str) -> str:
    """Return a cell's text as `plain` does, but an empty text for a word that means 'none'."""
    value = plain(text)
    return "" if value.casefold() in _NONE else value


def headcount(text: str) -> str:
    """Return the digits of a number of people, as in '5人', '５' or '5.0'."""
    value = plain(text)
    counted = _COUNTED.fullmatch(value)
    return counted[1] if counted else value


def phones(text: str) -> tuple[str, ...]:
    """Return the phone numbers in a cell as E.164, each once, in order."""
    value = _NOTE.sub("", filled(text))
    parts = (part for part in _BETWEEN_PHONES.split(value) if part.strip())
    return tuple(dict.fromkeys(number for part in parts for number in _numbers(part.strip())))


def _numbers(part: str) -> list[str]:
    """Return the phone numbers in a part of a cell, which has no separators except spaces."""
    pieces = part.split()
    if len(pieces) > 1 and all(_digits(piece) >= _LEAST_DIGITS for piece in pieces):
        return [_number(piece) for piece in pieces]
    return [_number(part)]


def _number(text: str) -> str:
    if _SCIENTIFIC.fullmatch(text):
        raise CellError(
            f"{text!r}: a spreadsheet has dropped digits of this phone number: set the column's "
            "format to text and write the number again",
            f"{quoted(text)}：表格软件丢掉了电话的后几位：请把该列设为文本格式，重新填写号码",
        )
    whole = _DECIMAL.sub(r"\1", text)
    digits = re.sub(r"[\s-]", "", whole)
    if HOME.home_region == "CN":
        _check_length(text, digits)
    return parse_roster_phone(whole)


def _check_length(text: str, digits: str) -> None:
    """Refuse a Chinese landline without its area code, or a mobile number of another length."""
    if _LOCAL.fullmatch(digits):
        raise CellError(
            f"{text!r} is a landline without its area code: write it as 0827-{digits}",
            f"{quoted(text)}是没有区号的座机：请加上区号，如 0827-{digits}",
        )
    if _MOBILE.fullmatch(digits) and len(digits) in {9, 10, 12, 13}:
        raise CellError(
            f"{text!r} has {len(digits)} digits, but a mobile number has 11: check them",
            f"{quoted(text)}有{len(digits)}位，手机号应为11位：请核对",
        )


def _digits(text: str) -> int:
    return sum(map(str.isdigit, text))


def language(text: str, languages: Collection[str], usual: str) -> str:
    """Return the code of the language that a cell names, or `usual` if the cell is empty."""
    value = filled(text)
    code = _LANGUAGES.get(value.casefold(), value)
    return (code if code in languages else value) or usual


@lru_cache(maxsize=1024)
def vulnerable(text: str) -> str:
    """Return the kinds of vulnerability that a cell names, joined by ';'."""
    kinds: list[str] = []
    for word in filter(None, _BETWEEN_WORDS.split(filled(text))):
        kinds.append(_VULNERABLE.get(word, word))
        kinds.extend(filter(None, [WORDS["also"].get(word)]))
    return ";".join(dict.fromkeys(kinds))


def role(text: str) -> str:
    """Return the role whose word ends a cell, as in '县应急局值班员', or else the cell.

    A deputy's title (副镇长) never counts as the role.
    """
    value = filled(text)
    ends = [word for word in _ROLES if value.casefold().endswith(word)]
    if not ends or "副" in value:
        return value
    return _ROLES[max(ends, key=len)]


def names(text: str) -> str:
    """Return the names in a cell joined by ';', whatever their separators are."""
    return ";".join(filter(None, (part.strip() for part in re.split("[;,、/\n]", filled(text)))))


def coordinates(latitude: str, longitude: str) -> tuple[str, str]:
    """Return both coordinates as text; empty if they are 0, 0, which means unknown."""
    both = filled(latitude).rstrip("°"), filled(longitude).rstrip("°")
    return ("", "") if all(re.fullmatch(r"-?0+(\.0+)?", each) for each in both) else both
