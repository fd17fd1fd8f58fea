"""The meanings of a reply, and the rules that decided."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final


class Intent(StrEnum):
    """The meaning of a reply."""

    EVACUATED = "evacuated"
    NEEDS_HELP = "needs_help"
    STAYING = "staying"
    ELSEWHERE = "elsewhere"
    RECEIVED = "received"
    OPTED_OUT = "opted_out"
    OPTED_IN = "opted_in"
    UNCLEAR = "unclear"


class ReplyReason(StrEnum):
    """The rule that decided the reading of a reply."""

    KEY = "key"
    WORDS = "words"
    CARRIER_WORD = "carrier word"
    UNDER_WAY = "under way, not out yet"
    EMPTY = "nothing was written"
    PICTURE = "a picture without words"
    SEVERAL_CODES = "more than one alert is named"
    KEYS_JOINED = "keys run together"
    QUESTION = "a question"
    NEGATION = "a negation"
    DOUBT = "a doubt, a condition, or a part of the people"
    NEIGHBOUR = "news of another household"
    NOT_UNDERSTOOD = "a part is not understood"
    NOBODY_OPENED = "nobody opened the door"
    AUTOMATIC = "a phone's automatic reply"
    TOO_LONG = "too long to be read by rules"
    WITHDRAWN = "an earlier answer is taken back"
    SECOND_READER = "the second reader doubts that all are safe"
    A_COUNT = "a key, or the number that was asked for"
    ONE_PERSON = "one person speaks of himself or herself"
    TWO_COUNTS = "fewer people are out than the text speaks of"
    INCOMPLETE = "a part of a long text is missing"
    TOO_MANY = "more households than a number may report within an hour"
    ABSURD_COUNT = "no household has so many people, or so few"


@dataclass(frozen=True, slots=True)
class Reply:
    """The reading of a message.

    `count` is the number of people that the intent is about: out, away, or in need of help. For
    'staying' it is the number who did leave. None if no number was said.
    """

    intent: Intent
    reason: ReplyReason
    count: int | None = None
    alert_code: int | None = None
    suspected: bool = False
    """True if it may be a call for help that the rules did not find."""


OPTING: Final = frozenset({Intent.OPTED_OUT, Intent.OPTED_IN})
"""The intents about texts themselves: they say nothing about people, and need no reader."""


def for_household(reply: Reply, headcount: int) -> Reply:
    """Return the reading for a household of this size: 'I am out' of three says nothing of two."""
    if reply.reason is not ReplyReason.ONE_PERSON or headcount == 1:
        return reply
    return replace(reply, intent=Intent.UNCLEAR, count=None)


SAFE: Final = frozenset({Intent.EVACUATED, Intent.ELSEWHERE})
"""The intents that account for people."""

KEYS: Final = {
    "1": Intent.EVACUATED,
    "2": Intent.NEEDS_HELP,
    "3": Intent.STAYING,
    "4": Intent.ELSEWHERE,
}
