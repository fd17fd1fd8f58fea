"""Everyday names of places, and their transliteration."""

import pytest

from contacts.naming import everyday_name, has_chinese, in_latin_letters


@pytest.mark.parametrize(
    ("official", "spoken"),
    [
        ("千佛村民委员会", "千佛村"),
        ("新村村民委员会", "新村"),
        ("南家村委会", "南家村"),
        ("箭口河社区居民委员会", "箭口河社区"),
        ("龙泉居委会", "龙泉"),
        ("千佛村", "千佛村"),
    ],
)
def test_everyday_name_omits_the_committee(official: str, spoken: str) -> None:
    assert everyday_name(official) == spoken


@pytest.mark.parametrize(
    ("chinese", "latin"),
    [
        ("千佛", "Qianfo"),
        ("朝阳", "Chaoyang"),
        ("长坪", "Changping"),
        ("曾口", "Zengkou"),
        ("田咀", "Tianzui"),
        ("重庆", "Chongqing"),
        ("西安", "Xi'an"),
        ("吕家", "Lüjia"),
        ("3号院", "3Haoyuan"),
        ("Gate 2", "Gate 2"),
    ],
)
def test_chinese_is_spelled_in_pinyin(chinese: str, latin: str) -> None:
    assert in_latin_letters(chinese) == latin
    assert not has_chinese(latin)


def test_chinese_is_found_among_other_letters() -> None:
    assert has_chinese("Gate 千")
    assert not has_chinese("Gate é")
