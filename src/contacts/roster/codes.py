"""Household codes: parsed as spreadsheets write them, found for rows without code, or assigned."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from itertools import product
from typing import Final

from contacts.bounds import CellError, quoted
from contacts.division import VILLAGE_DIGITS, parent_of, village_of
from contacts.roster.written import filled

_SCIENTIFIC: Final = re.compile(r"\d(?:\.\d+)?e\+?\d+", re.IGNORECASE)

_OWN_DIGITS: Final = 4
"""The number of digits that a household's code adds to that of its village or grid."""

_LAST_NUMBER: Final = 9999

_EXACT_DIGITS: Final = 15
"""The number of digits that a spreadsheet keeps of a number; it replaces the others by zeros."""

_KEEP: Final = (
    "set the column's format to text before the codes are filled in, or import with "
    "--without-codes, which finds each household by address, head and phone",
    "请先把该列设为文本格式再填代码；或加 --without-codes 导入，按住址、户主和电话对应",
)


_DIGEST_BYTES: Final = 8
"""64 bits are enough, because a digest counts only together with another one or with a phone."""

_Mark = tuple[bytes, str]
"""A digest (of a village and a head's name, or of a village and an address) and a phone."""


@dataclass(frozen=True, slots=True)
class KnownHome:
    """The data about a stored household with which a row without a code is compared."""

    code: str
    head: str
    address: str
    phones: tuple[str, ...]


def written_code(text: str, division: str) -> str:
    """Return the household code in a cell.

    If the division is known, a number of up to four digits is a household's number within it.

    Raises:
        CellError: if a spreadsheet has shortened the code.
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
    """Return the error for a code whose last digits a spreadsheet has dropped."""
    return CellError(
        f"{code!r}: a spreadsheet has shortened this code to {_EXACT_DIGITS} digits: {_KEEP[0]}",
        f"{quoted(code)}：表格软件只保留了代码的前{_EXACT_DIGITS}位：{_KEEP[1]}",
    )


def may_be_shortened(code: str) -> bool:
    """Return whether a code ends in zeros exactly where a spreadsheet would write them."""
    return len(code) > _EXACT_DIGITS and set(code[_EXACT_DIGITS:]) == {"0"}


@dataclass(frozen=True, slots=True)
class _Home:
    """A stored household: its code, and its two traits joined."""

    code: str
    traits: bytes


class Codes:
    """Finds the codes of households that a file lists without codes, and assigns new codes.

    To save memory, names and addresses are kept as digests. Marks (see `_Mark`) are kept only for
    phones that several households share: marks for all phones would take hundreds of bytes for each
    household.
    """

    def __init__(self, homes: Iterable[KnownHome]) -> None:
        self._by_address: dict[bytes, str] = {}
        """The code of each household, by its joined traits."""
        self._by_phone: dict[str, _Home | None] = {}
        """The household of each phone; None if several share it."""
        self._by_mark: dict[_Mark, str | None] = {}
        """The code of the household with each mark; None if several have the same mark."""
        self._last: dict[str, int] = {}
        self._named: set[str] = set()
        for home in homes:
            known = _Home(home.code, b"".join(_traits(home.code, home.head, home.address)))
            self._by_address[known.traits] = home.code
            for phone in home.phones:
                self._index(phone, known)
            self._take(home.code)

    def _index(self, phone: str, home: _Home) -> None:
        other = self._by_phone.setdefault(phone, home)
        if other is home:
            return
        self._by_phone[phone] = None
        for sharing in filter(None, (other, home)):
            for trait in _parted(sharing.traits):
                # If two households have the same mark, it identifies neither.
                mark = trait, phone
                if self._by_mark.setdefault(mark, sharing.code) != sharing.code:
                    self._by_mark[mark] = None

    def name(self, code: str) -> None:
        """Record that a row of the file has this code."""
        self._named.add(code)
        self._take(code)

    def _take(self, code: str) -> None:
        division = parent_of(code) or ""
        self._last[division] = max(self._last.get(division, 0), int(code[-_OWN_DIGITS:]))

    def find(self, division: str, head: str, address: str, phones: Iterable[str]) -> str | None:
        """Return the code of the stored household that a row describes, or None.

        A household matches if its head and its address are the same. It also matches if a phone and
        the head or the address are the same, unless a row of the file has the household's code.
        """
        traits = _traits(division, head, address)
        if code := self._by_address.get(b"".join(traits)):
            return code
        numbers = [phone for phone in phones if phone in self._by_phone]
        found = filter(None, (self._meant(mark) for mark in product(traits, numbers)))
        return next((code for code in found if code not in self._named), None)

    def _meant(self, mark: _Mark) -> str | None:
        """Return the code of the only household with a mark, or None."""
        trait, phone = mark
        home = self._by_phone[phone]
        if home is None:
            return self._by_mark.get(mark)
        return home.code if trait in _parted(home.traits) else None

    def give(self, division: str, head: str, address: str) -> str:
        """Assign a free code in the division to a new household; return the code.

        Raises:
            CellError: if all codes are in use.
        """
        code = _numbered(division, self._last.get(division, 0) + 1)
        self._take(code)
        self._by_address[b"".join(_traits(division, head, address))] = code
        return code


def next_code(division: str, last: str | None) -> str:
    """Return the code after `last`, the highest in a division, or the first code if it is None.

    Raises:
        CellError: if all codes are in use.
    """
    return _numbered(division, 1 if last is None else int(last[-_OWN_DIGITS:]) + 1)


def _numbered(division: str, number: int) -> str:
    if number > _LAST_NUMBER:
        raise CellError(
            f"{division!r} has no household code left: divide it into grids",
            f"{quoted(division)}的户编码已用完：请划分网格",
        )
    return f"{division}{number:0{_OWN_DIGITS}d}"


def _traits(code: str, head: str, address: str) -> tuple[bytes, bytes]:
    """Return a household's traits: digests of its village with its head, and with its address."""
    village = village_of(code)
    return _digest(village, "head", head), _digest(village, "address", _folded(address))


def _parted(traits: bytes) -> tuple[bytes, bytes]:
    return traits[:_DIGEST_BYTES], traits[_DIGEST_BYTES:]


def _digest(*parts: str) -> bytes:
    return blake2b("\0".join(parts).encode(), digest_size=_DIGEST_BYTES).digest()


def _folded(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
