"""Choose the texts of a household's page; their wording is in the language files."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from alerting.cap.alert import Status
from alerting.cap.lifecycle import AlertState
from alerting.messages.languages import Language
from alerting.roll.rules.standing import HouseholdStanding, Standing


@dataclass(frozen=True, slots=True)
class Coming:
    """The officer who is on the way to the household's door."""

    name: str
    phone: str | None
    since: datetime
    """When the officer set out, in the policy's time zone."""


class PageText(StrEnum):
    """Keys of the page's texts in the language files."""

    TITLE = "title"
    EXERCISE = "exercise"
    TEST = "test"
    LEAVE = "leave"
    NOT_OVER = "not_over"
    CANCELLED = "cancelled"
    ALL_CLEAR = "all_clear"
    GO_TO = "go_to"
    ROUTE = "route"
    CONTACT = "contact"
    COMING = "coming"
    WHAT_TO_DO = "what_to_do"
    SENT = "sent"
    TIME = "time"
    ASK = "ask"
    ASK_AGAIN = "ask_again"
    ASK_HELP = "ask_help"
    HELP_STAYS = "help_stays"
    ROLL_CALL = "roll_call"
    PEOPLE = "people"
    WRONG = "wrong"
    KEY_1 = "key_1"
    KEY_2 = "key_2"
    KEY_3 = "key_3"
    KEY_4 = "key_4"
    IS_UNACCOUNTED = "is_unaccounted"
    IS_PARTLY = "is_partly"
    IS_NEEDS_HELP = "is_needs_help"
    IS_EXERCISE_HELP = "is_exercise_help"
    IS_STAYING = "is_staying"
    IS_ELSEWHERE = "is_elsewhere"
    IS_EVACUATED = "is_evacuated"
    VERIFIED = "verified"
    UNKNOWN_LINK = "unknown_link"
    AWAY = "away"
    INSTEAD = "instead"


_BANNERS: Final = {Status.EXERCISE: PageText.EXERCISE, Status.TEST: PageText.TEST}

_HEADLINES: Final = {
    AlertState.OPEN: PageText.LEAVE,
    # A closed alert is not over, because people must not go home until the all-clear.
    AlertState.CLOSED: PageText.NOT_OVER,
    AlertState.EXPIRED: PageText.NOT_OVER,
    AlertState.CANCELLED: PageText.CANCELLED,
    AlertState.ALL_CLEAR: PageText.ALL_CLEAR,
}

_RECORDS: Final = {
    Standing.UNACCOUNTED: PageText.IS_UNACCOUNTED,
    Standing.PARTLY: PageText.IS_PARTLY,
    Standing.NEEDS_HELP: PageText.IS_NEEDS_HELP,
    Standing.STAYING: PageText.IS_STAYING,
    Standing.ELSEWHERE: PageText.IS_ELSEWHERE,
    Standing.EVACUATED: PageText.IS_EVACUATED,
}


def banner(language: Language, status: Status) -> str:
    """Return the banner that marks an exercise or test; empty for an actual alert."""
    return language.page[_BANNERS[status]] if status in _BANNERS else ""


def headline(language: Language, state: AlertState) -> str:
    """Return the headline that tells a household what to do in this state of the alert."""
    return language.page[_HEADLINES[state]]


def on_the_way(language: Language, coming: Coming) -> str:
    """Return the sentence that says who is on the way to the household, and since when."""
    return language.page[PageText.COMING].format(name=coming.name, time=f"{coming.since:%H:%M}")


def record(language: Language, standing: HouseholdStanding, *, sends_help: bool = True) -> str:
    """Return the sentence about the household's record, with numbers of people but no names.

    `sends_help` is False in an exercise that sends nobody to help.
    """
    people = standing.people
    text = _RECORDS[standing.standing]
    if text is PageText.IS_NEEDS_HELP and not sends_help:
        text = PageText.IS_EXERCISE_HELP
    said = language.page[text].format(
        safe=people.evacuated + people.elsewhere,
        staying=people.staying,
        missing=people.unaccounted,
    )
    return f"{said} {language.page[PageText.VERIFIED]}" if standing.verified else said
