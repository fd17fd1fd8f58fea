"""Texts that are not sentences: keys, corrections, carrier words."""

import pytest

from alerting.replies.rules.intents import Intent, ReplyReason
from alerting.replies.rules.whole_text import read_whole, with_key_first


@pytest.mark.parametrize(
    ("text", "intent", "reason"),
    [
        ("", Intent.UNCLEAR, ReplyReason.EMPTY),
        ("stop", Intent.OPTED_OUT, ReplyReason.CARRIER_WORD),
        ("1和2", Intent.NEEDS_HELP, ReplyReason.KEYS_JOINED),
        ("1和3", Intent.STAYING, ReplyReason.KEYS_JOINED),
        ("1和4", Intent.UNCLEAR, ReplyReason.KEYS_JOINED),
        ("sorry, 2 not 1", Intent.NEEDS_HELP, ReplyReason.KEY),
        ("不是1是2", Intent.NEEDS_HELP, ReplyReason.KEY),
        ("字" * 161, Intent.UNCLEAR, ReplyReason.TOO_LONG),
    ],
)
def test_text_that_is_not_a_sentence_is_read(
    text: str, intent: Intent, reason: ReplyReason
) -> None:
    reply = read_whole(text)
    assert reply is not None
    assert (reply.intent, reply.reason) == (intent, reason)


def test_counts_of_two_keys_are_added() -> None:
    reply = read_whole("1 3 4 1")
    assert reply is not None
    assert (reply.intent, reply.count) == (Intent.EVACUATED, 4)


@pytest.mark.parametrize("text", ["都出来了", "1 4", "we are out"])
def test_read_whole_leaves_sentences_alone(text: str) -> None:
    assert read_whole(text) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("不是2,是1,全家在学校", "1; 全家在学校"),
        ("sorry, 2 not 1, dad is hurt", "2; dad is hurt"),
        ("said 3 earlier, all out now", "said 3 earlier, all out now"),
        ("all out now", "all out now"),
        ("ok的,1,四个", "1; 四个"),
        ("dad is hurt, 1", "dad is hurt, 1"),
    ],
)
def test_correction_before_a_sentence_gives_its_key(text: str, found: str) -> None:
    assert with_key_first(text) == found
