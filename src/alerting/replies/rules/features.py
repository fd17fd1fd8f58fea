"""The features of the second reader: a text's characters, words, and kinds of words.

They leave out the rules' reading: a second opinion is worth something only if it is formed
independently of the first.
"""

import re
from collections.abc import Collection
from itertools import pairwise
from math import sqrt
from typing import Final
from zlib import crc32

from alerting.replies.rules.grammar import (
    CLASSES,
    MOST_CHARACTERS,
    expression,
    has,
    in_its_languages,
    without,
)

BUCKETS: Final = 1 << 18
"""Features are hashed into this many weights per question."""

_LONGEST: Final = 4

_FURTHEST: Final = 4
"""Greatest distance between two words that form a feature."""

_TOKEN: Final = re.compile(r"[a-z']+|\d+|[^\sa-z\d]")

_KINDS: Final = (
    "ill", "structure", "damage", "question", "negation", "doubt", "neighbour", "courtesy",
    "everyone", "myself", "kin", "kin_pair", "animal", "thing", "place", "building", "city",
    "official", "automatic",
)  # fmt: skip

_MASKED: Final = (
    *(CLASSES[name] for name in ("kin_pair", "kin", "city", "place", "animal")),
    *(CLASSES[name] for name in ("everyone", "myself")),
    expression("{n}"),
    *(CLASSES[name] for name in ("thing", "official", "structure")),
)
"""Words of these classes are replaced by one character each."""

_FIRST_MASK: Final = 0xE000


@in_its_languages
def features(plain: str) -> dict[int, float]:
    """Return the hashed features of a normalised text, each with its weight.

    The features form groups, which weigh the same whatever their size:
    - the text as written;
    - the text with each person, place or number replaced by one character for its class, so that a
      phrase is recognised whichever of them it holds;
    - pairs of words of that text that are apart, at half the weight;
    - the kinds of words.
    """
    seen = plain[:MOST_CHARACTERS]
    masked = _mask(seen)
    groups = (
        (_written(seen, "w"), 1.0),
        (_written(masked, "m"), 1.0),
        (_apart(masked), 0.5),
        (_kinds(seen), 1.0),
    )
    found: dict[int, float] = {}
    for group, weight in groups:
        each = weight / sqrt(len(group)) if group else 0.0
        for feature in sorted(group):
            bucket = crc32(feature.encode()) % BUCKETS
            found[bucket] = found.get(bucket, 0.0) + each
    return found


def _mask(plain: str) -> str:
    for place, words in enumerate(_MASKED):
        plain = words().sub(chr(_FIRST_MASK + place), plain)
    return plain


def _written(plain: str, group: str) -> Collection[str]:
    padded = f" {plain} "
    grams = {
        f"{group}c{padded[start : start + length]}"
        for length in range(1, _LONGEST + 1)
        for start in range(len(padded) - length + 1)
    }
    words = _TOKEN.findall(plain)
    pairs = {f"{group}p{first} {second}" for first, second in pairwise(words)}
    return grams | {f"{group}w{word}" for word in words} | pairs


def _apart(plain: str) -> Collection[str]:
    words = _TOKEN.findall(plain)
    return {
        f"a{first} {second}"
        for place, first in enumerate(words)
        for second in words[place + 2 : place + 1 + _FURTHEST]
    }


def _kinds(plain: str) -> Collection[str]:
    said = without("harmless", plain)
    kinds = [name for name in _KINDS if has(name, said)]
    pairs = [f"k{one}+{other}" for place, one in enumerate(kinds) for other in kinds[place + 1 :]]
    harmless = ["harmless"] if said != plain else []
    return [f"k{name}" for name in kinds] + pairs + harmless
