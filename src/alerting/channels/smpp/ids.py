"""Spellings of an SMS centre's message ids, which differ between its answer and its receipt.

Kannel has the setting `msg-id-type` for it, because many centres answer in hexadecimal and report
in decimal, pad with zeros, or change the case.
"""

import re
from enum import StrEnum
from typing import Final

_DECIMAL: Final = re.compile("[0-9]{1,20}")

_HEXADECIMAL: Final = re.compile("[0-9a-f]{1,16}")

_WIDEST: Final = 20
"""Digits of 2^64, to which some centres pad."""


class Relation(StrEnum):
    """Relation of the id in a receipt to the id in the answer."""

    SAME = "same"
    DECIMAL = "decimal"
    """The receipt has the decimal form of a hexadecimal id."""
    HEXADECIMAL = "hexadecimal"
    """The receipt has the hexadecimal form of a decimal id."""


def plain_id(message_id: str) -> str:
    """Return an id without its case, its padding, and a prefix '0x'."""
    plain = message_id.strip().casefold().removeprefix("0x")
    return plain.lstrip("0") or plain[:1]


def answered_ids(receipted: str) -> dict[Relation, str]:
    """Return the plain ids, by relation, that a receipt's id may have had in the answer."""
    plain = plain_id(receipted)
    found = {Relation.SAME: plain}
    if _DECIMAL.fullmatch(plain):
        found[Relation.DECIMAL] = f"{int(plain):x}"
    if _HEXADECIMAL.fullmatch(plain):
        found[Relation.HEXADECIMAL] = str(int(plain, 16))
    return found


def spellings(plain: str) -> list[str]:
    """Return the usual spellings of a plain id: in either case, and padded with zeros."""
    widths = range(len(plain), max(_WIDEST, len(plain)) + 1)
    return [case.zfill(width) for case in dict.fromkeys((plain, plain.upper())) for width in widths]
