"""Phone numbers: parsed by the phonenumbers library, stored as E.164, masked in logs."""

import re
from typing import Final

import phonenumbers

HOME_REGION: Final = "CN"

_DROPPED: Final = re.compile(r"[^\W\d_]|[;#*]")


def parse_phone(text: str, region: str = HOME_REGION) -> str:
    """Return `text` as an E.164 number, such as '+8613900000001'.

    `region` is the ISO country assumed without a '+'. Only the length is checked, not whether the
    range is in use, because ranges reserved for fiction must pass. Letters, extensions and second
    numbers are refused: the library would drop them or spell them as digits, and the number would
    reach somebody else.

    Raises:
        ValueError: if it cannot be a phone number, or only part of one.
    """
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or _DROPPED.search(text) or not _is_dialable(number):
        raise ValueError(f"{text!r} is not a phone number: write it as +8613900000001")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _is_dialable(number: phonenumbers.PhoneNumber) -> bool:
    """Whether the number can be dialled from anywhere, not only within a local exchange."""
    reason = phonenumbers.is_possible_number_with_reason(number)
    return reason == phonenumbers.ValidationResult.IS_POSSIBLE


def is_assigned(number: str) -> bool:
    """Whether the numbering plan of its country has this E.164 number."""
    return phonenumbers.is_valid_number(phonenumbers.parse(number))


def mask_phone(number: str) -> str:
    """Return the number with its middle hidden, such as '+86139****0001', for logs."""
    return f"{number[:-8]}****{number[-4:]}" if len(number) > 8 else "****"
