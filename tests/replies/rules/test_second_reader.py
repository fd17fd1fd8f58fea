"""The second reader can only make a reading more cautious."""

from dataclasses import replace

import pytest

from alerting.policy.policy import default_policy
from alerting.policy.sections import SecondReader
from alerting.replies.rules.features import BUCKETS, features
from alerting.replies.rules.grammar import normalise
from alerting.replies.rules.intents import SAFE, Intent, Reply, ReplyReason
from alerting.replies.rules.second_reader import QUESTIONS, Model, second_reading

THRESHOLDS = default_policy().second_reader
SURE = SecondReader(danger=1.0, calm=1.0, refusal=1.0, out=1e-9, out_known=1e-9)
WARY = SecondReader(danger=1e-9, calm=1e-9, refusal=1e-9, out=1.0, out_known=1.0)
TEXTS = [
    "mum is out but dad is nowhere",
    "都在学校了",
    "马上走",
    "STOP",
    "1 4",
    "hello",
    "奶奶不走",
]


def reading(intent: Intent, count: int | None = None) -> Reply:
    return Reply(intent, ReplyReason.WORDS, count)


@pytest.mark.parametrize("thresholds", [SURE, WARY, THRESHOLDS])
@pytest.mark.parametrize("intent", sorted(set(Intent) - SAFE))
def test_second_reader_only_adds_suspicion_to_unsafe_readings(
    intent: Intent, thresholds: SecondReader
) -> None:
    read = reading(intent)
    for text in TEXTS:
        found = second_reading(normalise(text), read, thresholds)
        assert replace(found, suspected=False) == read, text


def test_doubted_safe_reading_becomes_unclear() -> None:
    plain = normalise("everybody from our road is out at the hall I was told")
    doubted = second_reading(plain, reading(Intent.EVACUATED, 4), WARY)
    assert doubted == Reply(Intent.UNCLEAR, ReplyReason.SECOND_READER, suspected=True)


@pytest.mark.parametrize(
    "text",
    [
        "1", "1 4", "1、7", "4", "4 2人", "按1", "回复1", "回：1 2", "我按的1", "reply 1",
        "已转移", "安全", "safe", "all out", "we are safe", "sorry, meant 1 not 3", "不是3,是1",
    ],
)  # fmt: skip
def test_keys_and_menu_entries_are_never_doubted(text: str) -> None:
    read = reading(Intent.EVACUATED)
    assert second_reading(normalise(text), read, WARY) == read


def test_call_for_help_is_not_changed() -> None:
    read = reading(Intent.NEEDS_HELP)
    assert second_reading(normalise("trapped in the house"), read, WARY) == read


def test_suspicion_raised_by_the_rules_is_kept() -> None:
    read = replace(reading(Intent.UNCLEAR), suspected=True)
    assert second_reading(normalise("ok"), read, SURE).suspected


def test_danger_that_the_rules_did_not_find_is_suspected() -> None:
    plain = normalise("the dog came back. my husband didn't.")
    assert second_reading(plain, reading(Intent.UNCLEAR), THRESHOLDS).suspected


@pytest.mark.parametrize(
    ("text", "is_kept"), [("we are all at the school", True), ("we are all at the qfxzt", False)]
)
def test_texts_with_unknown_words_are_doubted_sooner(text: str, is_kept: bool) -> None:
    sooner = SURE.model_copy(update={"out": 1.0})
    read = reading(Intent.EVACUATED)
    assert (second_reading(normalise(text), read, sooner) == read) is is_kept


def test_the_same_text_has_the_same_features() -> None:
    assert features("all out") == features("all out")
    assert all(0 <= bucket < BUCKETS for bucket in features("老人走不动"))


def test_a_model_of_other_features_is_refused() -> None:
    head = b'{"biases": [0, 0, 0], "buckets": 8, "scales": [1, 1, 1]}\n'
    with pytest.raises(ValueError, match="trained for other features"):
        Model.parse(head + bytes(8 * len(QUESTIONS)))
