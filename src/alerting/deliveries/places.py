"""Read from the roster how texts name divisions and assembly points."""

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
    """Return the names of these divisions and of all divisions above them."""
    return Places(with_those_above(connection, codes))


def place_name(connection: Connection, divisions: Sequence[str], language: str) -> str:
    """Return the everyday name of an area in one language."""
    # An area has the name of its first division, so only that division is read.
    return places_of(connection, divisions[:1]).area(divisions, language)


def places_at(connection: Connection, codes: Collection[str], at: datetime | None) -> Places:
    """Return the names of these divisions and of all above them at the instant `at`, or now."""
    return Places(history_with_those_above(connection, codes).at(at))


def area_names(places: Places, divisions: Sequence[str]) -> dict[str, str]:
    """Return the everyday names of an area, by language."""
    return {language: places.area(divisions, language) for language in languages()}


def assembly_point(connection: Connection, alert: StoredAlert, seen_from: str) -> str | None:
    """Return the assembly point to show to an officer of the division `seen_from`.

    An officer of a village or grid sees the assembly point of that village. Return None if the
    alert's villages have different assembly points, or if the roster names none.
    """
    divisions = [seen_from] if tier_of(seen_from) in GATHERING else alert.divisions
    places = places_at(connection, divisions, alert.ended_at)
    own = places.assembly_point(divisions, HOME_LANGUAGE)
    return info_in(alert.request, HOME_LANGUAGE).assembly_point or own


def short_names(connection: Connection, codes: Collection[str], language: str) -> dict[str, str]:
    """Return the everyday names of these divisions in one language, by division code."""
    places = places_of(connection, codes)
    return {code: places.short(code, language) for code in codes}
