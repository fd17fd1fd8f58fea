"""Texts that are no sentence: keys, corrections, carrier words, and texts too long to read."""

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

_DENIED_KEY: Final = expression(r"{not_key} ?[1-4]")

_KEY_OF: Final = {intent: key for key, intent in KEYS.items()}

_LAST_KEY: Final = re.compile(r"[1-4]")


def read_whole(text: str) -> Reply | None:
    """Read a text that is no sentence: empty, too long, carrier word, correction, several keys."""
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
    """Read keys with a count each, as in '1 3人 4 1人'; the worst key decides."""
    first, number, second, other = found.groups()
    worst = _worst(first + second)
    if worst is not Intent.UNCLEAR:
        return Reply(worst, ReplyReason.KEY)
    people = read_number(number) + read_number(other)
    if first == second or people > MOST_PEOPLE:
        return Reply(Intent.UNCLEAR, ReplyReason.KEYS_JOINED)
    return Reply(Intent.EVACUATED, ReplyReason.KEY, people)


def _long(text: str) -> Reply:
    """Look for a call for help at the start and end of a long text; an officer reads the rest."""
    ends = text[:MOST_CHARACTERS], text[-MOST_CHARACTERS:]
    if any(has("help", end) and has("help", without("harmless", end)) for end in ends):
        return Reply(Intent.NEEDS_HELP, ReplyReason.WORDS)
    return Reply(Intent.UNCLEAR, ReplyReason.TOO_LONG)


def with_key_first(text: str) -> str:
    """Return a text that begins with its key.

    The key may stand after thanks ('OK的,1,四个'), or in a correction before a sentence
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
    """Return the key that corrects an earlier one: 'sorry, 2 not 1', '不是1是2'."""
    words = _CORRECTION_WORDS().sub(" ", text)
    if not has("corrects", text) or _REST_OF_CORRECTION.search(words):
        return None
    if found := _NOT_THEN().search(text) or _THEN_NOT().search(text):
        return KEYS[found[1]]
    keys = {KEYS[key] for key in _LAST_KEY.findall(_DENIED_KEY().sub(" ", text))}
    if Intent.NEEDS_HELP in keys:
        return Intent.NEEDS_HELP
    is_told = len(keys) == 1 and text[0] not in KEYS and not has("denies", text)
    if not is_told or (keys <= SAFE and has("doubt", text)):
        # 'It should be 1' may correct a slip or guess; a guess accounts for nobody.
        return None
    return keys.pop()
