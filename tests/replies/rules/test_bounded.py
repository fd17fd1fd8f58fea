"""Reading takes bounded time: patterns repeat no choice without a bound, and long texts are cut."""

import re

import pytest

from alerting.messages.languages import LANGUAGES, ReplyWords
from alerting.replies.rules.grammar import MOST_CHARACTERS, normalise
from alerting.replies.rules.intents import SAFE, Intent, ReplyReason
from alerting.replies.rules.reply import read_reply

# A group repeated without a bound and not possessively can be split in exponentially many ways.
UNBOUNDED = re.compile(r"\)[*+](?!\+)")


@pytest.mark.parametrize("language", sorted(LANGUAGES))
@pytest.mark.parametrize("name", sorted(set(ReplyWords.model_fields) - {"fold"}))
def test_no_choice_is_repeated_without_a_bound(language: str, name: str) -> None:
    entries = getattr(LANGUAGES[language].reply, name)
    assert [entry for entry in entries if UNBOUNDED.search(entry)] == []


@pytest.mark.parametrize("unit", ["一二三", "都已经", "kids ", "我妈在"])
def test_what_repeats_is_shortened(unit: str) -> None:
    assert len(normalise(unit * 400)) <= 3 * len(unit) + 2


def test_a_long_text_is_for_a_person() -> None:
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
