"""Names of places in Hanyu Pinyin."""

import pytest

from contacts.latin import in_latin_letters
from contacts.naming import has_chinese


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
