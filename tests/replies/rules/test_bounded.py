"""Reading a text takes bounded time, because repetitions and long texts are cut."""

import random
import re
import time
from collections.abc import Iterator

import pytest

from alerting.messages.languages import LANGUAGES, ReplyWords
from alerting.replies.rules.features import features
from alerting.replies.rules.grammar import MOST_CHARACTERS, normalise
from alerting.replies.rules.intents import SAFE, Intent, ReplyReason
from alerting.replies.rules.reply import read_normal, read_reply

# An unbounded, non-possessive repetition of a group can backtrack in exponentially many ways.
UNBOUNDED = re.compile(r"\)[*+](?!\+)")


def test_no_pattern_repeats_a_group_without_limit() -> None:
    found = [
        (code, name, entry)
        for code, language in LANGUAGES.items()
        for name in set(ReplyWords.model_fields) - {"fold", "romanised"}
        for entry in getattr(language.reply, name)
        if UNBOUNDED.search(entry)
    ]
    assert found == []


@pytest.mark.parametrize("unit", ["一二三", "都已经", "kids ", "我妈在"])
def test_repetitions_are_shortened(unit: str) -> None:
    assert len(normalise(unit * 400)) <= 3 * len(unit) + 2


def test_long_text_is_unclear() -> None:
    text = (
        "我们都出来了 "
        + "今天天气真的不错 隔壁老王说要来喝茶 " * 1
        + "".join(chr(0x4E00 + n) for n in range(200))
    )
    reply = read_reply(text)
    assert len(normalise(text)) > MOST_CHARACTERS
    assert (reply.intent, reply.reason) == (Intent.UNCLEAR, ReplyReason.TOO_LONG)
    assert reply.intent not in SAFE


def test_a_call_for_help_at_the_end_of_a_long_text_is_heard() -> None:
    text = "".join(chr(0x4E00 + n) for n in range(300)) + " 快来救命"
    assert read_reply(text).intent is Intent.NEEDS_HELP


def fuzzed(length: int) -> Iterator[str]:
    """Yield texts of `length` characters, made of random words that the rules know."""
    chance = random.Random(7)
    words = [
        "我们",
        "都出来了",
        "在学校",
        "水",
        "没",
        "妈妈",
        "help ",
        "we are ",
        "out ",
        "3个",
        "张长贵家",
        "the zhang family ",
        ",",
        "路",
    ]
    while True:
        yield "".join(chance.choices(words, k=length))[:length]


def cost(texts: Iterator[str]) -> float:
    """Return the processor time in seconds of reading one text: the least of five texts."""
    taken = []
    for _ in range(5):
        text = next(texts)
        started = time.process_time()
        plain = normalise(text)
        read_normal(plain)
        features(plain)
        taken.append(time.process_time() - started)
    return min(taken)


def test_reading_time_grows_at_most_linearly() -> None:
    read_reply(next(fuzzed(160)))
    assert cost(fuzzed(1_600)) <= 10 * cost(fuzzed(160))
