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
def test_one_form_for_what_means_the_same(text: str, expected: str) -> None:
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
def test_latin_words_are_whole_and_chinese_ones_need_no_border(
    name: str, text: str, there: bool
) -> None:
    assert has(name, text) is there


@pytest.mark.parametrize("text", ["没人受伤", "没事", "不用担心", "nobody hurt", "no help needed"])
def test_harmless_words_hide_what_they_hold(text: str) -> None:
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
def test_a_text_falls_into_clauses(text: str, expected: list[str]) -> None:
    assert clauses(text) == expected


def test_a_class_may_name_others() -> None:
    help_ = expression("{help}")()
    assert help_.search("the bridge is gone")
    assert help_.search("grandma is alone")
    assert not help_.search("the party is gone")


def test_of_two_words_that_begin_alike_the_longer_is_read() -> None:
    read = expression("^{everyone}")().match("我们家都走了")
    assert read
    assert read[0] == "我们家"


def test_an_expression_may_name_classes() -> None:
    assert expression("^{n} ?{unit}$")().search("十二个人")
    assert expression("^{n} ?{unit}$")().search("five people")
    assert not expression("^{n} ?{unit}$")().search("several people")


def test_only_the_ends_of_a_long_text_are_spelt_anew() -> None:
    words = " ".join(f"{chr(97 + n % 26)}{chr(97 + n // 26)}z" for n in range(200))
    plain = normalise(f"没得 {words} 没得 {words} 没得")
    assert plain.startswith("没有")
    assert plain.endswith("没有")
    assert plain.count("没得") == 1


def test_one_of_several_classes_is_enough() -> None:
    assert has_any(("kin", "animal"), "the dog")
    assert not has_any(("kin", "city"), "the dog")


def test_a_class_whose_presence_alone_counts_cannot_be_taken_out() -> None:
    with pytest.raises(KeyError):
        without("help", "help us")


def test_the_first_class_with_a_word_is_read() -> None:
    words = expression("{n}?"), expression("{n} ?{unit}"), expression("{unit}")
    found = word_at(words, "all five people", 4)
    assert found
    assert found[0] == "five"
    found = word_at(words, "all people", 4)
    assert found
    assert found[0] == "people"
    assert word_at(words, "all five", 0) is None
