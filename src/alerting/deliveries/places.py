"""Places as texts name them, read from the roster in the caller's transaction."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection

from alerting.ledger.alerts import StoredAlert
from alerting.messages.info import info_in
from alerting.messages.places import GATHERING, Places
from alerting.messages.text import HOME_LANGUAGE, languages
from contacts.directory import with_those_above
from contacts.division import tier_of
from contacts.past import history_with_those_above


def places_of(connection: Connection, codes: Collection[str]) -> Places:
    """Return these divisions, and those above them, for texts that name them."""
    return Places(with_those_above(connection, codes))


def place_name(connection: Connection, divisions: Sequence[str], language: str) -> str:
    """Return the everyday name of an area in a language."""
    # An area is named after its first division.
    return places_of(connection, divisions[:1]).area(divisions, language)


def places_at(connection: Connection, codes: Collection[str], at: datetime | None) -> Places:
    """Return these divisions, and those above them, as they were at an instant; None: as today."""
    return Places(history_with_those_above(connection, codes).at(at))


def area_names(places: Places, divisions: Sequence[str]) -> dict[str, str]:
    """Return the everyday name of an area by language."""
    return {language: places.area(divisions, language) for language in languages()}


def assembly_point(connection: Connection, alert: StoredAlert, seen_from: str) -> str | None:
    """Return where the people of an alert gather or gathered, as an officer of a division sees it.

    An officer of a village or grid sees that of their own people. None: each village has its own,
    or the roster names none.
    """
    divisions = [seen_from] if tier_of(seen_from) in GATHERING else alert.divisions
    places = places_at(connection, divisions, alert.ended_at)
    own = places.assembly_point(divisions, HOME_LANGUAGE)
    return info_in(alert.request, HOME_LANGUAGE).assembly_point or own


def short_names(connection: Connection, codes: Collection[str], language: str) -> dict[str, str]:
    """Return the everyday names of these divisions in a language, by code."""
    places = places_of(connection, codes)
    return {code: places.short(code, language) for code in codes}
