"""The possible readings of a reply: its meaning, and the rule that decided."""

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
    """What the rules read in a text.

    `count` is the number of people who are out, away or in need of help. For 'staying' it is the
    number of people who did leave. It is None if the text gives no number. `alert_code` is the
    code after '#', or None.
    """

    intent: Intent
    reason: ReplyReason
    count: int | None = None
    alert_code: int | None = None
    suspected: bool = False
    """True if the text may be a call for help that the rules did not recognise."""


OPTING: Final = frozenset({Intent.OPTED_OUT, Intent.OPTED_IN})
"""The intents that stop or resume texts. They say nothing about people."""


def for_household(reply: Reply, headcount: int) -> Reply:
    """Return the reply, made unclear if it is about one person of a larger household."""
    if reply.reason is not ReplyReason.ONE_PERSON or headcount == 1:
        return reply
    return replace(reply, intent=Intent.UNCLEAR, count=None)


SAFE: Final = frozenset({Intent.EVACUATED, Intent.ELSEWHERE})
"""The intents that count people as safe."""

KEYS: Final = {
    "1": Intent.EVACUATED,
    "2": Intent.NEEDS_HELP,
    "3": Intent.STAYING,
    "4": Intent.ELSEWHERE,
}
