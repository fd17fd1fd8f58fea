"""People: the roles of officers, the kinds of vulnerability, and phone numbers.

Numbers are parsed by the phonenumbers library, stored as E.164, and masked in logs.
"""

import re
from enum import StrEnum
from typing import Final

import phonenumbers

from contacts.bounds import CellError, quoted
from contacts.locality import HOME


class Role(StrEnum):
    """An officer's role; its rights hold within the officer's division."""

    INFORMANT = "informant"
    GRID_OFFICER = "grid_officer"
    DUTY_OFFICER = "duty_officer"
    TOWN_COMMANDER = "town_commander"
    ADMINISTRATOR = "administrator"


class Vulnerability(StrEnum):
    """A reason why somebody needs more help to get out (老弱病残孕幼, and living alone)."""

    ELDERLY = "elderly"
    FRAIL = "frail"
    ILL = "ill"
    DISABLED = "disabled"
    PREGNANT = "pregnant"
    INFANT = "infant"
    ALONE = "alone"


_DROPPED: Final = re.compile(r"[^\W\d_]|[;#*]")


def parse_phone(text: str, region: str = HOME.home_region) -> str:
    """Return `text` as an E.164 number, such as '+8613900000001'.

    `region` is the ISO country assumed without a '+'. Only the length is checked, not whether the
    range is in use, because ranges reserved for fiction must pass. Letters, extensions and second
    numbers are refused: the library would drop them or spell them as digits, and the number would
    reach somebody else.

    Raises:
        ValueError: if it cannot be a phone number, or only part of one.
    """
    return _e164(_dialable(text, region))


def _e164(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _dialable(text: str, region: str) -> phonenumbers.PhoneNumber:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or _DROPPED.search(text) or not _is_dialable(number):
        raise CellError(
            f"{text!r} is not a phone number: write it as +8613900000001",
            f"{quoted(text)}不是电话号码：请写成 13900000001 或 +8613900000001",
        )
    return number


def parse_roster_phone(text: str) -> str:
    """Return `text` as an E.164 number that the numbering plan has.

    A roster is typed and kept in spreadsheets: a digit too few or too many, a landline without its
    area code, or a decimal would be somebody else's number, or nobody's.

    Raises:
        ValueError: if it is no such number.
    """
    if _DECIMAL.search(text):
        raise CellError(
            f"{text!r} is a decimal, as spreadsheets make them: keep phones as text",
            f"{quoted(text)}是表格软件变成的小数：请把电话列设为文本",
        )
    parsed = _dialable(text, HOME.home_region)
    number = _e164(parsed)
    if not (phonenumbers.is_valid_number(parsed) or _SYNTHETIC.fullmatch(number)):
        raise CellError(
            f"{text!r} is not in use by the numbering plan: check its digits and the area code",
            f"号码规划中没有{quoted(text)}：请核对位数和区号",
        )
    return number


_DECIMAL: Final = re.compile(r"[.,]0+\s*$")

_SYNTHETIC: Final = re.compile(r"\+86100\d{8}")
"""Numbers of drills and examples; no operator has the prefix."""


def _is_dialable(number: phonenumbers.PhoneNumber) -> bool:
    """Whether the number can be dialled from anywhere, not only within a local exchange."""
    reason = phonenumbers.is_possible_number_with_reason(number)
    return reason == phonenumbers.ValidationResult.IS_POSSIBLE


def is_assigned(number: str) -> bool:
    """Whether the numbering plan of its country has this E.164 number."""
    return phonenumbers.is_valid_number(phonenumbers.parse(number))


def readable_phone(number: str) -> str:
    """Return an E.164 number as people read it: '+86 139 0000 0001'; another text as it is."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def mask_phone(number: str) -> str:
    """Return the number with its middle hidden, such as '+86139****0001', for logs."""
    return f"{number[:-8]}****{number[-4:]}" if len(number) > 8 else "****"
