"""Parse the values of CAP's elements; an error names the element."""

import math
import re
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeVar

from pydantic import TypeAdapter, ValidationError

from alerting.cap_inbox.rules.message import Circle, Identity, Ring
from alerting.cap_inbox.rules.tree import UnreadableError
from contacts.bounds import Moment

_Enum = TypeVar("_Enum", bound=StrEnum)

_Value = TypeVar("_Value")

_MOST_NAME: Final = 250
"""Maximum characters of an identifier or sender."""

_MOST_REFERENCES: Final = 200

_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d", re.ASCII)

_NAME: Final = re.compile(r"[^\s,<&]+")

_NUMBER: Final = re.compile(r"[-+]?(?:\d{1,20}\.?\d{0,30}|\.\d{1,30})", re.ASCII)

_MOMENT: Final[TypeAdapter[datetime]] = TypeAdapter(Moment)

_TIME_REMEDY: Final = "write a time such as 2026-08-29T05:10:00+08:00, with an offset and no 'Z'"


def word(text: str, element: str, words: type[_Enum]) -> _Enum:
    """Return the text as a member of the enumeration `words`.

    Raises:
        UnreadableError: if the text is not a value of `words`.
    """
    try:
        return words(text)
    except ValueError:
        raise UnreadableError(
            element, f"{text[:40]!r} is unknown; write one of {', '.join(words)}"
        ) from None


def time(text: str, element: str) -> datetime:
    """Return a time in CAP's form, which has a numeric offset.

    Raises:
        UnreadableError: if it has another form, or is not in the years 2000 to 2099.
    """
    if not _TIME.fullmatch(text):
        raise UnreadableError(element, f"{text[:40]!r} is no time; {_TIME_REMEDY}")
    try:
        return _MOMENT.validate_python(datetime.fromisoformat(text))
    except (ValueError, ValidationError):
        raise UnreadableError(
            element, f"{text[:40]!r} is no time from 2000 to 2099; {_TIME_REMEDY}"
        ) from None


def name(text: str, element: str) -> str:
    """Return the text as an identifier or sender.

    Raises:
        UnreadableError: if it is empty, too long, or has a forbidden character.
    """
    if len(text) > _MOST_NAME or not _NAME.fullmatch(text):
        raise UnreadableError(
            element,
            f"write 1 to {_MOST_NAME} characters without spaces, commas, '<' and '&'",
        )
    return text


def references(text: str, element: str) -> tuple[Identity, ...]:
    """Return the identities of the messages referred to, each written 'sender,identifier,sent'.

    Raises:
        UnreadableError: if a reference has another form, or there are too many.
    """
    found = text.split()
    if len(found) > _MOST_REFERENCES:
        raise UnreadableError(element, f"name at most {_MOST_REFERENCES} messages")
    return tuple(dict.fromkeys(_reference(each, element) for each in found))


def _reference(text: str, element: str) -> Identity:
    parts = text.split(",")
    if len(parts) != 3:
        raise UnreadableError(
            element, f"{text[:80]!r} is no message; write 'sender,identifier,sent' for each"
        )
    sender, identifier, sent = parts
    return Identity(name(sender, element), name(identifier, element), time(sent, element))


def ring(text: str, element: str) -> Ring:
    """Return the corners of a polygon, written as pairs 'latitude,longitude'.

    Raises:
        UnreadableError: if it is not closed, has too few corners, or a corner is invalid.
    """
    corners = tuple(point(each, element) for each in text.split())
    if len(corners) < 4 or corners[0] != corners[-1]:
        raise UnreadableError(
            element, "give four or more pairs 'latitude,longitude', of which the last is the first"
        )
    return corners


def circle(text: str, element: str) -> Circle:
    """Return a circle, written 'latitude,longitude radius'.

    Raises:
        UnreadableError: if it has another form, or the radius is too large.
    """
    parts = text.split()
    if len(parts) != 2:
        raise UnreadableError(element, "write 'latitude,longitude radius', in degrees and km")
    radius = _number(parts[1], element)
    if not 0 <= radius <= 20_040:
        raise UnreadableError(element, f"a radius of {radius} km is not on Earth; correct it")
    return Circle(*point(parts[0], element), radius)


def point(text: str, element: str) -> tuple[float, float]:
    """Return a position, written 'latitude,longitude' in degrees.

    Raises:
        UnreadableError: if it has another form, or is not on Earth.
    """
    parts = text.split(",")
    if len(parts) != 2:
        raise UnreadableError(element, f"{text[:40]!r} is no pair 'latitude,longitude'; correct it")
    latitude, longitude = (_number(each, element) for each in parts)
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise UnreadableError(element, f"{text[:40]!r} is no place: write degrees, latitude first")
    return latitude, longitude


def _number(text: str, element: str) -> float:
    if not _NUMBER.fullmatch(text) or not math.isfinite(float(text)):
        raise UnreadableError(element, f"{text[:40]!r} is no number; write one such as 31.92")
    return float(text)


def if_given(text: str | None, element: str, read: Callable[[str, str], _Value]) -> _Value | None:
    """Return the value that `read` parses from an optional element, or None if it is missing."""
    return None if text is None else read(text, element)
