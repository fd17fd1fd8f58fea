"""Cards that tell each household in advance when to leave, where to go and whom to call."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any, Final

from alerting.deliveries.places import places_of
from alerting.messages.languages import LANGUAGES
from alerting.messages.places import GATHERING, Places
from alerting.messages.text import issuer_name, words_in
from alerting.paper.print import Print, check_division
from alerting.paper.rules import Point, place_of, walking_order, way
from contacts.directory import (
    Household,
    Officer,
    called_first,
    count_households,
    households_of,
    nearest,
    officers_above,
    officers_named,
)
from contacts.division import parent_of
from contacts.people import readable_phone

_KILOMETRE: Final = 1_000


def cards_document(print_: Print, per_page: int) -> Mapping[str, Any]:
    """Return the data of the template `cards`: each card in its household's own language.

    Raises:
        NotFoundError, InvalidError: if the division does not exist or is too large.
    """
    connection = print_.connection
    check_division(connection, print_.division, count_households(connection, print_.division))
    homes = walking_order(households_of(connection, print_.division))
    places = places_of(connection, {print_.division, *(home.division for home in homes)})
    officers = officers_named(connection, {home.officer for home in homes if home.officer})

    @cache
    def on_duty(division: str) -> Officer | None:
        # A card hangs on the wall for a year, so it ignores the duty rota of today.
        officers = nearest(division, officers_above(connection, division))
        return next(iter(called_first(officers)), None)

    def card(home: Household) -> dict[str, Any]:
        officer = officers.get(home.officer or "") or on_duty(home.division)
        return _card(_in_language_of(print_, home), places, home, officer)

    name = places.short(print_.division, print_.language)
    title = f"{print_.word('card')} · {name}"
    return {
        "language": print_.language,
        "title": title,
        "issuer": issuer_name(print_.policy.issuer.at(print_.division), print_.language),
        "per_page": per_page,
        "cards": [card(home) for home in homes],
        "nothing": print_.word("nobody"),
    }


def _in_language_of(print_: Print, home: Household) -> Print:
    is_known = home.language in LANGUAGES
    return replace(print_, language=home.language) if is_known else print_


def _card(
    print_: Print, places: Places, home: Household, officer: Officer | None
) -> dict[str, Any]:
    language, word = print_.language, print_.word
    texts = words_in(language).texts
    point = places.assembly_point([home.division], language)
    contact = places.contact(home.division)
    phone = officer.phones[0] if officer and officer.phones else contact
    lines = [
        (word("signal"), word("signal_text")),
        (word("go_to"), point or texts["generic_assembly_point"]),
        (word("route"), places.route(home.division, language)),
        (word("officer"), officer and _with_phone(officer.name, officer.phones[:1])),
        (word("village"), contact and readable_phone(contact)),
        (word("answer"), texts["keys"]),
    ]
    return {
        "language": language,
        "issuer": issuer_name(print_.policy.issuer.at(home.division), language),
        "title": word("card"),
        "head": home.head,
        "place": f"{places.own(home.division, language)} {home.address}".strip(),
        "code": home.code,
        "people": word("people").format(count=home.headcount),
        "lines": [[label, value] for label, value in lines if value],
        "stay_out": word("stay_out"),
        "qr": phone and f"tel:{phone}",
        "scan": word("scan"),
        "sketch": _sketch(print_, places, home),
    }


def _with_phone(name: str, phones: tuple[str, ...]) -> str:
    return " ".join([name, *map(readable_phone, phones)])


def _sketch(print_: Print, places: Places, home: Household) -> dict[str, Any] | None:
    """Return the data of a sketch of the way to the assembly point.

    Return None if the coordinates of either end are unknown, or both are the same.
    """
    start, end = place_of(home), _gathering(places, home.division)
    if start is None or end is None:
        return None
    straight = way(start, end)
    metres = straight.metres
    if metres == 0:
        return None
    return {
        "east": straight.east / metres,
        "north": straight.north / metres,
        "said": print_.word("sketch").format(distance=_distance(print_, metres)),
        "up": print_.word("north"),
        "home": print_.word("home"),
        "point": print_.word("go_to"),
    }


def _distance(print_: Print, metres: float) -> str:
    if metres < _KILOMETRE:
        return print_.word("metres").format(count=max(10 * round(metres / 10), 10))
    return print_.word("kilometres").format(count=f"{metres / _KILOMETRE:.1f}")


def _gathering(places: Places, division: str) -> Point | None:
    """Return the coordinates of the assembly point of a village or grid, or None if unknown.

    A grid without an assembly point uses its village's.
    """
    place = places.known.get(division)
    if place is None or place.tier not in GATHERING:
        return None
    if place.assembly_point is None:
        return _gathering(places, parent_of(division) or "")
    if place.latitude is None or place.longitude is None:
        return None
    return place.latitude, place.longitude
