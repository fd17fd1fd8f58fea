"""Household codes: read as spreadsheets leave them, found for rows without one, or given."""

import re
import sys
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Final

from contacts.bounds import CellError, quoted
from contacts.division import VILLAGE_DIGITS, parent_of, village_of
from contacts.roster.written import filled

_SCIENTIFIC: Final = re.compile(r"\d(?:\.\d+)?e\+?\d+", re.IGNORECASE)

_OWN_DIGITS: Final = 4
"""Digits of a household's own, after those of its village or grid."""

_LAST_NUMBER: Final = 9999

_EXACT_DIGITS: Final = 15
"""Digits that a spreadsheet keeps of a number; it writes zeros for the others."""

_KEEP: Final = (
    "set the column's format to text before the codes are filled in, or import with "
    "--without-codes, which finds each household by address, head and phone",
    "请先把该列设为文本格式再填代码；或加 --without-codes 导入，按住址、户主和电话对应",
)


_Mark = tuple[str, str, str]
"""A village, a head or an address in it, and a phone."""


@dataclass(frozen=True, slots=True)
class KnownHome:
    """A stored household, as a row without its code is compared with it."""

    code: str
    head: str
    address: str
    phones: tuple[str, ...]


def written_code(text: str, division: str) -> str:
    """Return a cell's household code; a short number counts within the division, if one is known.

    Raises:
        CellError: if a spreadsheet has shortened it.
    """
    code = filled(text)
    if _SCIENTIFIC.fullmatch(code):
        raise shortened(code)
    digits = re.sub(r"\.0+$", "", code)
    if not (digits.isascii() and digits.isdigit()):
        return code
    if len(digits) <= _OWN_DIGITS and division:
        return division + digits.zfill(_OWN_DIGITS)
    if len(digits) > VILLAGE_DIGITS and digits.endswith("0" * _OWN_DIGITS):
        raise shortened(code)
    return digits


def shortened(code: str) -> CellError:
    """Return the refusal of a code whose last digits a spreadsheet has dropped."""
    return CellError(
        f"{code!r}: a spreadsheet has shortened this code to {_EXACT_DIGITS} digits: {_KEEP[0]}",
        f"{quoted(code)}：表格软件只保留了代码的前{_EXACT_DIGITS}位：{_KEEP[1]}",
    )


def may_be_shortened(code: str) -> bool:
    """Whether a code ends in the zeros that a spreadsheet would have written."""
    return len(code) > _EXACT_DIGITS and set(code[_EXACT_DIGITS:]) == {"0"}


class Codes:
    """Finds the codes of households that a file names without them, and gives new ones.

    Most phones are of one household, so only the marks of those who share one are indexed: the
    marks of all would take hundreds of bytes for each household of a county.
    """

    def __init__(self, homes: Iterable[KnownHome]) -> None:
        self._by_address: dict[tuple[str, str, str], str] = {}
        self._by_phone: dict[str, KnownHome | None] = {}
        """The one household of each phone; None if several have it."""
        self._by_mark: dict[_Mark, str | None] = {}
        """The households that share a phone; None if several have one mark."""
        self._last: dict[str, int] = {}
        self._named: set[str] = set()
        for home in homes:
            self._by_address[_village(home.code), home.head, _folded(home.address)] = home.code
            for phone in home.phones:
                self._index(phone, home)
            self._take(home.code)

    def _index(self, phone: str, home: KnownHome) -> None:
        other = self._by_phone.setdefault(phone, home)
        if other is home:
            return
        self._by_phone[phone] = None
        for sharing in filter(None, (other, home)):
            for mark in _marks(sharing.code, sharing.head, sharing.address, phone):
                # Two households of one mark cannot be told apart by it.
                if self._by_mark.setdefault(mark, sharing.code) != sharing.code:
                    self._by_mark[mark] = None

    def name(self, code: str) -> None:
        """Record that a row of the file names a code."""
        self._named.add(code)
        self._take(code)

    def _take(self, code: str) -> None:
        division = parent_of(code) or ""
        self._last[division] = max(self._last.get(division, 0), int(code[-_OWN_DIGITS:]))

    def find(self, division: str, head: str, address: str, phones: Iterable[str]) -> str | None:
        """Return the code of the stored household that a row means, or None.

        It has the same head and address; or one of its phones, and the same head or address, and
        no other row of the file names it.
        """
        if code := self._by_address.get((village_of(division), head, _folded(address))):
            return code
        numbers = [phone for phone in phones if phone in self._by_phone]
        marks = (_marks(division, head, address, phone) for phone in numbers)
        by_head_first = chain.from_iterable(zip(*marks, strict=True))
        found = filter(None, map(self._meant, by_head_first))
        return next((code for code in found if code not in self._named), None)

    def _meant(self, mark: _Mark) -> str | None:
        """Return the code of the one household that has a mark, or None."""
        home = self._by_phone[mark[2]]
        if home is None:
            return self._by_mark.get(mark)
        return home.code if mark in _marks(home.code, home.head, home.address, mark[2]) else None

    def give(self, division: str, head: str, address: str) -> str:
        """Return a code that no household of the division has, for a new one.

        Raises:
            CellError: if all are in use.
        """
        code = _numbered(division, self._last.get(division, 0) + 1)
        self._take(code)
        self._by_address[_village(division), head, _folded(address)] = code
        return code


def next_code(division: str, last: str | None) -> str:
    """Return the code after the last household of a division; None: it has none.

    Raises:
        CellError: if all are in use.
    """
    return _numbered(division, 1 if last is None else int(last[-_OWN_DIGITS:]) + 1)


def _numbered(division: str, number: int) -> str:
    if number > _LAST_NUMBER:
        raise CellError(
            f"{division!r} has no household code left: divide it into grids",
            f"{quoted(division)}的户编码已用完：请划分网格",
        )
    return f"{division}{number:0{_OWN_DIGITS}d}"


def _marks(code: str, head: str, address: str, phone: str) -> tuple[_Mark, _Mark]:
    """Return what tells a household of this code, or in this division, by its phone."""
    village = village_of(code)
    return (village, f"head {head}", phone), (village, f"address {_folded(address)}", phone)


def _village(code: str) -> str:
    """Return the village of a code, as one text for all of its households."""
    return sys.intern(village_of(code))


def _folded(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
