"""Everyday names of places, and their names in Latin letters."""

import re
from typing import Final

from pypinyin import lazy_pinyin, load_phrases_dict, load_single_dict

_COMMITTEES: Final = (
    ("居民委员会", ""),
    ("居委会", ""),
    ("村村民委员会", "村"),
    ("村民委员会", "村"),
    ("村村委会", "村"),
    ("村委会", "村"),
)
"""Endings of official village names, each with its everyday replacement."""

_HAN: Final = re.compile("[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]+")

# The readings that these characters have in names of places, before their other ones.
load_single_dict({ord("佛"): "fó,fú", ord("咀"): "zuǐ,jǔ", ord("曾"): "zēng,céng"})
load_single_dict({ord("长"): "cháng,zhǎng"})
load_phrases_dict({"朝阳": [["cháo"], ["yáng"]]})


def everyday_name(official: str) -> str:
    """Return a village's name without the committee in its official name."""
    for committee, kept in _COMMITTEES:
        if official.endswith(committee):
            return official.removesuffix(committee) + kept
    return official


def has_chinese(text: str) -> bool:
    """Whether a text holds a Chinese character."""
    return _HAN.search(text) is not None


def chinese_in(text: str) -> list[str]:
    """Return the runs of Chinese characters in a text, in order."""
    return _HAN.findall(text)


def in_latin_letters(text: str) -> str:
    """Return a text with its Chinese in Hanyu Pinyin, each run of it as one capitalised word.

    An apostrophe divides syllables where they could be read otherwise: Xi'an.
    """
    return _HAN.sub(lambda run: _pinyin(run.group()), text)


def _pinyin(chinese: str) -> str:
    first, *others = lazy_pinyin(chinese, v_to_u=True)
    divided = (f"'{each}" if each[0] in "aeo" else each for each in others)
    return first.capitalize() + "".join(divided)
