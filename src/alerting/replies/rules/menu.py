"""The keys as texts and pages offer them: people copy '1 all out', or its words alone."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from alerting.messages.languages import LANGUAGES
from alerting.replies.rules.grammar import normalise
from alerting.replies.rules.intents import KEYS, Intent, Reply, ReplyReason

_OFFERED: Final = re.compile(r"([1-4])\s*([^0-9]+)")

_SIGNS: Final = re.compile(r"[\s.,!;:~-]+")
"""A question mark is none of them: 'all out?' asks."""


@cache
def _menu() -> Mapping[str, Intent]:
    """Return the meaning of each offer, with and without its key, in normal form without signs."""
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


def offered(text: str) -> Reply | None:
    """Read a normalised text that is one offer as a whole; None if it is none."""
    intent = _menu().get(_bare(text))
    return Reply(intent, ReplyReason.KEY) if intent else None
