"""The summary of suspected calls for help: who was told, who was asked, and how each ended."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from alerting.drill.agents.text_reader import SUSPECTED, TextReader
from alerting.drill.city.languages import signs_of
from alerting.drill.city.people import Kind
from alerting.drill.city.roster import City

Json = Mapping[str, Any]

_TOLD: Final = "text.suspected_told"


@dataclass(frozen=True)
class SuspectedStory:
    """The part of the summary that concerns suspected calls for help."""

    writers: int
    """The number of households of the city that write about a danger in their own words."""
    texts: int
    """The number of texts that the service took for suspected calls for help."""
    officers_told: int
    """The number of households whose suspected call was told to officers."""
    asked: int
    """The number of households that were asked whether they need help."""
    ended_by_answer: int
    ended_by_officer: int
    still_open: int
    misplaced: int
    """The number of times that the officers' queue showed another text before a suspected call."""
    untold: tuple[str, ...] = ()
    """Codes of the households whose suspected call no officer was told about, or that were not
    asked."""

    @property
    def shortcomings(self) -> dict[str, bool]:
        """Possible failures by description; True for a failure that occurred."""
        return {
            f"{self.writers} households write of a danger, and no text was suspected": (
                self.writers > 0 and not self.texts
            ),
            f"suspected calls for help: {self.still_open} have not ended": self.still_open > 0,
            f"suspected calls for help of {', '.join(self.untold)}: no officer was told, or the "
            "household was not asked": bool(self.untold),
            "a text that is no call for help stood before a suspected one": self.misplaced > 0,
        }


def story_of_suspected(
    city: City,
    log: Iterable[Json],
    messages: Iterable[Json],
    waiting: Iterable[Json],
    by: TextReader,
) -> SuspectedStory:
    """Return the summary; `waiting` are the texts that wait for an officer at the end."""
    entries = list(log)
    suspected = [each["subject"] for each in entries if each["kind"] == SUSPECTED]
    told = {each["subject"] for each in entries if each["kind"] == _TOLD}
    asked = _asked(city, messages)
    homes = {home for home in suspected if home in city.households}
    return SuspectedStory(
        writers=sum(city.plan(code).kind is Kind.OWN_WORDS for code in city.households),
        texts=len(by.found),
        officers_told=len(told),
        asked=len(asked),
        ended_by_answer=len(by.answered),
        ended_by_officer=len(by.read),
        still_open=sum(bool(text.get("suspected")) for text in waiting),
        misplaced=by.misplaced,
        untold=tuple(sorted(homes - (told & asked))),
    )


def _asked(city: City, messages: Iterable[Json]) -> set[str]:
    """Return the households that were sent the question whether they need help."""
    homes = {phone: code for code, home in city.households.items() for phone in home.phones}
    signs = signs_of("if_help")
    return {
        homes[text["to"]]
        for text in messages
        if text["to"] in homes and any(sign in text["body"].casefold() for sign in signs)
    }
