"""Roles of officers, kinds of vulnerability, and phone numbers.

Phone numbers are parsed with the phonenumbers library, stored as E.164, and masked in logs.
"""

import re
from enum import StrEnum
from typing import Final

import phonenumbers

from contacts.bounds import CellError, quoted
from contacts.locality import HOME


class Role(StrEnum):
    """An officer's role. It gives rights within the officer's division."""

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

    `region` is the ISO code of the country of numbers without a '+'. Only the length is checked,
    because numbers reserved for fiction must be accepted. Letters, extensions and second numbers
    are refused: the library would drop or convert them, and the result would be another number.

    Raises:
        ValueError: if the text is not a whole phone number.
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
    """Return `text` as an E.164 number that is in use by the numbering plan.

    Rosters are typed by people. A number with a wrong number of digits, without its area code, or
    turned into a decimal by a spreadsheet would belong to somebody else, or to nobody.

    Raises:
        ValueError: if the text is not a number in use.
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
"""The numbers of drills and examples. No operator uses this prefix."""


def _is_dialable(number: phonenumbers.PhoneNumber) -> bool:
    """Return whether a number can be dialled from anywhere, not only within a local exchange."""
    reason = phonenumbers.is_possible_number_with_reason(number)
    return reason == phonenumbers.ValidationResult.IS_POSSIBLE


def is_assigned(number: str) -> bool:
    """Return whether an E.164 number is in use by its country's numbering plan."""
    return phonenumbers.is_valid_number(phonenumbers.parse(number))


def readable_phone(number: str) -> str:
    """Return an E.164 number with spaces, as in '+86 139 0000 0001'; other texts unchanged."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def mask_phone(number: str) -> str:
    """Return a number with its middle hidden, as in '+86139****0001', for logs."""
    return f"{number[:-8]}****{number[-4:]}" if len(number) > 8 else "****"
