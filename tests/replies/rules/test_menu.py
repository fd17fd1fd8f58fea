"""Copied entries of the menu of keys are read as their key, in every language."""

import re

import pytest

from alerting.messages.languages import LANGUAGES
from alerting.policy.policy import default_policy
from alerting.replies.rules.grammar import normalise
from alerting.replies.rules.intents import KEYS, Intent
from alerting.replies.rules.reply import read_normal, read_reply
from alerting.replies.rules.second_reader import second_reading

OFFERS = [
    (key, words.strip())
    for language in LANGUAGES.values()
    for key, words in (
        *re.findall(r"([1-4])\s*([^0-9]+)", language.texts["keys"]),
        *((key, language.page[f"key_{key}"]) for key in KEYS),
    )
]
WRITTEN = ["{key} {words}", "{key}{words}", "{key}. {words}!", "{words}", " {words}。"]


@pytest.mark.parametrize(("key", "words"), OFFERS)
def test_menu_entry_is_read_as_its_key(key: str, words: str) -> None:
    for form in WRITTEN:
        plain = normalise(form.format(key=key, words=words))
        read = second_reading(plain, read_normal(plain), default_policy().second_reader)
        assert read.intent is KEYS[key], plain
        assert read.count is None or (key, read.count) == ("4", 4)


def test_4_before_away_counts_people() -> None:
    read = read_reply("4 away")
    assert (read.intent, read.count) == (Intent.ELSEWHERE, 4)


@pytest.mark.parametrize(
    "text", ["1 all out but grandma", "不是全家已撤", "4不在村,1在家", "all out?"]
)
def test_text_longer_than_a_menu_entry_is_read_as_a_sentence(text: str) -> None:
    read = read_reply(text)
    assert read.intent is not Intent.EVACUATED or read.count is not None
    assert read.intent is not Intent.ELSEWHERE
