"""Everyday names of villages, and Chinese characters in texts."""

import re
from typing import Final

_COMMITTEES: Final = (
    ("居民委员会", ""),
    ("居委会", ""),
    ("村村民委员会", "村"),
    ("村民委员会", "村"),
    ("村村委会", "村"),
    ("村委会", "村"),
)
"""Endings of official village names, each with the ending that everyday names have instead."""

_ENDINGS: Final = tuple(committee for committee, _ in _COMMITTEES)

HAN: Final = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
"""The ranges of Chinese characters, for a regular expression."""

HAN_RUN: Final = re.compile(f"[{HAN}]+")
"""Matches a run of Chinese characters."""


def everyday_name(official: str) -> str:
    """Return a village's name without the committee in its official name."""
    if not official.endswith(_ENDINGS):
        return official
    for committee, kept in _COMMITTEES:
        if official.endswith(committee):
            return official.removesuffix(committee) + kept
    return official


def has_chinese(text: str) -> bool:
    """Return whether a text contains a Chinese character."""
    return HAN_RUN.search(text) is not None


def chinese_in(text: str) -> list[str]:
    """Return the runs of Chinese characters in a text, in order."""
    return HAN_RUN.findall(text)
