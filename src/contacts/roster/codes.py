"""Household codes: read as spreadsheets leave them, found for rows without one, or given."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
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
    """Finds the codes of households that a file names without them, and gives new ones."""

    def __init__(self, homes: Iterable[KnownHome]) -> None:
        self._by_address: dict[tuple[str, str, str], str] = {}
        self._by_phone: dict[tuple[str, str, str], str | None] = {}
        self._last: dict[str, int] = {}
        self._named: set[str] = set()
        for home in homes:
            village = village_of(home.code)
            self._by_address[village, home.head, _folded(home.address)] = home.code
            for what in _marks(home.head, home.address):
                for phone in home.phones:
                    # Two households of one mark cannot be told apart by it.
                    known = self._by_phone.setdefault((village, what, phone), home.code)
                    if known != home.code:
                        self._by_phone[village, what, phone] = None
            self._take(home.code)

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
        village = village_of(division)
        if code := self._by_address.get((village, head, _folded(address))):
            return code
        marks = ((village, what, phone) for what in _marks(head, address) for phone in phones)
        found = filter(None, (self._by_phone.get(mark) for mark in marks))
        return next((code for code in found if code not in self._named), None)

    def give(self, division: str, head: str, address: str) -> str:
        """Return a code that no household of the division has, for a new one.

        Raises:
            CellError: if all are in use.
        """
        code = _numbered(division, self._last.get(division, 0) + 1)
        self._take(code)
        self._by_address[village_of(division), head, _folded(address)] = code
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


def _marks(head: str, address: str) -> tuple[str, str]:
    return f"head {head}", f"address {_folded(address)}"


def _folded(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
