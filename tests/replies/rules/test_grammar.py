"""Normalisation of texts, and the boundaries of words."""

import pytest

from alerting.replies.rules.grammar import (
    clauses,
    expression,
    has,
    has_any,
    normalise,
    without,
    word_at,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("１　４", "1 4"),
        ("1️⃣ 4️⃣", "1 4"),
        ("①", "1"),
        ("  SAFE  ", "safe"),
        ("（1）", "1"),
        ("we’re OUT", "we are out"),
        ("can't", "can not"),
        ("won't go", "will not go"),
        ("outttt", "out"),
        ("還沒轉移", "还没转移"),
        ("己转移", "已转移"),
        ("没得人在屋头", "没有人在家里"),
        ("都出來\u200b了", "都出来了"),
        ("a \n  b", "a\nb"),
        ("🆘", "sos"),
        ("", ""),
    ],
)
def test_equivalent_spellings_have_one_normal_form(text: str, expected: str) -> None:
    assert normalise(text) == expected


@pytest.mark.parametrize("text", ["１　４", "we’re OUT", "還沒轉移，老汉儿不走", "a\n b", "1️⃣"])
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@pytest.mark.parametrize(
    ("name", "text", "there"),
    [
        ("negation", "not safe", True),
        ("negation", "nothing", True),
        ("negation", "knot", False),
        ("negation", "notice", False),
        ("courtesy", "ok已转移", True),
        ("out", "all out", True),
        ("out", "outside", False),
        ("out", "we are out of food", False),
        ("help", "helpful", False),
        ("help", "快来help", True),
    ],
)
def test_latin_words_match_whole_and_chinese_words_anywhere(
    name: str, text: str, there: bool
) -> None:
    assert has(name, text) is there


@pytest.mark.parametrize("text", ["没人受伤", "没事", "不用担心", "nobody hurt", "no help needed"])
def test_harmless_phrase_hides_the_words_in_it(text: str) -> None:
    left = without("harmless", text)
    assert not has("negation", left)
    assert not has("help", left)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("都出来了,谢谢", ["都出来了", "谢谢"]),
        ("都出来了 谢谢", ["都出来了", "谢谢"]),
        ("we are out. thanks!", ["we are out", "thanks"]),
        ("at 4.5 km", ["at 4.5 km"]),
        ("a\nb", ["a", "b"]),
        (" ,.! ", []),
        ("'we are out' -", ["we are out"]),
        ("- safe;'ok'.", ["safe", "ok"]),
    ],
)
def test_text_is_split_into_clauses(text: str, expected: list[str]) -> None:
    assert clauses(text) == expected


def test_word_class_may_refer_to_other_classes() -> None:
    help_ = expression("{help}")()
    assert help_.search("the bridge is gone")
    assert help_.search("grandma is alone")
    assert not help_.search("the party is gone")


def test_longer_of_two_words_wins() -> None:
    read = expression("^{everyone}")().match("我们家都走了")
    assert read
    assert read[0] == "我们家"


def test_expression_may_refer_to_classes() -> None:
    assert expression("^{n} ?{unit}$")().search("十二个人")
    assert expression("^{n} ?{unit}$")().search("five people")
    assert not expression("^{n} ?{unit}$")().search("several people")


def test_spellings_are_unified_only_at_the_ends_of_a_long_text() -> None:
    words = " ".join(f"{chr(97 + n % 26)}{chr(97 + n // 26)}z" for n in range(200))
    plain = normalise(f"没得 {words} 没得 {words} 没得")
    assert plain.startswith("没有")
    assert plain.endswith("没有")
    assert plain.count("没得") == 1


def test_has_any_needs_only_one_class() -> None:
    assert has_any(("kin", "animal"), "the dog")
    assert not has_any(("kin", "city"), "the dog")


def test_class_that_is_only_searched_for_cannot_be_removed() -> None:
    with pytest.raises(KeyError):
        without("help", "help us")


def test_word_at_takes_the_first_expression_that_matches() -> None:
    words = expression("{n}?"), expression("{n} ?{unit}"), expression("{unit}")
    found = word_at(words, "all five people", 4)
    assert found
    assert found[0] == "five"
    found = word_at(words, "all people", 4)
    assert found
    assert found[0] == "people"
    assert word_at(words, "all five", 0) is None
