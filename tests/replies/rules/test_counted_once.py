"""Each person in a text is counted at most once."""

import pytest

from alerting.replies.rules.intents import Intent
from alerting.replies.rules.reply import read_reply


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("我和爷爷奶奶都到学校了，爷爷喊我回的", 3),
        ("爸妈和我都到学校了，妈在做饭", 3),
        ("爸爸我出来了", 1),
        ("妈，我到学校了", 1),
        ("我和爸爸出来了", 2),
        ("爸爸，我，妹妹都出来了", 3),
        ("我两个在女儿家，绵阳，住了半个月了", 2),
        ("三个人到学校了，女儿在成都", 4),
        ("evacuated 5/6", 5),
        ("五个人都到学校了，包括两个娃", 5),
        ("1（五口，含奶娃）", 5),
        ("1 5 including the baby", 5),
    ],
)
def test_each_person_counts_once(text: str, people: int) -> None:
    reply = read_reply(text)
    assert (reply.intent, reply.count) == (Intent.EVACUATED, people)


@pytest.mark.parametrize(
    "text",
    [
        "Grid 003: 14 households, 51 persons at the assembly point",
        "12 families are at the school",
        "14 familias estan en la escuela",
    ],
)
def test_report_on_several_households_is_unclear(text: str) -> None:
    assert read_reply(text).intent is Intent.UNCLEAR
