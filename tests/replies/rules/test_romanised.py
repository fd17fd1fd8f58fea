"""Chinese typed in Latin letters is converted to characters."""

import pytest

from alerting.replies.rules.intents import Intent
from alerting.replies.rules.reply import read_reply
from alerting.replies.rules.romanised import in_own_script


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("quan jia dou dao xuexiao le", "全家都到学校了"),
        ("quanjia doudao xue xiao le", "全家都到学校了"),
        ("4 ge ren, dou chulai le", "4 个人, 都出来了"),
        ("women qnzhi dou zai xuexiao", "我们 qnzhi 都在学校"),
    ],
)
def test_words_are_found_with_and_without_spaces(typed: str, written: str) -> None:
    assert in_own_script(typed) == written


@pytest.mark.parametrize(
    "text", ["la 1", "1 a", "heading out", "two dead", "women and men are out", "dale", "都出来了"]
)
def test_texts_of_other_languages_stay_as_they_are(text: str) -> None:
    assert in_own_script(text) == text


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("nai nai zou bu dong", Intent.NEEDS_HELP),
        ("wo bu zou", Intent.STAYING),
        ("ma shang zou", Intent.RECEIVED),
        ("quan jia zai guang dong da gong", Intent.ELSEWHERE),
        ("wu ge ren dou dao an zhi dian le", Intent.EVACUATED),
    ],
)
def test_romanised_texts_are_understood(text: str, intent: Intent) -> None:
    assert read_reply(text).intent is intent
