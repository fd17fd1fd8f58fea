"""Statistical division codes, and how they nest.

A code is text of up to 2+2+2+3+3 digits for province, city, county, town and village, as defined by
the National Bureau of Statistics (统计用区划代码). A grid's code is its village's and 3 digits. A
household's code is its village's or grid's and 4 digits. So a code starts with the codes above it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Final

from pydantic import AfterValidator, StringConstraints

from contacts.bounds import CellError, quoted


class Tier(StrEnum):
    """A tier of the administration, or the household below all of them."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    TOWN = "town"
    VILLAGE = "village"
    GRID = "grid"
    HOUSEHOLD = "household"


@dataclass(frozen=True, slots=True)
class Division:
    """A division of the administration; `parent` is None for the topmost ones in the roster."""

    code: str
    name: str
    tier: Tier
    parent: str | None
    assembly_point: str | None = None
    route: str | None = None
    """The way to the assembly point, in words."""
    latitude: float | None = None
    """The latitude of the assembly point, in degrees WGS 84."""
    longitude: float | None = None
    contact_phone: str | None = None
    """A phone for residents' questions, in E.164."""
    words: Mapping[str, str] = field(default_factory=dict)
    """The roster's columns in other languages, by column name, such as 'name_en'."""

    def in_words(self, column: str, language: str) -> str | None:
        """Return the roster's text for a column in a language, or None."""
        return self.words.get(f"{column}_{language}")


COUNTY_DIGITS: Final = 6

TOWN_DIGITS: Final = 9

VILLAGE_DIGITS: Final = 12

_LONGEST_WRITTEN: Final = 40
"""The maximum length of a code as it is written, including spaces around it."""

TIER_BY_DIGITS: Final = {
    2: Tier.PROVINCE,
    4: Tier.CITY,
    6: Tier.COUNTY,
    9: Tier.TOWN,
    12: Tier.VILLAGE,
    15: Tier.GRID,
    16: Tier.HOUSEHOLD,
    19: Tier.HOUSEHOLD,
}

_PARENT_DIGITS: Final = {4: 2, 6: 4, 9: 6, 12: 9, 15: 12, 16: 12, 19: 15}


def parse_code(text: str) -> str:
    """Return `text` as a code of any tier.

    Raises:
        ValueError: if it is not 2, 4, 6, 9, 12, 15, 16 or 19 ASCII digits.
    """
    code = text.strip()
    if not (code.isascii() and code.isdigit()) or len(code) not in TIER_BY_DIGITS:
        raise CellError(
            f"{text!r} is not a division code: write 4 digits for a city, 6 for a county, "
            "9 for a town, 12 for a village, 15 for a grid",
            f"{quoted(text)}不是区划代码：市4位、县6位、乡镇9位、村12位、网格15位数字",
        )
    return code


def parse_division(text: str) -> str:
    """Return `text` as the code of a division, which must not be a household.

    Raises:
        ValueError: if it is not a code, or a household's code.
    """
    code = parse_code(text)
    if tier_of(code) is Tier.HOUSEHOLD:
        raise CellError(
            f"{text!r} is a household's code: name the village or grid it lies in",
            f"{quoted(text)}是户编码：请写所在村或网格的代码",
        )
    return code


def parse_household(text: str) -> str:
    """Return `text` as a household's code.

    Raises:
        ValueError: if it is not a household's code.
    """
    code = parse_code(text)
    if tier_of(code) is not Tier.HOUSEHOLD:
        raise CellError(
            f"{text!r} is not a household's code: append 4 digits to its village or grid",
            f"{quoted(text)}不是户编码：请在村或网格的代码后加4位数字",
        )
    return code


_Code = Annotated[str, StringConstraints(max_length=_LONGEST_WRITTEN)]

DivisionCode = Annotated[_Code, AfterValidator(parse_division)]

HouseholdCode = Annotated[_Code, AfterValidator(parse_household)]


def is_household(text: str) -> bool:
    """Return whether a text is a well-formed household code."""
    digits = text.isascii() and text.isdigit()
    return digits and TIER_BY_DIGITS.get(len(text)) is Tier.HOUSEHOLD


def tier_of(code: str) -> Tier:
    """Return the tier of a well-formed code."""
    return TIER_BY_DIGITS[len(code)]


def parent_of(code: str) -> str | None:
    """Return the code one tier up, or None for a province."""
    digits = _PARENT_DIGITS.get(len(code))
    return None if digits is None else code[:digits]


def ancestors(code: str) -> tuple[str, ...]:
    """Return the codes of the divisions above `code`, the nearest first."""
    parent = parent_of(code)
    return () if parent is None else (parent, *ancestors(parent))


def village_of(code: str) -> str:
    """Return the code of the village to which a village, grid or household code belongs."""
    return code[:VILLAGE_DIGITS]


def town_of(code: str) -> str:
    """Return the code of the town to which a code belongs; return wider divisions unchanged."""
    return code[:TOWN_DIGITS]


def county_of(code: str) -> str:
    """Return the code of the county to which a code belongs; return wider divisions unchanged."""
    return code[:COUNTY_DIGITS]


def number_of(household: str) -> str:
    """Return the short number by which people call a household: '034' for ...0034."""
    return f"{int(household[-4:]):03d}"


def covers(division: str, other: str) -> bool:
    """Return whether `other` is `division` or lies in it; the empty code covers everything."""
    return other.startswith(division)


def common_division(codes: Collection[str]) -> str:
    """Return the smallest division that contains all these codes; empty if there is none."""
    one = min(codes)
    holders = (one, *ancestors(one))
    return next((h for h in holders if all(covers(h, other) for other in codes)), "")


def subtree(division: str) -> tuple[str, str]:
    """Return the lowest and the highest possible code in `division`, for range conditions in SQL.

    Codes consist of digits, so every code between the two starts with `division`, in any collation.
    """
    return division, division + "9" * (19 - len(division))
