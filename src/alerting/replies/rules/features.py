"""The features of the second reader: a text's characters, words, and kinds of words.

They leave out the rules' reading: a second opinion is worth something only if it is formed
independently of the first.
"""

import re
from itertools import pairwise
from math import sqrt
from typing import Final
from zlib import crc32

from alerting.replies.rules.grammar import MOST_CHARACTERS, has, without

BUCKETS: Final = 1 << 16
"""Features are hashed into this many weights per question."""

_LONGEST: Final = 4

_TOKEN: Final = re.compile(r"[a-z']+|\d+|[^\sa-z\d]")

_KINDS: Final = (
    "ill", "structure", "damage", "question", "negation", "doubt", "neighbour", "courtesy",
    "everyone", "myself", "kin", "kin_pair", "animal", "thing", "place", "building", "city",
    "official", "automatic",
)  # fmt: skip


def features(plain: str) -> dict[int, float]:
    """Return the hashed features of a normalised text, each with its weight.

    Characters and words together weigh as much as all kinds of words together.
    """
    seen = plain[:MOST_CHARACTERS]
    found: dict[int, float] = {}
    for group in (_written(seen), _kinds(seen)):
        weight = 1 / sqrt(len(group)) if group else 0.0
        for feature in group:
            bucket = crc32(feature.encode()) % BUCKETS
            found[bucket] = found.get(bucket, 0.0) + weight
    return found


def _written(plain: str) -> list[str]:
    padded = f" {plain} "
    grams = {
        padded[start : start + length]
        for length in range(1, _LONGEST + 1)
        for start in range(len(padded) - length + 1)
    }
    words = _TOKEN.findall(plain)
    pairs = {f"{first} {second}" for first, second in pairwise(words)}
    return sorted(
        [f"c{gram}" for gram in grams]
        + [f"w{word}" for word in set(words)]
        + [f"p{pair}" for pair in pairs]
    )


def _kinds(plain: str) -> list[str]:
    said = without("harmless", plain)
    kinds = [name for name in _KINDS if has(name, said)]
    pairs = [f"k{one}+{other}" for place, one in enumerate(kinds) for other in kinds[place + 1 :]]
    harmless = ["harmless"] if said != plain else []
    return [f"k{name}" for name in kinds] + pairs + harmless
