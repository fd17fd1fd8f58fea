"""Alternatives that are joined into a trie match the same texts as before."""

import random
import re
from collections.abc import Callable, Iterable

import pytest

from alerting.replies.rules.alternation import ordered, unordered

PIECES = [
    "a",
    "b",
    "妈",
    "妈妈",
    "a?",
    "(?:a|b)",
    "(?:ab|a)?",
    "[ab]",
    "(?!b)",
    "(?<=a)",
    r"\.",
    "a{2}",
]

SHARED = "{kin}"

KIN = "(?:妈|a|ab)"


def made_up(chance: random.Random, pieces: list[str]) -> list[str]:
    """Return one to six random expressions; each matches at least one character."""
    return [
        "".join([*chance.choices(pieces, k=chance.randint(0, 3)), chance.choice("ab妈")])
        for _ in range(chance.randint(1, 6))
    ]


def compared(
    write: Callable[[Iterable[str]], str], pieces: list[str]
) -> Iterable[tuple[re.Pattern[str], re.Pattern[str], str]]:
    """Yield a plain alternation, the pattern that `write` makes of the same parts, and a text."""
    chance = random.Random(5)
    for _ in range(400):
        expressions = made_up(chance, pieces)
        plain = re.compile("|".join(expressions).replace(SHARED, KIN))
        written = re.compile(write(expressions).replace(SHARED, KIN))
        for _ in range(20):
            yield plain, written, "".join(chance.choices("ab妈.", k=8))


def test_ordered_has_the_same_matches_as_the_plain_alternation() -> None:
    for plain, written, text in compared(ordered, PIECES):
        spans = [found.span() for found in written.finditer(text)]
        assert spans == [found.span() for found in plain.finditer(text)], (plain, written, text)


def test_unordered_is_found_in_the_same_texts_as_the_plain_alternation() -> None:
    for plain, written, text in compared(unordered, [*PIECES, SHARED, "(?:b|{kin})"]):
        there = [place for place in range(len(text)) if written.match(text, place)]
        assert there == [place for place in range(len(text)) if plain.match(text, place)], (
            plain,
            written,
            text,
        )


@pytest.mark.parametrize(
    ("expressions", "written"),
    [
        (["妈妈", "妈", "哥"], "妈(?:妈|)|哥"),
        (["ab", "c", "ad"], "a(?:b|d)|c"),
        (["ab", "[ac]", "ad"], "ab|[ac]|ad"),
        (["ab|ac", "(?:ad|x)"], "a(?:b|c|d)|x"),
        (["ab", "ab"], "ab"),
        (["a?b", "ac"], "a?b|ac"),
        ([], ""),
    ],
)
def test_alternatives_share_their_first_characters(expressions: list[str], written: str) -> None:
    assert ordered(expressions) == written


def test_alternatives_that_begin_with_the_same_class_share_it() -> None:
    written = unordered(["{kin} is in", "(?:{kin}|{n}|who) waits", "{kin} is out"])
    assert written == "{kin} (?:is (?:in|out)|waits)|{n} waits|(?:who) waits"
