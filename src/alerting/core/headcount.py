"""How many people a text speaks of: in doubt the lower number."""

import re
from typing import Final

from alerting.core.grammar import NUMBER_WORDS, expression, has, without

MOST_PEOPLE: Final = 30
"""More in one household is taken for a slip of the finger, and put before a person."""

_CATEGORY: Final = expression(r"({n}) ?(?:{unit})? ?{category}")
_NUMBER: Final = expression(r"({n})")
_PAIR: Final = expression(r"(?:{myself} ?)?{kin_pair}")
_ONE: Final = expression(r"(?:{myself} ?)?{kin}|{myself}")
_WORDS: Final = re.compile("|".join(sorted(NUMBER_WORDS, key=len, reverse=True)))


def read_number(text: str) -> int:
    """Return the number that digits or number words say: '12', '十二', 'twenty' are numbers."""
    if text.isdigit():
        return int(text)
    total = 0
    for word in _WORDS.findall(text):
        value = NUMBER_WORDS[word]
        # Ten, a hundred and a thousand multiply what stands before them.
        total = max(total, 1) * value if value in {10, 100, 1000} else total + value
    return total


def count_people(clauses: list[str]) -> int | None:
    """Return how many people the clauses speak of; None means everybody, or nothing said.

    Of several numbers the lowest is taken, except that numbers of adults and of children are
    added. Where no number is said and nobody says 'we', the persons named are counted, 'I' for
    one, and 'children' for two at least.
    """
    text = without("not_people", without("elsewhere", " ; ".join(clauses)))
    parts = [read_number(number) for number in _CATEGORY.findall(text)]
    numbers = [read_number(number) for number in _NUMBER.findall(_CATEGORY.sub(" ", text))]
    if parts:
        numbers.append(sum(parts))
    if numbers:
        return min(numbers)
    return None if has("everyone", text) else _count_named(text)


def _count_named(text: str) -> int | None:
    pairs = len(_PAIR.findall(text))
    return 2 * pairs + len(_ONE.findall(_PAIR.sub(" ", text))) or None
