"""What a household's or officer's text message says.

The strictest reading wins: a call for help, then a refusal, then everything that is not sure.
A text is 'evacuated' only if every part of it is understood. What is not understood goes to a
person; it never accounts for anyone.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from alerting.messages.languages import LANGUAGES
from alerting.replies.rules.grammar import (
    CLASSES,
    MOST_PEOPLE,
    clauses,
    count_people,
    expression,
    has,
    normalise,
    read_number,
    without,
)


class Intent(StrEnum):
    """What the sender wants us to know."""

    EVACUATED = "evacuated"
    NEEDS_HELP = "needs_help"
    STAYING = "staying"
    ELSEWHERE = "elsewhere"
    RECEIVED = "received"
    OPTED_OUT = "opted_out"
    UNCLEAR = "unclear"


class ReplyReason(StrEnum):
    """The rule that decided how a reply was read."""

    KEY = "key"
    WORDS = "words"
    CARRIER_WORD = "carrier word"
    UNDER_WAY = "under way, not out yet"
    EMPTY = "nothing was written"
    SEVERAL_CODES = "more than one alert is named"
    KEYS_JOINED = "keys run together"
    QUESTION = "a question"
    NEGATION = "a negation"
    DOUBT = "a doubt, a condition, or a part of the people"
    NEIGHBOUR = "news of another household"
    NOT_UNDERSTOOD = "a part is not understood"
    NOBODY_OPENED = "nobody opened the door"
    ABSURD_COUNT = "no household has so many people, or so few"


@dataclass(frozen=True, slots=True)
class Reply:
    """A message, read.

    `count` is how many people the intent holds for: out, away, or in need of help. For 'staying'
    it is how many of the household did leave. None means that no number was said.
    """

    intent: Intent
    reason: ReplyReason
    count: int | None = None
    alert_code: int | None = None


KEYS: Final = {
    "1": Intent.EVACUATED,
    "2": Intent.NEEDS_HELP,
    "3": Intent.STAYING,
    "4": Intent.ELSEWHERE,
}

_CODE: Final = re.compile(r"#\s*(\d{2})(?!\d)")

_KEY: Final = expression(
    r"^(?:{reply_prefix}[ :]*)?(?!{not_people}|[1-4] ?(?:{unit}|{category}|{number_follower}))"
    r"([1-4])(?![\d%]|\.\d| ?{conjunction})(?: ?- |(?:[ ,、!~]|\.(?!\d)|:(?!\d\d))*(?:了|啊|哈)?)"
)

_JOINED: Final = expression(r"^([1-4])(?:\s*(?:{conjunction}|[,;/&+.:、|-])\s*([1-4]))+[ .!]*$")

_SAID_COUNT: Final = expression(r"({n}) ?(?:{unit})?(?=[ ,;.!]|$)")

_PURE_COUNT: Final = expression(r"({n}) ?(?:{unit})?[ .!]*")

_NUMBERS: Final = expression(r"[\s.]*{n}(?:[\s,;.:、]+{n})+[\s.]*")

_KNOWN: Final = expression(
    r"(?:(?>{out}|{everyone}|{kin_pair}|{kin}|{myself}|{courtesy}|{aside}|{not_people}"
    r"|{n} ?(?:{unit})? ?(?:{category})?|{unit}|{conjunction}|[ '、.&+-])\s*)*+"
)

_TASK: Final = re.compile(r"(\d{3,4}|\d{7}|\d{10}|\d{16}|\d{19})[ ,:、]+(\S.*)")

_WORDS_OF_HAZARD: Final = [word for lang in LANGUAGES.values() for word in lang.hazards]

_HAZARD: Final = re.compile(
    rf"(?:{'|'.join(sorted(_WORDS_OF_HAZARD, key=len, reverse=True))})(?![a-z])"
)

# In this order, each makes a text unclear.
_UNSURE: Final = {
    "question": ReplyReason.QUESTION,
    "negation": ReplyReason.NEGATION,
    "neighbour": ReplyReason.NEIGHBOUR,
    "doubt": ReplyReason.DOUBT,
}


def read_reply(text: str) -> Reply:
    """Return what a message says."""
    return read_normal(normalise(text))


def read_normal(plain: str) -> Reply:
    """Return what a message says; it is in the form of `grammar.normalise`."""
    codes = {int(code) for code in _CODE.findall(plain)}
    reply = _read(_CODE.sub(" ", plain).strip())
    if len(codes) > 1:
        calls = reply.intent is Intent.NEEDS_HELP
        return reply if calls else Reply(Intent.UNCLEAR, ReplyReason.SEVERAL_CODES)
    return replace(reply, alert_code=next(iter(codes), None))


def read_task_report(text: str) -> tuple[str, Reply] | None:
    """Return what a text reports of a household that it names: see `read_normal_report`."""
    return read_normal_report(normalise(text))


def read_normal_report(plain: str) -> tuple[str, Reply] | None:
    """Return the end of a household's code and what an officer says of it, as in '034 1 5'.

    The end is three or four digits, or as many as tell households of one number apart: see
    `routing.shortest_ends`. 'Not at home' in words says that nobody opened, which is no word on
    where they are; the key 4 does say that they are elsewhere. The text is in the form of
    `grammar.normalise`.
    """
    found = _TASK.match(plain)
    if not found:
        return None
    reply = read_reply(found[2])
    if reply.intent is Intent.ELSEWHERE and reply.reason is ReplyReason.WORDS:
        reply = replace(reply, intent=Intent.UNCLEAR, reason=ReplyReason.NOBODY_OPENED, count=None)
    return found[1], reply


def read_raise(text: str) -> str | None:
    """Return the hazard if it is the text's first word, as in '滑坡 后山裂缝变宽', else None.

    The hazard is spelt as in the languages' files; the whole text is its description. A question
    ('滑坡了吗') raises nothing.
    """
    plain = normalise(text)
    found = _HAZARD.match(plain)
    return found[0] if found and not has("question", plain) else None


def _read(text: str) -> Reply:
    if not text:
        return Reply(Intent.UNCLEAR, ReplyReason.EMPTY)
    if CLASSES["opt_out"].fullmatch(text.strip(" .,!-")):
        return Reply(Intent.OPTED_OUT, ReplyReason.CARRIER_WORD)
    if joined := _JOINED.search(text):
        intent = Intent.NEEDS_HELP if "2" in joined[0] else Intent.UNCLEAR
        return Reply(intent, ReplyReason.KEYS_JOINED)
    found = _KEY.search(text)
    key = KEYS[found[1]] if found else None
    said = without("harmless", text[found.end() :] if found else text)
    return _danger(key, said) or _unsure(without("elsewhere", said)) or _claim(key, said)


def _danger(key: Intent | None, said: str) -> Reply | None:
    """Read a call for help or a refusal, whatever else is said."""
    if key is Intent.NEEDS_HELP or has("help", said):
        number = _PURE_COUNT.fullmatch(said) if key is Intent.NEEDS_HELP else None
        count = read_number(number[1]) if number else None
        return Reply(Intent.NEEDS_HELP, ReplyReason.KEY if key else ReplyReason.WORDS, count)
    if key is Intent.STAYING or has("staying", without("elsewhere", said)):
        left = [part for part in clauses(said) if has("out", part) and not has("staying", part)]
        return Reply(
            Intent.STAYING, ReplyReason.KEY if key else ReplyReason.WORDS, count_people(left)
        )
    return None


def _unsure(said: str) -> Reply | None:
    for name, reason in _UNSURE.items():
        if has(name, said):
            return Reply(Intent.UNCLEAR, reason)
    return Reply(Intent.RECEIVED, ReplyReason.UNDER_WAY) if has("under_way", said) else None


def _claim(key: Intent | None, said: str) -> Reply:
    """Read who is out or away, in a text without a word of danger or doubt."""
    parts = _split(key, said)
    meant = {part: _meaning(part) for part in parts}
    if Intent.UNCLEAR in meant.values() or _NUMBERS.fullmatch(said):
        return Reply(Intent.UNCLEAR, ReplyReason.NOT_UNDERSTOOD)
    if _names_last(parts, meant):
        return Reply(Intent.UNCLEAR, ReplyReason.NOT_UNDERSTOOD)
    order = (Intent.EVACUATED, Intent.ELSEWHERE, Intent.RECEIVED)
    intent = key or next((each for each in order if each in meant.values()), None)
    if intent is None:
        return Reply(Intent.UNCLEAR, ReplyReason.NOT_UNDERSTOOD)
    other = {Intent.EVACUATED: Intent.ELSEWHERE, Intent.ELSEWHERE: Intent.EVACUATED}.get(intent)
    count = count_people([part for part in parts if meant[part] is not other])
    if intent is Intent.RECEIVED:
        count = None
    if count is not None and not 0 < count <= MOST_PEOPLE:
        return Reply(Intent.UNCLEAR, ReplyReason.ABSURD_COUNT)
    return Reply(intent, ReplyReason.KEY if key else ReplyReason.WORDS, count)


def _split(key: Intent | None, said: str) -> list[str]:
    """Split into parts, of which the headcount after a key is one."""
    number = _SAID_COUNT.match(said) if key else None
    return [number[0], *clauses(said[number.end() :])] if number else clauses(said)


def _names_last(parts: list[str], meant: Mapping[str, Intent | None]) -> bool:
    """Whether somebody is named after the last claim: 'all out, my father'."""
    for part in reversed(parts):
        if meant[part] in {Intent.EVACUATED, Intent.ELSEWHERE}:
            return False
        if has("kin", part) or has("kin_pair", part):
            return True
    return False


def _meaning(part: str) -> Intent | None:
    """Return what one part claims; None if it adds nothing, UNCLEAR if it is not understood."""
    if has("out", part) and _KNOWN.fullmatch(part):
        return Intent.EVACUATED
    if not _KNOWN.fullmatch(without("elsewhere", part)):
        return Intent.UNCLEAR
    if has("elsewhere", part):
        return Intent.ELSEWHERE
    return Intent.RECEIVED if has("courtesy", part) else None
