"""The meaning of a household's or officer's text message.

The strictest reading wins: first a call for help, then a refusal, then anything unsure. A text is
'evacuated' only if every part of it is understood. A text that is not understood goes to an officer
and never accounts for anyone.
"""

import re
from dataclasses import replace
from functools import cache
from typing import Final

from alerting.messages.info import WORDS
from alerting.replies.rules.assertions import claim
from alerting.replies.rules.doubts import (
    after_but_now,
    called,
    danger_is_past,
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
from alerting.replies.rules.keys import read_whole, with_key_first
from alerting.replies.rules.menu import offered

_CODE: Final = re.compile(r"#\s*(\d{2})(?!\d)")

_KEY: Final = expression(
    r"^(?:{reply_prefix}[ :]*)?([1-4])(?![\d%]| ?/|[a-z]|\.\d| ?{conjunction})"
    r"(?: ?- |(?:[ ,、!~]|\.(?!\d)|:(?!\d\d))*{particle}?)"
)

_COUNTED: Final = (CLASSES["unit"], CLASSES["number_follower"])

_TASK: Final = re.compile(r"(\d{3,4}|\d{7}|\d{10}|\d{16}|\d{19})[ ,:、]+(\S.*)")


@cache
def _hazard_words() -> dict[str, str]:
    """Return the phrase library's words, as they are spelt there, by their normal form."""
    return {normalise(word): word for word in WORDS}


@cache
def _hazard() -> re.Pattern[str]:
    words = sorted(map(re.escape, _hazard_words()), key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join(words)})(?![a-z])")


def read_reply(text: str) -> Reply:
    """Return the reading of a message."""
    return read_normal(normalise(text))


@in_its_languages
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

    The end is three or four digits, or as many as distinguish households with the same number: see
    `routing.shortest_ends`. 'Not at home' in words means that nobody opened, which says nothing
    about where they are; key 4 does say that they are elsewhere. The text must be in the normal
    form of `grammar.normalise`.
    """
    found = _TASK.match(plain)
    if not found:
        return None
    reply = read_reply(without_name(found[2]))
    if reply.intent is Intent.ELSEWHERE and reply.reason is not ReplyReason.KEY:
        reply = replace(reply, intent=Intent.UNCLEAR, reason=ReplyReason.NOBODY_OPENED, count=None)
    return found[1], reply


def read_raise(text: str) -> str | None:
    """Return the hazard if it is the text's first word, as in '滑坡 后山裂缝变宽', else None.

    The hazard is spelt as in the phrase library; the whole text is its description. A question
    ('滑坡了吗') raises no alert.
    """
    plain = normalise(text)
    found = _hazard().match(plain)
    return _hazard_words()[found[0]] if found and not has("question", plain) else None


def _read(text: str) -> Reply:
    said = offered(text)
    if said is None:
        return read_whole(text) or _composed(with_key_first(text))
    if said.intent is not Intent.ELSEWHERE:
        return said
    # '4 away' may be the offer or four people; a number that may count people counts them.
    composed = _composed(text)
    return said if composed.count is None else composed


def _composed(text: str) -> Reply:
    """Read a text by the meaning of its parts and the people they are about."""
    found = _key(text)
    key = KEYS[found[1]] if found else None
    own = text[found.end() :] if found else text
    # A bare '1' or '4' leaves `said` empty, and every check below passes it on to `claim`.
    said = without("harmless", own)
    if reply := None if danger_is_past(said) else called(key, said):
        return reply
    mine = own if key else without_other_families(own)
    return Reply(Intent.UNCLEAR, ReplyReason.NEIGHBOUR) if mine is None else _told(key, mine, text)


def _key(text: str) -> re.Match[str] | None:
    """Return the key at the start of a text, unless its digit counts people or anything else."""
    found = _KEY().search(text)
    if found is None or CLASSES["not_people"]().match(text, found.start(1)):
        return None
    after = found.end(1)
    counted = CLASSES["category"]().match(text, after) or word_at(_COUNTED, text, after)
    if counted or (text.startswith(" ", after) and word_at(_COUNTED, text, after + 1)):
        return None
    return found


def _told(key: Intent | None, own: str, text: str) -> Reply:
    """Read what a text without a call for help says of its writer's household."""
    said = without("harmless", own)
    if reply := refused(key, after_but_now(said)):
        return reply
    whole = without_animals(own)
    turned = after_but_now(without("harmless", whole))
    reply = unsure(turned)
    if reply is None and key is None and not said.strip(" .,!") and has("courtesy", text):
        return Reply(Intent.RECEIVED, ReplyReason.WORDS)
    return reply or claim(key, turned, after_but_now(whole))
