"""Summarizes the carrier's log: when an alert's texts left, and which households got none."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from alerting.drill.city.roster import City
from alerting.drill.story_time import StoryTime, rounded

Json = Mapping[str, Any]


def told(city: City, time: StoryTime, messages: Sequence[Json]) -> dict[str, Any]:
    """Return the fields of the drill's summary that concern texts.

    They hold when the first text left, when the last household's first text left, how many texts
    arrived twice, and which households were sent no text on their first phone.
    """
    first = _first_texts(messages)
    at = {number: time.elapsed(time.at(instant)) for number, instant in first.items()}
    # Officers get texts about a proposal before the alert exists.
    since = {number: elapsed for number, elapsed in at.items() if elapsed >= 0}
    return {
        "seconds_to_first_message": rounded(min(since.values(), default=None)),
        "seconds_to_last_message": rounded(_last_home(city, since)),
        "duplicate_texts": _told_twice(city, messages),
        "untold_households": [
            code
            for code, home in city.households.items()
            if home.phones and home.phones[0] not in first
        ],
    }


def _first_texts(messages: Iterable[Json]) -> dict[str, datetime]:
    """Return when the first text to each phone number left the carrier."""
    first: dict[str, datetime] = {}
    for message in messages:
        if message["sent_at"] is not None:
            sent = datetime.fromisoformat(message["sent_at"])
            first[message["to"]] = min(sent, first.get(message["to"], sent))
    return first


def _last_home(city: City, since: Mapping[str, float]) -> float | None:
    """Return when the last household's first text left; texts to officers do not count."""
    phones = {home.phones[0] for home in city.households.values() if home.phones}
    return max((at for number, at in since.items() if number in phones), default=None)


def _told_twice(city: City, messages: Iterable[Json]) -> int:
    """Return how many texts repeated one that had already arrived on a household's phone."""
    homes = {phone for home in city.households.values() for phone in home.phones}
    arrived = Counter(
        (text["to"], text["body"])
        for text in messages
        if text["to"] in homes and text["status"] == "delivered"
    )
    return arrived.total() - len(arrived)
