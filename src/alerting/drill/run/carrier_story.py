"""The summary of a drill with a bad carrier: dead phones, lost texts, and households reached."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from alerting.drill.city.people import Kind
from alerting.drill.city.roster import City
from alerting.drill.gateway.exchange import CENTRE_SENDER
from alerting.drill.story_time import StoryTime

Json = Mapping[str, Any]

_PROVIDER_DOWN: Final = "provider.down"

_OTHER_CAUSES: Final = frozenset({"help", "refuses"})
"""Causes of door tasks that would have been opened even if the phone worked."""

_SILENT_ANYWAY: Final = frozenset({Kind.ANSWERS_LATE, Kind.PARTLY, Kind.NEVER_LOOKS, Kind.OPTS_OUT})
"""Kinds of households that get a visit even if their phones work."""


@dataclass(frozen=True)
class CarrierStory:
    """The part of the summary that concerns the bad carrier."""

    phones_dead: int
    """The number of households whose first phone is dead."""
    served_by_second_phone: int
    """The number of `phones_dead` households that got a text on their second phone."""
    doors_for_dead_phones: int
    """The number of `phones_dead` households with a door task only because of the dead phone."""
    texts_lost: int
    """The number of texts to working phones that the first provider took and did not deliver."""
    texts_taken_over: int
    """The number of lost texts that the second provider delivered to the same phone."""
    provider_down_at: float | None
    """The story second since which the service knew that the first provider loses texts, or None
    if it never found out."""

    @property
    def shortcomings(self) -> dict[str, bool]:
        """Possible failures with a bad carrier by description; True for a failure that occurred."""
        return {
            f"{self.doors_for_dead_phones} doors were opened for {self.phones_dead} dead phones": (
                self.doors_for_dead_phones >= self.phones_dead
            ),
            "the provider that loses texts was never found out": self.provider_down_at is None,
        }


def story_of_carrier(
    city: City,
    time: StoryTime,
    messages: Sequence[Json],
    tasks: Iterable[Json],
    log: Iterable[Json],
) -> CarrierStory | None:
    """Return the summary of the bad carrier; None if no phone is dead."""
    dead = city.dead_homes
    if not dead:
        return None
    out_of_service = {phone for home in dead.values() for phone in home.dead}
    arrived = {text["to"] for text in messages if text["status"] == "delivered"}
    lost = _lost(messages, out_of_service)
    return CarrierStory(
        phones_dead=len(dead),
        served_by_second_phone=sum(
            bool(arrived.intersection(home.phones[1:])) for home in dead.values()
        ),
        doors_for_dead_phones=len(_doors(tasks, _answering(city, dead))),
        texts_lost=len(lost),
        texts_taken_over=len(lost & _by_centre(messages)),
        provider_down_at=_first_down(time, log),
    )


def _lost(messages: Iterable[Json], out_of_service: Collection[str]) -> set[tuple[str, str]]:
    """Return the phone and body of each text that the first provider lost."""
    return {
        (text["to"], text["body"])
        for text in messages
        if text["status"] == "undelivered"
        and text["from"] != CENTRE_SENDER
        and text["to"] not in out_of_service
    }


def _by_centre(messages: Iterable[Json]) -> set[tuple[str, str]]:
    """Return the phone and body of each text that the second provider delivered."""
    return {
        (text["to"], text["body"])
        for text in messages
        if text["status"] == "delivered" and text["from"] == CENTRE_SENDER
    }


def _answering(city: City, dead: Iterable[str]) -> set[str]:
    """Return the households that would need no visit if the dead phone worked."""
    return {code for code in dead if city.plan(code).kind not in _SILENT_ANYWAY}


def _doors(tasks: Iterable[Json], dead: Collection[str]) -> set[str]:
    return {
        task["household"]
        for task in tasks
        if task["household"] in dead and task["cause"] not in _OTHER_CAUSES
    }


def _first_down(time: StoryTime, log: Iterable[Json]) -> float | None:
    downs = [event["payload"]["since"] for event in log if event["kind"] == _PROVIDER_DOWN]
    return round(time.elapsed(datetime.fromisoformat(min(downs))), 1) if downs else None
