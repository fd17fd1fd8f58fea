"""Places as texts name them, read from the roster in the caller's transaction."""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection

from alerting.messages.places import Places
from contacts.place_names import with_those_above


def places_of(connection: Connection, codes: Collection[str]) -> Places:
    """Return these divisions, and those above them, for texts that name them."""
    return Places(with_those_above(connection, codes))


def place_name(connection: Connection, divisions: Sequence[str], language: str) -> str:
    """Return the everyday name of an area in a language."""
    # The first names the area; no text names the others.
    return places_of(connection, divisions[:1]).area(divisions, language)


def short_names(connection: Connection, codes: Collection[str], language: str) -> dict[str, str]:
    """Return the everyday names of these divisions in a language, by code."""
    places = places_of(connection, codes)
    return {code: places.short(code, language) for code in codes}
