"""The features that the second reader sees: characters, words, and the kinds of words per clause.

The reading by the rules is not among them, because the second opinion must be independent.
"""

import re
from bisect import bisect_right
from collections.abc import Collection, Sequence
from itertools import combinations, pairwise
from math import sqrt
from typing import Final
from zlib import crc32

from alerting.replies.rules.grammar import (
    CLASSES,
    MOST_CHARACTERS,
    clause_ends,
    clauses,
    expression,
    in_its_languages,
    without,
)

BUCKETS: Final = 326_000
"""The number of hash buckets for features; each question has one weight per bucket."""

_LONGEST: Final = 4

_FURTHEST: Final = 4
"""The greatest distance, in words, between two words that form a pair."""

_TOKEN: Final = re.compile(r"[a-z']+|\d+|[^\sa-z\d]")

_KINDS: Final = (
    "ill", "structure", "damage", "question", "negation", "doubt", "neighbour", "hearsay",
    "courtesy", "everyone", "myself", "kin", "kin_pair", "animal", "thing", "place", "building",
    "city", "official", "automatic",
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
    """Return the weights of a normalised text's features, by bucket.

    The features form groups, whose weights do not depend on their sizes. The groups are:
    - the text as written;
    - the masked text, in which one character stands for any person, place or number, so that a
      phrase is recognised whichever of them it contains;
    - pairs of distant words of the masked text, at half the weight;
    - the kinds of words in the whole text;
    - pairs of kinds in one clause, and the kinds in the first, the last and the other clauses;
    - the last clause of the masked text, which tends to say how things are now, at half the weight.
    """
    seen = plain[:MOST_CHARACTERS]
    masked = _mask(seen)
    said = without("harmless", seen)
    kinds = _kinds(said)
    groups = (
        (_written(seen, "w"), 1.0),
        (_written(masked, "m"), 1.0),
        (_apart(masked), 0.5),
        (_of_text(kinds, is_calmed=said != seen), 1.0),
        (_of_clauses(kinds), 0.7),
        (_written((clauses(masked) or [""])[-1], "l"), 0.5),
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


def _kinds(said: str) -> list[list[str]]:
    """Return, for each clause, the kinds of words in it."""
    ends = clause_ends(said)
    kinds: list[list[str]] = [[] for _ in range(len(ends) + 1)]
    for name in _KINDS:
        found = CLASSES[name]().finditer(said)
        for place in sorted({bisect_right(ends, each.start()) for each in found}):
            kinds[place].append(name)
    return kinds


def _of_text(kinds: Sequence[Sequence[str]], *, is_calmed: bool) -> Collection[str]:
    """Return a feature for each kind of word in the text, and for each pair of them."""
    there = [name for name in _KINDS if any(name in each for each in kinds)]
    return {
        *(f"k{name}" for name in there),
        *(f"k{one}+{other}" for one, other in combinations(there, 2)),
        *(["harmless"] if is_calmed else []),
    }


def _of_clauses(kinds: Sequence[Sequence[str]]) -> Collection[str]:
    """Return a feature for each pair of kinds in a clause, and for each kind by clause position."""
    last = len(kinds) - 1
    places = ["last" if at == last else "first" if at == 0 else "amid" for at in range(last + 1)]
    return {
        *(f"c{one}+{other}" for each in kinds for one, other in combinations(each, 2)),
        *(f"{place}{name}" for place, each in zip(places, kinds, strict=True) for name in each),
    }
