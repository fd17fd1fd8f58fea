"""Columns of a roster line, each with its validator.

Every column is parsed by one function, which raises ValueError with a message that names the
remedy. `Known` holds what a line may refer to: divisions, officers and languages.
"""

import re
from collections.abc import Collection
from dataclasses import MISSING, dataclass, field
from enum import StrEnum
from functools import partial
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, ValidationInfo
from pydantic.dataclasses import dataclass as parsed

from contacts.division import (
    DivisionCode,
    HouseholdCode,
    Tier,
    parent_of,
    parse_household,
    tier_of,
    village_of,
)
from contacts.people import Role, Vulnerability, parse_roster_phone
from contacts.roster.cells import (
    MOST_ADDRESS,
    MOST_NAME,
    MOST_PLACE,
    MOST_ROUTE,
    MOST_TRANSLATED,
    TRANSLATED,
    bounded_cell,
    degrees_cell,
    optional_cell,
    text_cell,
    without_empty,
)

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
    """References that a line may use: division codes, officer ids, languages of the service."""

    divisions: Collection[str] = ()
    officers: Collection[str] = ()
    languages: Collection[str] = ()


def _items(text: str) -> list[str]:
    return [item.strip() for item in text.split(";") if item.strip()]


def _choice(choices: type[StrEnum], text: str) -> StrEnum:
    word = text.strip()
    if word not in list(choices):
        raise ValueError(f"{word!r} is not known: write one of {', '.join(choices)}")
    return choices(word)


def _phones(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(parse_roster_phone(item) for item in _items(text)))


def _contact(text: str | None) -> str | None:
    return None if text is None else parse_roster_phone(text)


def _vulnerable(text: str) -> str:
    words = {_choice(Vulnerability, item) for item in _items(text)}
    return ";".join(word for word in Vulnerability if word in words)


def _name(text: str) -> str:
    if not text.strip():
        raise ValueError("a name is empty: remove the ';' that is too many, or write the name")
    name = text_cell(text)
    if separator := _OTHER_SEPARATORS.search(name):
        raise ValueError(f"{name!r} holds {separator[0]!r}: put ';' between two names")
    if len(name) > _LONGEST_NAME:
        raise ValueError(
            f"{name!r} has {len(name)} characters: shorten it to {_LONGEST_NAME} or fewer"
        )
    return name


def _name_or_none(name: str | None) -> str | None:
    return None if name is None else _name(name)


def _persons(text: str) -> str:
    names = [_name(item) for item in text.split(";")] if text.strip() else []
    for position, name in enumerate(names):
        if name in names[:position]:
            raise ValueError(f"{name!r} is named twice: write what tells the two apart")
    return ";".join(names)


def _at_most_all(persons: str, info: ValidationInfo) -> str:
    headcount, named = info.data.get("headcount"), len(persons.split(";"))
    if headcount is not None and named > headcount:
        raise ValueError(
            f"{named} people are named where the headcount is {headcount}: "
            "correct the headcount, or remove a name"
        )
    return persons


def _headcount(text: str) -> int:
    digits = text.strip()
    if not _HEADCOUNT.fullmatch(digits):
        raise ValueError(f"{text!r} is not a headcount: write 1 to 99")
    return int(digits)


def _language(text: str, info: ValidationInfo[Known]) -> str:
    languages = info.context.languages
    if text.strip() not in languages:
        raise ValueError(f"{text!r} is not a language here: write one of {', '.join(languages)}")
    return text.strip()


def _language_or_none(language: str | None, info: ValidationInfo[Known]) -> str | None:
    return None if language is None else _language(language, info)


def _known_division(code: str, info: ValidationInfo[Known]) -> str:
    if code not in info.context.divisions:
        raise ValueError(f"{code!r} is not a known division: import it first, or correct it")
    return code


def _known_officer(officer: str | None, info: ValidationInfo[Known]) -> str | None:
    if officer is not None and officer not in info.context.officers:
        raise ValueError(f"{officer!r} is not a known officer: import them first, or correct it")
    return officer


def _tier(tier: Tier, info: ValidationInfo) -> Tier:
    code = info.data.get("code")
    if code is not None and tier_of(code) is not tier:
        raise ValueError(f"{tier!s} does not fit the code {code!r}: write {tier_of(code)!s}")
    return tier


def _parent(parent: str | None, info: ValidationInfo) -> str | None:
    code = info.data.get("code")
    if parent is not None and code is not None and parent != parent_of(code):
        raise ValueError(f"{parent!r} is not what {code!r} lies in: write {parent_of(code)!r}")
    return parent


def _home(division: str, info: ValidationInfo) -> str:
    code = info.data.get("code")
    if code is not None and parent_of(code) != division:
        raise ValueError(
            f"household {code!r} does not lie in {division!r}: a household's code is its "
            f"division's and 4 digits; write {parent_of(code)!r}, or correct the code"
        )
    return division


def _beat(division: str, info: ValidationInfo) -> str:
    role = info.data.get("role")
    if role is not None and tier_of(division) not in _TIERS_BY_ROLE[role]:
        tiers = " or ".join(sorted(_TIERS_BY_ROLE[role]))
        raise ValueError(f"{division!r} is no place for a {role!s}: write the code of a {tiers}")
    return division


def _neighbour(centre: str | None, info: ValidationInfo) -> str | None:
    code = info.data.get("code")
    if centre is None or code is None:
        return centre
    if parse_household(centre) == code:
        raise ValueError("a household does not look after itself: leave it empty")
    if village_of(centre) != village_of(code):
        raise ValueError(f"{centre!r} is not in the village of {code!r}: name a neighbour")
    return centre


def _both(longitude: float | None, info: ValidationInfo) -> float | None:
    if "latitude" in info.data and (info.data["latitude"] is None) != (longitude is None):
        raise ValueError("latitude and longitude belong together: write both, or neither")
    if longitude == 0 and info.data.get("latitude") == 0:
        raise ValueError("0, 0 lies in the Gulf of Guinea: leave both empty where they are unknown")
    return longitude


TextCell = Annotated[str, AfterValidator(text_cell)]

NameCell = Annotated[TextCell, AfterValidator(partial(bounded_cell, MOST_NAME))]

Phones = Annotated[tuple[str, ...], BeforeValidator(_phones)]

KnownDivision = Annotated[DivisionCode, AfterValidator(_known_division)]

OptionalText = Annotated[str | None, BeforeValidator(optional_cell)]

_Translated = Annotated[OptionalText, AfterValidator(partial(bounded_cell, MOST_TRANSLATED))]

_Latitude = Annotated[float | None, BeforeValidator(partial(degrees_cell, 90))]

_Longitude = Annotated[
    float | None, BeforeValidator(partial(degrees_cell, 180)), AfterValidator(_both)
]


@parsed(frozen=True, slots=True)
class DivisionLine:
    """A division. `parent` may be empty; whether it may be unknown depends on the whole file.

    Its assembly point has a name, coordinates in degrees WGS 84, a route in words, and the phone of
    somebody to ask. `words` are the columns of other languages, such as 'name_en': see
    `contacts.roster.cells.TRANSLATED`. All columns but the first four are optional.
    """

    code: DivisionCode
    name: NameCell
    tier: Annotated[Tier, BeforeValidator(partial(_choice, Tier)), AfterValidator(_tier)]
    parent: Annotated[OptionalText, AfterValidator(_parent)]
    assembly_point: Annotated[OptionalText, AfterValidator(partial(bounded_cell, MOST_PLACE))] = (
        None
    )
    route: Annotated[OptionalText, AfterValidator(partial(bounded_cell, MOST_ROUTE))] = None
    latitude: _Latitude = None
    longitude: _Longitude = None
    contact_phone: Annotated[OptionalText, AfterValidator(_contact)] = None
    words: Annotated[dict[str, _Translated], AfterValidator(without_empty)] = field(
        default_factory=dict
    )


@parsed(frozen=True, slots=True)
class HouseholdLine:
    """A household, its people and its phones; degrees are WGS 84.

    `persons` are the names of those who live there, as far as they are known: '张三;李四'.
    `centre` is the household of the neighbour who looks after this one (中心户), `courtyard` the
    name of its courtyard or building (院落, 楼栋). These three columns are optional.
    """

    code: HouseholdCode
    division: Annotated[KnownDivision, AfterValidator(_home)]
    address: Annotated[TextCell, AfterValidator(partial(bounded_cell, MOST_ADDRESS))]
    head: NameCell
    headcount: Annotated[int, BeforeValidator(_headcount)]
    phones: Phones
    language: Annotated[str, AfterValidator(_language)]
    vulnerable: Annotated[str, BeforeValidator(_vulnerable)]
    latitude: _Latitude
    longitude: _Longitude
    officer: Annotated[OptionalText, AfterValidator(_known_officer)]
    persons: Annotated[str, BeforeValidator(_persons), AfterValidator(_at_most_all)] = ""
    centre: Annotated[OptionalText, AfterValidator(_neighbour)] = None
    courtyard: Annotated[OptionalText, AfterValidator(_name_or_none)] = None


@parsed(frozen=True, slots=True)
class OfficerLine:
    """An officer. The import of the whole file decides which ids `deputy_of` may name.

    `language` is optional; without one, an officer reads the service's home language.
    """

    id: TextCell
    name: NameCell
    role: Annotated[Role, BeforeValidator(partial(_choice, Role))]
    division: Annotated[KnownDivision, AfterValidator(_beat)]
    phones: Phones
    deputy_of: OptionalText
    language: Annotated[OptionalText, AfterValidator(_language_or_none)] = None


RosterLine = DivisionLine | HouseholdLine | OfficerLine


_WORDS: Final = "words"


def columns(shape: type[Any]) -> tuple[str, ...]:
    """Return the header of a file of this shape, without columns in other languages."""
    return tuple(name for name in shape.__dataclass_fields__ if name != _WORDS)


def required(shape: type[Any]) -> tuple[str, ...]:
    """Return the mandatory columns of a file of this shape."""
    fields = shape.__dataclass_fields__.values()
    return tuple(each.name for each in fields if each.default is each.default_factory is MISSING)


def is_column(shape: type[Any], name: str) -> bool:
    """Whether a file of this shape may have this column."""
    return name in columns(shape) or (_holds_words(shape) and bool(TRANSLATED.fullmatch(name)))


def by_field(shape: type[Any], row: dict[str, str]) -> dict[str, Any]:
    """Return a row's cells by the fields of its line; those in other languages share one field."""
    known = columns(shape)
    plain = {name: cell for name, cell in row.items() if name in known}
    others = {name: cell for name, cell in row.items() if name not in known}
    return {**plain, _WORDS: others} if _holds_words(shape) else plain


def _holds_words(shape: type[Any]) -> bool:
    return _WORDS in shape.__dataclass_fields__
