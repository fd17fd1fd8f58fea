"""Validators for the columns of a roster line.

Each raises CellError with a message that says what to do. Some use `Known`, which holds the
divisions, officers and languages to which a line may refer.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from pydantic import ValidationInfo

from contacts.bounds import CellError, quoted
from contacts.division import Tier, parent_of, parse_household, tier_of, village_of
from contacts.people import Role, Vulnerability, parse_roster_phone
from contacts.roster.cells import text_cell

_HEADCOUNT: Final = re.compile(r"0?[1-9]|[1-9][0-9]")

_LONGEST_NAME: Final = 40

_OTHER_SEPARATORS: Final = re.compile("[；,，、]")

_VILLAGE_OR_GRID: Final = frozenset({Tier.VILLAGE, Tier.GRID})

_TIERS_BY_ROLE: Final = {
    Role.INFORMANT: _VILLAGE_OR_GRID,
    Role.GRID_OFFICER: _VILLAGE_OR_GRID,
    Role.TOWN_COMMANDER: frozenset({Tier.TOWN}),
    Role.DUTY_OFFICER: frozenset(Tier),
    Role.ADMINISTRATOR: frozenset(Tier),
}


@dataclass(frozen=True, slots=True)
class Known:
    """What a line may refer to: division codes, officers' ids, and languages of the service."""

    divisions: Collection[str] = ()
    officers: Collection[str] = ()
    languages: Collection[str] = ()


def _items(text: str) -> list[str]:
    return [item.strip() for item in text.split(";") if item.strip()]


def check_choice(choices: type[StrEnum], text: str) -> StrEnum:
    """Return the member of `choices` that the text names; refuse other words."""
    word = text.strip()
    try:
        return choices(word)
    except ValueError:
        raise CellError(
            f"{word!r} is not known: write one of {', '.join(choices)}",
            f"{quoted(word)}无法识别：请写 {'、'.join(choices)} 之一",
        ) from None


def check_id(text: str) -> str:
    """Refuse ids that cannot be part of a URL's path: with a slash, '.' and '..'.

    Percent-encoding does not help, because paths are decoded before they are matched.
    """
    if "/" in text or text in {".", ".."}:
        raise CellError(
            f"{text!r} cannot be in a web address: write letters, digits and dashes, no slash",
            f"{quoted(text)}不能用在网址里：请用字母、数字和短横线，不要用斜杠",
        )
    return text


def check_phones(cell: str | tuple[str, ...]) -> tuple[str, ...]:
    """Return the phone numbers in a cell, each once; a tuple is parsed already and returned."""
    if isinstance(cell, tuple):
        return cell
    return tuple(dict.fromkeys(parse_roster_phone(item) for item in _items(cell)))


def check_contact(text: str | None) -> str | None:
    """Return the phone number as E.164; None for None."""
    return None if text is None else parse_roster_phone(text)


@lru_cache(maxsize=1024)
def check_vulnerable(text: str) -> str:
    """Return the kinds of vulnerability in the order of the enum, joined by ';'."""
    words = {check_choice(Vulnerability, item) for item in _items(text)}
    return ";".join(word for word in Vulnerability if word in words)


def _name(text: str) -> str:
    if not text.strip():
        raise CellError(
            "a name is empty: remove the extra ';', or write the name",
            "有一个名字是空的：请去掉多余的“;”，或补上名字",
        )
    name = text_cell(text)
    if separator := _OTHER_SEPARATORS.search(name):
        raise CellError(
            f"{name!r} contains {separator[0]!r}: put ';' between two names",
            f"{quoted(name)}里有“{separator[0]}”：两个名字之间请用“;”隔开",
        )
    if len(name) > _LONGEST_NAME:
        raise CellError(
            f"{name!r} has {len(name)} characters: shorten it to {_LONGEST_NAME} or fewer",
            f"{quoted(name)}有{len(name)}个字：请缩短到{_LONGEST_NAME}个字以内",
        )
    return name


def check_name_or_none(name: str | None) -> str | None:
    """Return the name after checking it; None for None."""
    return None if name is None else _name(name)


def check_persons(text: str) -> str:
    """Return the names in a cell, joined by ';'."""
    names = [_name(item) for item in text.split(";")] if text.strip() else []
    for position, name in enumerate(names):
        if name in names[:position]:
            raise CellError(
                f"{name!r} is named twice: add something that tells the two apart",
                f"{quoted(name)}写了两次：请写明二人的区别",
            )
    return ";".join(names)


def check_at_most_all(persons: str, info: ValidationInfo) -> str:
    """Refuse more names than the headcount."""
    headcount, named = info.data.get("headcount"), len(persons.split(";"))
    if headcount is not None and named > headcount:
        raise CellError(
            f"{named} people are named, but the headcount is {headcount}: "
            "correct the headcount, or remove a name",
            f"写了{named}个名字，人数却是{headcount}：请改正人数，或去掉名字",
        )
    return persons


def check_headcount(text: str) -> int:
    """Return a headcount from 1 to 99."""
    digits = text.strip()
    if not _HEADCOUNT.fullmatch(digits):
        raise CellError(
            f"{text!r} is not a headcount: write 1 to 99",
            f"{quoted(text)}不是人数：请写1到99",
        )
    return int(digits)


def check_language(text: str, info: ValidationInfo[Known]) -> str:
    """Return the code of a language; refuse those in which the service has no texts."""
    languages = info.context.languages
    if text.strip() not in languages:
        raise CellError(
            f"{text!r} is not a language here: write one of {', '.join(languages)}",
            f"这里没有{quoted(text)}这种语言：请写 {'、'.join(languages)} 之一",
        )
    return text.strip()


def check_language_or_none(language: str | None, info: ValidationInfo[Known]) -> str | None:
    """Return the code of a language after checking it; None for None."""
    return None if language is None else check_language(language, info)


def check_known_division(code: str, info: ValidationInfo[Known]) -> str:
    """Refuse a division that is not known."""
    if code not in info.context.divisions:
        raise CellError(
            f"{code!r} is not a known division: import it first, or correct it",
            f"没有{quoted(code)}这个区划：请先导入它，或改正代码",
        )
    return code


def check_known_officer(officer: str | None, info: ValidationInfo[Known]) -> str | None:
    """Refuse an officer who is not known."""
    if officer is not None and officer not in info.context.officers:
        raise CellError(
            f"{officer!r} is not a known officer: import them first, or correct it",
            f"没有{quoted(officer)}这个责任人：请先导入，或改正",
        )
    return officer


def check_tier(tier: Tier, info: ValidationInfo) -> Tier:
    """Refuse a tier that does not match the code."""
    code = info.data.get("code")
    if code is not None and tier_of(code) is not tier:
        raise CellError(
            f"{tier!s} does not fit the code {code!r}: write {tier_of(code)!s}",
            f"{tier!s}与代码{quoted(code)}不符：请写 {tier_of(code)!s}",
        )
    return tier


def check_parent(parent: str | None, info: ValidationInfo) -> str | None:
    """Refuse a parent that is not the division one tier above the code."""
    code = info.data.get("code")
    if parent is not None and code is not None and parent != parent_of(code):
        raise CellError(
            f"{code!r} does not lie in {parent!r}: write {parent_of(code)!r}",
            f"{quoted(code)}不在{quoted(parent)}之内：请写{quoted(parent_of(code) or '')}",
        )
    return parent


def check_home(division: str, info: ValidationInfo) -> str:
    """Refuse a division to which the household's code does not belong."""
    code = info.data.get("code")
    if code is not None and parent_of(code) != division:
        raise CellError(
            f"household {code!r} does not lie in {division!r}: a household's code is its "
            f"division's and 4 digits; write {parent_of(code)!r}, or correct the code",
            f"住户{quoted(code)}不在{quoted(division)}：户编码是所在区划的代码加4位数字；"
            f"请写{quoted(parent_of(code) or '')}，或改正户编码",
        )
    return division


def check_beat(division: str, info: ValidationInfo) -> str:
    """Refuse a division whose tier does not fit the officer's role."""
    role = info.data.get("role")
    if role is not None and tier_of(division) not in _TIERS_BY_ROLE[role]:
        tiers = " or ".join(sorted(_TIERS_BY_ROLE[role]))
        raise CellError(
            f"{division!r} is no place for a {role!s}: write the code of a {tiers}",
            f"{role!s} 不能设在{quoted(division)}：请写 {tiers} 一级的代码",
        )
    return division


def check_neighbour(centre: str | None, info: ValidationInfo) -> str | None:
    """Refuse a centre household (中心户) that is the household itself or in another village."""
    code = info.data.get("code")
    if centre is None or code is None:
        return centre
    if parse_household(centre) == code:
        raise CellError(
            "a household does not look after itself: leave it empty",
            "中心户不能是本户自己：请留空",
        )
    if village_of(centre) != village_of(code):
        raise CellError(
            f"{centre!r} is not in the village of {code!r}: name a neighbour",
            f"{quoted(centre)}与{quoted(code)}不在同一个村：请写本村的邻居",
        )
    return centre


def check_both(longitude: float | None, info: ValidationInfo) -> float | None:
    """Refuse a coordinate without the other one, and the coordinates 0, 0."""
    if "latitude" in info.data and (info.data["latitude"] is None) != (longitude is None):
        raise CellError(
            "latitude and longitude belong together: write both, or neither",
            "纬度和经度缺一不可：请都写，或都留空",
        )
    if longitude == 0 and info.data.get("latitude") == 0:
        raise CellError(
            "0, 0 lies in the Gulf of Guinea: leave both empty where they are unknown",
            "0，0在几内亚湾：不知道坐标时请都留空",
        )
    return longitude
