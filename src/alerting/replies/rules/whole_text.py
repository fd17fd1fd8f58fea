"""Rules for texts that are not sentences: keys, corrections, carrier words, very long texts."""

import re
from typing import Final

from alerting.replies.rules.grammar import (
    CLASSES,
    MOST_CHARACTERS,
    clauses,
    expression,
    has,
    without,
)
from alerting.replies.rules.headcount import MOST_PEOPLE, read_number
from alerting.replies.rules.intents import KEYS, SAFE, Intent, Reply, ReplyReason

_JOINED: Final = expression(r"^([1-4])(?:\s*(?:{conjunction}|[,;/&+.:、|-])\s*([1-4]))+[ .!]*$")

_KEYS_COUNTED: Final = expression(
    r"([1-4])[ :]({n}) ?(?:{unit})?(?:[ ,;、]|{conjunction})+([1-4])[ :]({n}) ?(?:{unit})?[ .!]*"
)

_CORRECTION_WORDS: Final = expression(r"{correction}")

_REST_OF_CORRECTION: Final = re.compile(r"[^\s1-4.,;:!'~-]|[1-4](?=[1-4])|(?:[1-4][^1-4]*){4}")

_NOT_THEN: Final = expression(r"{not_key} ?[1-4][^1-4]{0,12}([1-4])")

_THEN_NOT: Final = expression(r"([1-4])[^1-4]{0,6}{not_key} ?[1-4]")

_KEY_AND_COUNT: Final = re.compile(r"[1-4] [1-4]$")

_DENIED_KEY: Final = expression(r"{not_key} ?[1-4]")

_KEY_OF: Final = {intent: key for key, intent in KEYS.items()}

_LAST_KEY: Final = re.compile(r"[1-4]")


def read_whole(text: str) -> Reply | None:
    """Return the reading of a text that is not a sentence, or None if it is to be parsed as one.

    Such texts are empty, too long, a carrier's word, a correction, or several keys.
    """
    reply = None
    if not text:
        reply = Reply(Intent.UNCLEAR, ReplyReason.EMPTY)
    elif len(text) > MOST_CHARACTERS:
        reply = _long(text)
    elif CLASSES["opt_out"]().fullmatch(text.strip(" .,!-")):
        reply = Reply(Intent.OPTED_OUT, ReplyReason.CARRIER_WORD)
    elif CLASSES["opt_in"]().fullmatch(text.strip(" .,!-")):
        reply = Reply(Intent.OPTED_IN, ReplyReason.CARRIER_WORD)
    elif right := corrected(text):
        reply = Reply(right, ReplyReason.KEY)
    elif joined := _JOINED().search(text):
        reply = Reply(_worst(joined[0]), ReplyReason.KEYS_JOINED)
    elif counted := _KEYS_COUNTED().fullmatch(text):
        reply = _several_keys(counted)
    return reply


def _worst(keys: str) -> Intent:
    if "2" in keys:
        return Intent.NEEDS_HELP
    return Intent.STAYING if "3" in keys else Intent.UNCLEAR


def _several_keys(found: re.Match[str]) -> Reply:
    """Return the reading of two keys with a count each, as in '1 3人 4 1人'; the worse decides."""
    first, number, second, other = found.groups()
    worst = _worst(first + second)
    if worst is not Intent.UNCLEAR:
        return Reply(worst, ReplyReason.KEY)
    people = read_number(number) + read_number(other)
    if first == second or people > MOST_PEOPLE:
        return Reply(Intent.UNCLEAR, ReplyReason.KEYS_JOINED)
    return Reply(Intent.EVACUATED, ReplyReason.KEY, people)


def _long(text: str) -> Reply:
    """Return a call for help if the start or end of a long text holds one, else UNCLEAR."""
    ends = text[:MOST_CHARACTERS], text[-MOST_CHARACTERS:]
    if any(has("help", end) and has("help", without("harmless", end)) for end in ends):
        return Reply(Intent.NEEDS_HELP, ReplyReason.WORDS)
    return Reply(Intent.UNCLEAR, ReplyReason.TOO_LONG)


def with_key_first(text: str) -> str:
    """Return the text with its key moved to the front, or unchanged if that is not needed.

    The key may follow thanks ('OK的,1,四个'), or a correction may contain it
    ('不是2,是1,全家在学校').
    """
    parts = clauses(text)
    if len(parts) > 1 and parts[1] in KEYS and CLASSES["courtesy"]().fullmatch(parts[0]):
        return "; ".join(parts[1:])
    if not has("corrects", text):
        return text
    for end in range(len(parts) - 1, 0, -1):
        told = ", ".join(parts[:end])
        if _DENIED_KEY().search(told) and (key := corrected(told)):
            return "; ".join((_KEY_OF[key], *parts[end:]))
    return text


def corrected(text: str) -> Intent | None:
    """Return the meaning of the key that replaces an earlier one: 'sorry, 2 not 1', '不是1是2'.

    Returns None if the text is no such correction.
    """
    words = _CORRECTION_WORDS().sub(" ", text)
    if not has("corrects", text) or _REST_OF_CORRECTION.search(words):
        return None
    if found := _NOT_THEN().search(text) or _THEN_NOT().search(text):
        right = KEYS[found[1]]
        # 'Not 1 4' may deny that 4 people are out, so it is no correction to key 4.
        return None if right in SAFE and _KEY_AND_COUNT.search(found[0]) else right
    keys = {KEYS[key] for key in _LAST_KEY.findall(_DENIED_KEY().sub(" ", text))}
    if Intent.NEEDS_HELP in keys:
        return Intent.NEEDS_HELP
    is_told = len(keys) == 1 and text[0] not in KEYS and not has("denies", text)
    if not is_told or (keys <= SAFE and has("doubt", text)):
        # 'It should be 1' may be a correction or a guess, and a guess accounts for nobody.
        return None
    return keys.pop()
