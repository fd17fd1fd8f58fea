"""The story of a bad carrier in a drill: dead phones, lost texts, and households reached anyway."""

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
"""Causes of doors that a phone in service would not have spared."""

_SILENT_ANYWAY: Final = frozenset({Kind.ANSWERS_LATE, Kind.PARTLY, Kind.NEVER_LOOKS, Kind.OPTS_OUT})
"""Households to whose doors somebody goes though their phones work."""


@dataclass(frozen=True)
class CarrierStory:
    """The bad carrier's part of the summary; `provider_down_at` is in story seconds."""

    phones_dead: int
    """Households whose first phone is dead."""
    served_by_second_phone: int
    """Those of them to whose second phone a text of the alert arrived."""
    doors_for_dead_phones: int
    """Those of them that would answer a text, and to whose door somebody was sent for silence."""
    texts_lost: int
    """Texts that the first provider took and did not deliver, dead phones left out."""
    texts_taken_over: int
    """Those of them that the second provider delivered to the same phone."""
    provider_down_at: float | None
    """When the first provider was found to lose texts; None: never."""

    @property
    def shortcomings(self) -> dict[str, bool]:
        """Each way in which the bad carrier can defeat the alert, and whether it has."""
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
    """Return the bad carrier's story; None if no phone is dead."""
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
    """Return phone and body of the texts that the first provider lost."""
    return {
        (text["to"], text["body"])
        for text in messages
        if text["status"] == "undelivered"
        and text["from"] != CENTRE_SENDER
        and text["to"] not in out_of_service
    }


def _by_centre(messages: Iterable[Json]) -> set[tuple[str, str]]:
    """Return phone and body of the texts that the second provider delivered."""
    return {
        (text["to"], text["body"])
        for text in messages
        if text["status"] == "delivered" and text["from"] == CENTRE_SENDER
    }


def _answering(city: City, dead: Iterable[str]) -> set[str]:
    """Return the households that answer texts, or whose phones are all dead."""
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
