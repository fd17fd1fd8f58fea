"""The lines of roster files, with a validator for each column: see `contacts.roster.checks`."""

from dataclasses import MISSING, field
from functools import partial
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator
from pydantic.dataclasses import dataclass as parsed

from contacts.bounds import MOST_ID
from contacts.division import DivisionCode, HouseholdCode, Tier
from contacts.people import Role
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
from contacts.roster.checks import (
    check_at_most_all,
    check_beat,
    check_both,
    check_choice,
    check_contact,
    check_headcount,
    check_home,
    check_id,
    check_known_division,
    check_known_officer,
    check_language,
    check_language_or_none,
    check_name_or_none,
    check_neighbour,
    check_parent,
    check_persons,
    check_phones,
    check_tier,
    check_vulnerable,
)

TextCell = Annotated[str, AfterValidator(text_cell)]

NameCell = Annotated[TextCell, AfterValidator(partial(bounded_cell, MOST_NAME))]

Phones = Annotated[tuple[str, ...], BeforeValidator(check_phones)]

KnownDivision = Annotated[DivisionCode, AfterValidator(check_known_division)]

OptionalText = Annotated[str | None, BeforeValidator(optional_cell)]

_Translated = Annotated[OptionalText, AfterValidator(partial(bounded_cell, MOST_TRANSLATED))]

_Latitude = Annotated[float | None, BeforeValidator(partial(degrees_cell, 90))]

_Longitude = Annotated[
    float | None, BeforeValidator(partial(degrees_cell, 180)), AfterValidator(check_both)
]


@parsed(frozen=True, slots=True)
class DivisionLine:
    """A division. Whether `parent` may be unknown depends on the whole file.

    `latitude` and `longitude` are the assembly point's, in degrees WGS 84. `route` describes the
    way there, and `contact_phone` is for residents' questions. `words` holds the columns in other
    languages, such as 'name_en': see `contacts.roster.cells.TRANSLATED`. All columns after
    `parent` are optional.
    """

    code: DivisionCode
    name: NameCell
    tier: Annotated[Tier, BeforeValidator(partial(check_choice, Tier)), AfterValidator(check_tier)]
    parent: Annotated[OptionalText, AfterValidator(check_parent)]
    assembly_point: Annotated[OptionalText, AfterValidator(partial(bounded_cell, MOST_PLACE))] = (
        None
    )
    route: Annotated[OptionalText, AfterValidator(partial(bounded_cell, MOST_ROUTE))] = None
    latitude: _Latitude = None
    longitude: _Longitude = None
    contact_phone: Annotated[OptionalText, AfterValidator(check_contact)] = None
    words: Annotated[dict[str, _Translated], AfterValidator(without_empty)] = field(
        default_factory=dict
    )


@parsed(frozen=True, slots=True)
class HouseholdLine:
    """A household, with its people and phones; coordinates are in degrees WGS 84.

    `persons` holds the names of the people who live there, as far as they are known: '张三;李四'.
    `centre` is the code of the household that looks after this one (中心户). `courtyard` is the
    name of its courtyard or building (院落, 楼栋). These three columns are optional.
    """

    code: HouseholdCode
    division: Annotated[KnownDivision, AfterValidator(check_home)]
    address: Annotated[TextCell, AfterValidator(partial(bounded_cell, MOST_ADDRESS))]
    head: NameCell
    headcount: Annotated[int, BeforeValidator(check_headcount)]
    phones: Phones
    language: Annotated[str, AfterValidator(check_language)]
    vulnerable: Annotated[str, BeforeValidator(check_vulnerable)]
    latitude: _Latitude
    longitude: _Longitude
    officer: Annotated[OptionalText, AfterValidator(check_known_officer)]
    persons: Annotated[str, BeforeValidator(check_persons), AfterValidator(check_at_most_all)] = ""
    centre: Annotated[OptionalText, AfterValidator(check_neighbour)] = None
    courtyard: Annotated[OptionalText, AfterValidator(check_name_or_none)] = None


@parsed(frozen=True, slots=True)
class OfficerLine:
    """An officer. Which ids `deputy_of` may name depends on the whole file.

    `language` is optional; the default is the service's home language.
    """

    id: Annotated[
        TextCell, AfterValidator(partial(bounded_cell, MOST_ID)), AfterValidator(check_id)
    ]
    name: NameCell
    role: Annotated[Role, BeforeValidator(partial(check_choice, Role))]
    division: Annotated[KnownDivision, AfterValidator(check_beat)]
    phones: Phones
    deputy_of: OptionalText
    language: Annotated[OptionalText, AfterValidator(check_language_or_none)] = None


RosterLine = DivisionLine | HouseholdLine | OfficerLine


_WORDS: Final = "words"


def columns(shape: type[Any]) -> tuple[str, ...]:
    """Return the columns of a file of this shape, without those in other languages."""
    return tuple(name for name in shape.__dataclass_fields__ if name != _WORDS)


def required(shape: type[Any]) -> tuple[str, ...]:
    """Return the mandatory columns of a file of this shape."""
    fields = shape.__dataclass_fields__.values()
    return tuple(each.name for each in fields if each.default is each.default_factory is MISSING)


def is_column(shape: type[Any], name: str) -> bool:
    """Return whether a file of this shape may have a column of this name."""
    return name in columns(shape) or (_holds_words(shape) and bool(TRANSLATED.fullmatch(name)))


def by_field(shape: type[Any], row: dict[str, str]) -> dict[str, Any]:
    """Return a row's cells by field; all cells in other languages are in the field `words`."""
    known = columns(shape)
    plain = {name: cell for name, cell in row.items() if name in known}
    others = {name: cell for name, cell in row.items() if name not in known}
    return {**plain, _WORDS: others} if _holds_words(shape) else plain


def _holds_words(shape: type[Any]) -> bool:
    return _WORDS in shape.__dataclass_fields__
