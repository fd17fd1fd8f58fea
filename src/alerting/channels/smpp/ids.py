"""Spellings of an SMS centre's message ids, which may differ between response and receipt.

Many centres respond in hexadecimal and send receipts in decimal, pad with zeros, or change the
case. Kannel has the setting `msg-id-type` for this.
"""

import re
from enum import StrEnum
from typing import Final

_DECIMAL: Final = re.compile("[0-9]{1,20}")

_HEXADECIMAL: Final = re.compile("[0-9a-f]{1,16}")

_WIDEST: Final = 20
"""Number of decimal digits of 2^64; some centres pad ids to this length."""


class Relation(StrEnum):
    """How the id in a receipt relates to the id in the response."""

    SAME = "same"
    DECIMAL = "decimal"
    """The id is decimal in the receipt, and hexadecimal in the response."""
    HEXADECIMAL = "hexadecimal"
    """The id is hexadecimal in the receipt, and decimal in the response."""


def plain_id(message_id: str) -> str:
    """Return an id in lower case, without zero padding or a prefix '0x'."""
    plain = message_id.strip().casefold().removeprefix("0x")
    return plain.lstrip("0") or plain[:1]


def answered_ids(receipted: str) -> dict[Relation, str]:
    """Return the plain ids that the response to a receipt's text may have had, by relation."""
    plain = plain_id(receipted)
    found = {Relation.SAME: plain}
    if _DECIMAL.fullmatch(plain):
        found[Relation.DECIMAL] = f"{int(plain):x}"
    if _HEXADECIMAL.fullmatch(plain):
        found[Relation.HEXADECIMAL] = str(int(plain, 16))
    return found


def spellings(plain: str) -> list[str]:
    """Return the usual spellings of a plain id: lower and upper case, padded with zeros."""
    widths = range(len(plain), max(_WIDEST, len(plain)) + 1)
    return [case.zfill(width) for case in dict.fromkeys((plain, plain.upper())) for width in widths]
