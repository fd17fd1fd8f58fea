"""Replies that copy an entry of our menu of keys: '1 all out', or just 'all out'."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from alerting.messages.languages import LANGUAGES
from alerting.replies.rules.grammar import normalise
from alerting.replies.rules.intents import KEYS, Intent, Reply, ReplyReason

_OFFERED: Final = re.compile(r"([1-4])\s*([^0-9]+)")

_SIGNS: Final = re.compile(r"[\s.,!;:~-]+")
"""Signs that are ignored. A question mark is kept, because 'all out?' is a question."""


@cache
def _menu() -> Mapping[str, Intent]:
    """Return the meaning of each menu entry, by its normalised words with and without the key."""
    offers = [
        (key, words)
        for language in LANGUAGES.values()
        for key, words in (
            *_OFFERED.findall(language.texts["keys"]),
            *((key, language.page[f"key_{key}"]) for key in KEYS),
        )
    ]
    return {
        _bare(normalise(written)): KEYS[key]
        for key, words in offers
        for written in (words, f"{key} {words}", f"{key}{words}")
    }


def _bare(text: str) -> str:
    return _SIGNS.sub("", text)


def menu_entry(text: str) -> Reply | None:
    """Return the reading of a normalised text that is exactly one menu entry, or None."""
    intent = _menu().get(_bare(text))
    return Reply(intent, ReplyReason.KEY) if intent else None
