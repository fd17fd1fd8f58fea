"""The meaning of a text from a household or an officer.

The most cautious reading wins: first a call for help, then a refusal, then any doubt. A text is
'evacuated' only if every part of it is understood. A text that is not understood goes to an officer
and accounts for nobody.
"""

import re
from dataclasses import replace
from functools import cache
from typing import Final

from alerting.messages.info import WORDS
from alerting.replies.rules.assertions import read_claim
from alerting.replies.rules.doubts import (
    after_but_now,
    danger_is_past,
    help_call,
    refused,
    unsure,
    without_animals,
)
from alerting.replies.rules.families import without_name, without_other_families
from alerting.replies.rules.grammar import (
    CLASSES,
    expression,
    has,
    in_its_languages,
    normalise,
    without,
    word_at,
)
from alerting.replies.rules.intents import KEYS, Intent, Reply, ReplyReason
from alerting.replies.rules.menu import menu_entry
from alerting.replies.rules.whole_text import read_whole, with_key_first

_CODE: Final = re.compile(r"#\s*(\d{2})(?!\d)")

_KEY: Final = expression(
    r"^(?:{reply_prefix}[ :]*)?([1-4])(?![\d%]| ?/|[a-z]|\.\d| ?{conjunction})"
    r"(?: ?- |(?:[ ,、!~]|\.(?!\d)|:(?!\d\d))*{particle}?)"
)

_COUNTED: Final = (CLASSES["unit"], CLASSES["number_follower"])

_TASK: Final = re.compile(r"(\d{3,4}|\d{7}|\d{10}|\d{16}|\d{19})[ ,:、]+(\S.*)")


@cache
def _hazard_words() -> dict[str, str]:
    """Return the hazard words of the phrase library, by their normalised form."""
    return {normalise(word): word for word in WORDS}


@cache
def _hazard() -> re.Pattern[str]:
    words = sorted(map(re.escape, _hazard_words()), key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join(words)})(?![a-z])")


def read_reply(text: str) -> Reply:
    """Return the reading of a text."""
    return read_normal(normalise(text))


@in_its_languages
def read_normal(plain: str) -> Reply:
    """Return the reading of a text that was normalised with `grammar.normalise`."""
    codes = {int(code) for code in _CODE.findall(plain)}
    reply = _read(_CODE.sub(" ", plain).strip())
    if len(codes) > 1:
        calls = reply.intent is Intent.NEEDS_HELP
        return reply if calls else Reply(Intent.UNCLEAR, ReplyReason.SEVERAL_CODES)
    return replace(reply, alert_code=next(iter(codes), None))


def read_task_report(text: str) -> tuple[str, Reply] | None:
    """Return what `read_normal_report` returns, for a text that is not normalised."""
    return read_normal_report(normalise(text))


def read_normal_report(plain: str) -> tuple[str, Reply] | None:
    """Return the last digits of a household's code and the report on it, as in '034 1 5'.

    There are three or four digits, or as many as `routing.shortest_ends` needs. Returns None if the
    text does not begin with such digits. The words 'not at home' mean that nobody opened the door,
    and say nothing about where the people are; key 4 says that they are elsewhere. The text must be
    normalised with `grammar.normalise`.
    """
    found = _TASK.match(plain)
    if not found:
        return None
    reply = read_reply(without_name(found[2]))
    if reply.intent is Intent.ELSEWHERE and reply.reason is not ReplyReason.KEY:
        reply = replace(reply, intent=Intent.UNCLEAR, reason=ReplyReason.NOBODY_OPENED, count=None)
    return found[1], reply


def read_raise(text: str) -> str | None:
    """Return the hazard that the first word of a text names, as in '滑坡 后山裂缝变宽', or None.

    It is spelt as in the phrase library. A question ('滑坡了吗') names none.
    """
    plain = normalise(text)
    found = _hazard().match(plain)
    return _hazard_words()[found[0]] if found and not has("question", plain) else None


def _read(text: str) -> Reply:
    """Return the reading of a normalised text without the alert's code.

    A bare key, such as '1', is read by `_composed`, like a sentence.
    """
    said = menu_entry(text)
    if said is None:
        return read_whole(text) or _composed(with_key_first(text))
    if said.intent is not Intent.ELSEWHERE:
        return said
    # '4 away' may be the menu entry or mean four people. If the 4 can be a number, it is one.
    composed = _composed(text)
    return said if composed.count is None else composed


def _composed(text: str) -> Reply:
    """Return the reading of a sentence, from the meaning of its parts and whom they are about."""
    found = _key(text)
    key = KEYS[found[1]] if found else None
    own = text[found.end() :] if found else text
    # For a bare '1' or '4', `said` is empty: all checks pass, and `read_claim` reads the key.
    said = without("harmless", own)
    if reply := None if danger_is_past(said) else help_call(key, said):
        return reply
    mine = own if key else without_other_families(own)
    return Reply(Intent.UNCLEAR, ReplyReason.NEIGHBOUR) if mine is None else _told(key, mine, text)


def _key(text: str) -> re.Match[str] | None:
    """Return the key at the start of a text; None if there is none, or the digit is a count."""
    found = _KEY().search(text)
    if found is None or CLASSES["not_people"]().match(text, found.start(1)):
        return None
    after = found.end(1)
    counted = CLASSES["category"]().match(text, after) or word_at(_COUNTED, text, after)
    if counted or (text.startswith(" ", after) and word_at(_COUNTED, text, after + 1)):
        return None
    return found


def _told(key: Intent | None, own: str, text: str) -> Reply:
    """Return the reading of a text without a call for help.

    `own` is what it says about the writer's household, without the key.
    """
    said = without("harmless", own)
    if reply := refused(key, after_but_now(said)):
        return reply
    whole = without_animals(own)
    turned = after_but_now(without("harmless", whole))
    reply = unsure(turned)
    if reply is None and key is None and not said.strip(" .,!") and has("courtesy", text):
        return Reply(Intent.RECEIVED, ReplyReason.WORDS)
    return reply or read_claim(key, turned, after_but_now(whole))
