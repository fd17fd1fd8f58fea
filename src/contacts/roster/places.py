"""Finds divisions and officers by the names that a roster file has for them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from contacts.bounds import CellError, quoted
from contacts.division import (
    COUNTY_DIGITS,
    TOWN_DIGITS,
    VILLAGE_DIGITS,
    covers,
    village_of,
)
from contacts.naming import everyday_name

_LONGEST: Final = 20
"""The maximum length of a place name that is searched for at the start of an address."""

_NUMBERED: Final = re.compile(r"\d")

_PROVINCE: Final = re.compile(r"^\s*.{2,6}?(?:省|自治区)")
"""A province at the start of an address, which is removed because no roster has provinces."""

_CITY: Final = re.compile(r"^\s*.{1,6}?(?:市|州|盟|地区)")

_COUNTY: Final = re.compile(r"^\s*.{1,6}?(?:县|区|旗|市)")

_NAMED_AT_MOST: Final = 3
"""The maximum number of codes or ids that a message about an ambiguous name lists."""


class Places:
    """Finds divisions by name; only divisions in `within` are found."""

    def __init__(self, names: Mapping[str, str], within: str = "") -> None:
        self._codes: dict[str, list[str]] = {}
        self._within = within
        for code, name in sorted(names.items()):
            for each in dict.fromkeys((name, everyday_name(name))):
                self._codes.setdefault(each, []).append(code)
        self._in_addresses: dict[str, str | None] = {}
        tops = {len(code) for code in names}
        above = (_CITY, COUNTY_DIGITS), (_COUNTY, TOWN_DIGITS)
        self._above = [tier for tier, below in above if tops and min(tops) >= below]
        """Patterns of the tiers above those in the roster, which addresses may start with."""

    def named(self, *names: str) -> str:
        """Return the village or grid with these names, which go from the widest to the narrowest.

        Empty names are ignored.

        Raises:
            CellError: if there is no such village or grid, or several.
        """
        lowest = self._homes(self._meant(names))
        if len(lowest) == 1:
            return lowest[0]
        if written_as_one := self.in_address("".join(names)):
            return written_as_one
        raise _unclear("".join(names), lowest)

    def division(self, name: str) -> str:
        """Return the division of any tier that a name means.

        Raises:
            CellError: if there is no such division, or several.
        """
        meant = self._meant([name]) or self._walked(name)
        found = [code for code in meant if code and covers(self._within, code)]
        if len(found) != 1:
            raise _unclear(name, found)
        return found[0]

    def _meant(self, names: Iterable[str]) -> list[str]:
        """Return the divisions with the last name that lie within divisions with those before."""
        found = [""]
        for name in filter(None, map(str.strip, names)):
            below = self._codes.get(name) or self._codes.get(everyday_name(name))
            found = _inside(below or [], found)
        return found

    def in_address(self, address: str) -> str | None:
        """Return the village or grid at the start of an address; None if that is ambiguous."""
        place = _PROVINCE.sub("", _NUMBERED.split(address, maxsplit=1)[0])
        if place not in self._in_addresses:
            homes = self._homes(self._walked(self._from_topmost(place)))
            self._in_addresses[place] = homes[0] if len(homes) == 1 else None
        return self._in_addresses[place]

    def _from_topmost(self, address: str) -> str:
        """Return an address without leading divisions that are above those in the roster."""
        for tier in self._above:
            if self._beginning(address, [""]) is None:
                address = tier.sub("", address, count=1)
        return address

    def _walked(self, address: str) -> list[str]:
        """Return the divisions that the nested place names at the start of an address may mean."""
        found, rest = [""], address
        while beginning := self._beginning(rest, found):
            name, found = beginning
            rest = rest[len(name) :]
        return found

    def _homes(self, codes: Iterable[str]) -> list[str]:
        """Return the villages and grids among these codes that lie in `within`."""
        return [
            code for code in codes if len(code) >= VILLAGE_DIGITS and covers(self._within, code)
        ]

    def _beginning(self, text: str, above: Sequence[str]) -> tuple[str, list[str]] | None:
        """Return the longest place name that starts a text, and its divisions within `above`."""
        for length in range(min(_LONGEST, len(text)), 1, -1):
            name = text[:length]
            if below := _inside(self._codes.get(name, []), above):
                return name, below
        return None


def _inside(codes: Iterable[str], above: Sequence[str]) -> list[str]:
    return [code for code in codes if any(covers(each, code) for each in above)]


def _unclear(name: str, codes: Sequence[str]) -> CellError:
    if not codes:
        return CellError(
            f"{name!r} is not a division here: write its name as in the divisions, or its code",
            f"这里没有叫{quoted(name)}的区划：请按区划表写名称，或写代码",
        )
    listed = ", ".join(codes[:_NAMED_AT_MOST])
    return CellError(
        f"{name!r} may be {listed}: write the code, or a column with the town",
        f"{quoted(name)}不止一个（{listed}）：请写代码，或加“乡镇”一列",
    )


def is_code(text: str) -> bool:
    """Return whether a text consists of digits, as codes do."""
    return text.isascii() and text.isdigit()


class OfficersByName:
    """Finds officers by id or by name; `officers` are (id, name, division)."""

    def __init__(self, officers: Iterable[tuple[str, str, str]]) -> None:
        self._divisions: dict[str, str] = {}
        self._ids: dict[str, list[str]] = {}
        for officer, name, division in officers:
            self._divisions[officer] = division
            self._ids.setdefault(name, []).append(officer)

    def ids(self) -> frozenset[str]:
        """Return the ids of all officers."""
        return frozenset(self._divisions)

    def named(self, written: str, division: str) -> str:
        """Return the id of the officer whom a household's cell names by id or by name.

        Of several officers with one name, the one in the nearest division around the household is
        returned.

        Raises:
            CellError: if no officer has the name, or several near the household do.
        """
        if not written or written in self._divisions:
            return written
        ids = self._ids.get(written, [])
        for place in (division, village_of(division), division[:TOWN_DIGITS]):
            serving = [each for each in ids if self._divisions[each] == place]
            if len(serving) == 1:
                return serving[0]
        if len(ids) == 1:
            return ids[0]
        raise _nobody(written, ids)


def _nobody(name: str, ids: Sequence[str]) -> CellError:
    if not ids:
        return CellError(
            f"{name!r} is not a known officer: import them first, or correct it",
            f"没有叫{quoted(name)}的责任人：请先导入责任人，或改正",
        )
    listed = ", ".join(ids[:_NAMED_AT_MOST])
    return CellError(
        f"{name!r} may be {listed}: write the id",
        f"叫{quoted(name)}的责任人不止一个（{listed}）：请写责任人编号",
    )
