"""The meaning of a household's or officer's text message.

The strictest reading wins: first a call for help, then a refusal, then anything unsure. A text is
'evacuated' only if every part of it is understood. A text that is not understood goes to an officer
and never accounts for anyone.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from alerting.messages.languages import LANGUAGES
from alerting.replies.rules.grammar import (
    CLASSES,
    MOST_CHARACTERS,
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
    """The meaning of a reply."""

    EVACUATED = "evacuated"
    NEEDS_HELP = "needs_help"
    STAYING = "staying"
    ELSEWHERE = "elsewhere"
    RECEIVED = "received"
    OPTED_OUT = "opted_out"
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
    INCOMPLETE = "a part of a long text is missing"
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


SAFE: Final = frozenset({Intent.EVACUATED, Intent.ELSEWHERE})
"""The intents that account for people."""

KEYS: Final = {
    "1": Intent.EVACUATED,
    "2": Intent.NEEDS_HELP,
    "3": Intent.STAYING,
    "4": Intent.ELSEWHERE,
}

_CODE: Final = re.compile(r"#\s*(\d{2})(?!\d)")

_KEY: Final = expression(
    r"^(?:{reply_prefix}[ :]*)?(?!{not_people}|[1-4] ?(?:{unit}|{number_follower})|[1-4]{category})"
    r"([1-4])(?![\d%]| ?/|[a-z]|\.\d| ?{conjunction})"
    r"(?: ?- |(?:[ ,、!~]|\.(?!\d)|:(?!\d\d))*(?:了|啊|哈)?)"
)

_JOINED: Final = expression(r"^([1-4])(?:\s*(?:{conjunction}|[,;/&+.:、|-])\s*([1-4]))+[ .!]*$")

_KEYS_COUNTED: Final = expression(
    r"([1-4])[ :]({n}) ?(?:{unit})?(?:[ ,;、]|and)+([1-4])[ :]({n}) ?(?:{unit})?[ .!]*"
)

_SAID_COUNT: Final = expression(r"({n}) ?(?:{unit})?(?=[ ,;.!]|$)")

_PURE_COUNT: Final = expression(r"({n}) ?(?:{unit})?[ .!]*")

_NUMBERS: Final = expression(r"[\s.]*{n}(?:[\s,;.:、]+{n})+[\s.]*")

_KNOWN: Final = expression(
    r"(?:(?>{out}|{everyone}|{kin_pair}|{kin}|{myself}|{courtesy}|{aside}|{not_people}"
    r"|{n} ?(?:{unit})? ?(?:{category})?|{unit}|{conjunction}|[ '、.&+-])\s*)*+"
)

_TASK: Final = re.compile(r"(\d{3,4}|\d{7}|\d{10}|\d{16}|\d{19})[ ,:、]+(\S.*)")

_CORRECTION_WORDS: Final = expression(r"{correction}")

_REST_OF_CORRECTION: Final = re.compile(r"[^\s1-4.,;:!'~-]|[1-4](?=[1-4])|(?:[1-4][^1-4]*){4}")

_NOT_THEN: Final = re.compile(r"(?:不是|not|别算|instead of) ?[1-4][^1-4]{0,12}([1-4])")

_THEN_NOT: Final = re.compile(r"([1-4])[^1-4]{0,6}(?:不是|not|instead of) ?[1-4]")

_LAST_KEY: Final = re.compile(r"(?<!不是)(?<!不是 )(?<!not )(?<!别算)([1-4])")

_DENIES: Final = re.compile(r"不是|\bnot\b|\bno\b")

_CORRECTS: Final = re.compile(
    r"不是|错|更正|更改|修正|纠正|改|作废|别算|不算|手[滑抖误]|应该|要回"
    r"|\b(?:not|sorry|meant?|wrong|instead|ignore|changed?|correct\w*|actually|oops|typo|should|earlier)\b"
)

_NUMBER: Final = expression(r"{n}")

_BARE: Final = 3
"""A part of at most this length negates the part before it: '不是', 'not'."""

_PEOPLE: Final = expression(
    r"{kin}|{kin_pair}|{n}|{everyone}|{out}|人|谁|他|她|one|some|they|he|she"
)

_SUBJECT: Final = expression(r"{everyone}|{myself}|{kin}|{kin_pair}|{n}|(?<!别)人(?!家)|都|全|齐")

_NAMED: Final = expression(r"{kin}|{kin_pair}")

_TURN: Final = re.compile(
    r"现在|后来|最后|终于|结果|想通了|总算|还是|如今|这会儿?|好在|幸好"
    r"|\b(?:now|finally|in the end|eventually|changed (?:his|her|my|our|their) minds?)\b"
)

_GIBBERISH: Final = re.compile(
    r"(?<![a-z])(?!(?:km|pm|mr|mrs|dr|tv|sms|pls|plz|ppl|tks|thx|st|nd|rd|th|cm|ft|kg|hr|hrs|mins?"
    r"|ps|vs|wc|gp|hq|fwd|msg|txt|tmr|sth|sb|wth|brb|lmk|np|ok)(?![a-z]))"
    r"(?:[bcdfghjklmnpqrstvwxz]{2,}|[bcfghjlnqvwz])(?![a-z])"
)

_WORDS_OF_HAZARD: Final = [word for lang in LANGUAGES.values() for word in lang.hazards]

_HAZARD: Final = re.compile(
    rf"(?:{'|'.join(sorted(_WORDS_OF_HAZARD, key=len, reverse=True))})(?![a-z])"
)

# Each makes a text unclear; checked in this order.
_UNSURE: Final = {
    "question": ReplyReason.QUESTION,
    "negation": ReplyReason.NEGATION,
    "neighbour": ReplyReason.NEIGHBOUR,
    "doubt": ReplyReason.DOUBT,
}


def read_reply(text: str) -> Reply:
    """Return the reading of a message."""
    return read_normal(normalise(text))


def read_normal(plain: str) -> Reply:
    """Return the reading of a message in the normal form of `grammar.normalise`."""
    codes = {int(code) for code in _CODE.findall(plain)}
    reply = _read(_CODE.sub(" ", plain).strip())
    if len(codes) > 1:
        calls = reply.intent is Intent.NEEDS_HELP
        return reply if calls else Reply(Intent.UNCLEAR, ReplyReason.SEVERAL_CODES)
    return replace(reply, alert_code=next(iter(codes), None))


def read_task_report(text: str) -> tuple[str, Reply] | None:
    """Return a text's report on a household that it names: see `read_normal_report`."""
    return read_normal_report(normalise(text))


def read_normal_report(plain: str) -> tuple[str, Reply] | None:
    """Return the end of a household's code and the officer's report on it, as in '034 1 5'.

    The end is three or four digits, or as many as tell apart households with the same number: see
    `routing.shortest_ends`. 'Not at home' in words means that nobody opened, which says nothing
    about where they are; key 4 does say that they are elsewhere. The text must be in the normal
    form of `grammar.normalise`.
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
    ('滑坡了吗') raises no alert.
    """
    plain = normalise(text)
    found = _HAZARD.match(plain)
    return found[0] if found and not has("question", plain) else None


def _read(text: str) -> Reply:
    return _whole(text) or _composed(text)


def _whole(text: str) -> Reply | None:
    """Read a text that is no sentence: empty, too long, opt-out, correction, or several keys."""
    reply = None
    if not text:
        reply = Reply(Intent.UNCLEAR, ReplyReason.EMPTY)
    elif len(text) > MOST_CHARACTERS:
        reply = _long(text)
    elif CLASSES["opt_out"]().fullmatch(text.strip(" .,!-")):
        reply = Reply(Intent.OPTED_OUT, ReplyReason.CARRIER_WORD)
    elif corrected := _corrected(text):
        reply = Reply(corrected, ReplyReason.KEY)
    elif joined := _JOINED().search(text):
        reply = Reply(_worst(joined[0]), ReplyReason.KEYS_JOINED)
    elif counted := _KEYS_COUNTED().fullmatch(text):
        reply = _several_keys(counted)
    return reply


def _composed(text: str) -> Reply:
    """Read a text by the meaning of its parts and the people they are about."""
    found = _KEY().search(text)
    key = KEYS[found[1]] if found else None
    said = without("harmless", text[found.end() :] if found else text)
    turned = _after_turn(said)
    reply = _called(key, said) or _refused(key, turned) or _unsure(turned)
    if reply is None and key is None and not said.strip(" .,!") and has("courtesy", text):
        return Reply(Intent.RECEIVED, ReplyReason.WORDS)
    return reply or _claim(key, turned)


def _after_turn(said: str) -> str:
    """Return the final part of a text that tells a change: 'first ..., now ...'."""
    for found in reversed(list(_TURN.finditer(said))):
        rest = said[found.end() :]
        if has("out", rest) and (has("everyone", rest) or _NUMBER().search(rest)):
            return rest
    return said


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
    if any(has("help", without("harmless", end)) for end in ends):
        return Reply(Intent.NEEDS_HELP, ReplyReason.WORDS)
    return Reply(Intent.UNCLEAR, ReplyReason.TOO_LONG)


def _corrected(text: str) -> Intent | None:
    """Return the key that corrects an earlier one: 'sorry, 2 not 1', '不是1是2'."""
    words = _CORRECTION_WORDS().sub(" ", text)
    if not _CORRECTS.search(text) or _REST_OF_CORRECTION.search(words):
        return None
    if found := _NOT_THEN.search(text) or _THEN_NOT.search(text):
        return KEYS[found[1]]
    keys = {KEYS[key] for key in _LAST_KEY.findall(text)}
    if Intent.NEEDS_HELP in keys:
        return Intent.NEEDS_HELP
    is_told = len(keys) == 1 and text[0] not in KEYS and not _DENIES.search(text)
    if not is_told or (keys <= SAFE and has("doubt", text)):
        # 'It should be 1' may correct a slip or guess; a guess accounts for nobody.
        return None
    return keys.pop()


def _called(key: Intent | None, said: str) -> Reply | None:
    """Read a call for help, regardless of the rest of the text."""
    if key is Intent.NEEDS_HELP or (has("help", said) and not _is_machine(said)):
        number = _PURE_COUNT().fullmatch(said) if key is Intent.NEEDS_HELP else None
        count = read_number(number[1]) if number else None
        return Reply(Intent.NEEDS_HELP, ReplyReason.KEY if key else ReplyReason.WORDS, count)
    return None


def _refused(key: Intent | None, said: str) -> Reply | None:
    if key is Intent.STAYING or has("staying", without("elsewhere", said)):
        left = [part for part in clauses(said) if has("out", part) and not has("staying", part)]
        return Reply(
            Intent.STAYING, ReplyReason.KEY if key else ReplyReason.WORDS, count_people(left)
        )
    return None


def _is_machine(said: str) -> bool:
    return has("automatic", said) and not has("help", without("automatic", said))


def _unsure(said: str) -> Reply | None:
    if has("automatic", said):
        return Reply(Intent.UNCLEAR, ReplyReason.AUTOMATIC)
    if has("withdrawn", said) and not has("out", said):
        return Reply(Intent.UNCLEAR, ReplyReason.WITHDRAWN)
    if has("stop_texts", said) and not has("out", said):
        return Reply(Intent.OPTED_OUT, ReplyReason.WORDS)
    without_places = without("elsewhere", said)
    for name, reason in _UNSURE.items():
        if has(name, without_places):
            if name in {"negation", "doubt"} and has("under_way", said):
                break
            if name == "negation" and _is_aside(without_places):
                continue
            return Reply(Intent.UNCLEAR, reason)
    return Reply(Intent.RECEIVED, ReplyReason.UNDER_WAY) if has("under_way", said) else None


def _is_aside(said: str) -> bool:
    """True if only parts without people are negated, beside a claim for the whole household."""
    parts = clauses(said)
    denied = [part for part in parts if has("negation", part)]
    claimed = [
        part
        for part in parts
        if part not in denied
        and has("out", part)
        and (has("everyone", part) or _NUMBER().search(part))
    ]
    bare = any(len(part) <= _BARE for part in denied)
    return bool(claimed) and not bare and not any(_PEOPLE().search(part) for part in denied)


def _claim(key: Intent | None, said: str) -> Reply:
    """Read who is out or away, in a text without words of danger or doubt."""
    parts = _split(key, said)
    meant = {part: _meaning(part) for part in parts}
    if _NUMBERS().fullmatch(said) or _GIBBERISH.search(said) or _leaves_open(key, parts, meant):
        return Reply(Intent.UNCLEAR, ReplyReason.NOT_UNDERSTOOD)
    order = (Intent.EVACUATED, Intent.ELSEWHERE, Intent.RECEIVED)
    intent = key or next((each for each in order if each in meant.values()), None)
    if intent is None or (intent is Intent.RECEIVED and Intent.UNCLEAR in meant.values()):
        return Reply(Intent.UNCLEAR, ReplyReason.NOT_UNDERSTOOD)
    return _counted(key, intent, parts, meant)


def _counted(
    key: Intent | None, intent: Intent, parts: list[str], meant: Mapping[str, Intent | None]
) -> Reply:
    other = {Intent.EVACUATED: Intent.ELSEWHERE, Intent.ELSEWHERE: Intent.EVACUATED}.get(intent)
    counted = [part for part in parts if meant[part] is not other]
    count = count_people(counted, away=intent is Intent.ELSEWHERE)
    if intent is Intent.RECEIVED:
        count = None
    if count is not None and not 0 < count <= MOST_PEOPLE:
        return Reply(Intent.UNCLEAR, ReplyReason.ABSURD_COUNT)
    return Reply(intent, ReplyReason.KEY if key else ReplyReason.WORDS, count)


def _split(key: Intent | None, said: str) -> list[str]:
    """Split into parts; the headcount after a key is a part."""
    number = _SAID_COUNT().match(said) if key else None
    return [number[0], *clauses(said[number.end() :])] if number else clauses(said)


def _leaves_open(key: Intent | None, parts: list[str], meant: Mapping[str, Intent | None]) -> bool:
    """True if somebody is named without a statement about them: 'all out, my father'."""
    claims = [part for part in parts if meant[part] in SAFE]
    named = [part for part in parts if part not in claims and _NAMED().search(part)]
    unknown = [part for part in parts if meant[part] is Intent.UNCLEAR]
    if key in SAFE and not claims:
        people = count_people(named) if named else None
        return bool(unknown) or people == 1
    if any(has("everyone", part) for part in claims):
        named = [part for part in named if part not in unknown]
    last = max((parts.index(part) for part in claims), default=-1)
    return any(part in unknown or parts.index(part) > last for part in named)


def _meaning(part: str) -> Intent | None:
    """Return the claim of one part; None if it adds nothing, UNCLEAR if it is not understood.

    A part with unknown words claims 'out' only if it names who is out.
    """
    known = bool(_KNOWN().fullmatch(part))
    if has("out", part if known else without("elsewhere", part)):
        return Intent.EVACUATED if known or _SUBJECT().search(part) else Intent.UNCLEAR
    if has("elsewhere", part):
        return Intent.ELSEWHERE
    if not known:
        return Intent.UNCLEAR
    return Intent.RECEIVED if has("courtesy", part) else None
