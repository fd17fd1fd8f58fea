"""Everyday names of places, and recognition of Chinese characters in texts."""

import pytest

from contacts.naming import chinese_in, everyday_name, has_chinese


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


def test_chinese_is_found_among_other_letters() -> None:
    assert has_chinese("Gate 千")
    assert not has_chinese("Gate é")


def test_runs_of_chinese_are_found_in_order() -> None:
    assert chinese_in("Gate 千佛 and 元顶, 3") == ["千佛", "元顶"]
