"""The number of people that a text mentions."""

import re
from typing import Final

from alerting.replies.rules.grammar import NUMBER_WORDS, expression, has, without

MOST_PEOPLE: Final = 30
"""A higher number for one household is taken for a typing error, and an officer reads the text."""

_CATEGORY: Final = expression(r"({n}) ?(?:{unit})? ?{category}")

_NUMBER: Final = expression(r"({n})")

_CATEGORIES_FIRST: Final = expression(
    r"{category} ?({n}) ?(?:{unit})?[ ,;、]*(?:{conjunction})?[ ,;、]*"
    r"{category} ?({n})(?: ?(?:{unit}))?(?! ?{category})"
)
"""Two numbers, each after the word for what it counts: 'adults 4, kids 2', 大人4个小孩2个."""

_COUNTED: Final = expression(r"{n} ?(?:{unit})? ?$")

_PAIR: Final = expression(r"(?:{myself} ?)?{kin_pair}")

_ONE: Final = expression(r"(?:{myself} ?{possessive}? ?)?({kin})|{myself}")

_ADDRESSED: Final = expression(r"^{kin}[ ,;!]*(?={myself})(?!{myself} ?(?:[,;、]|{conjunction}))")
"""A relative whom the text addresses: 'Dad, I am out'."""

_WORDS: Final = re.compile("|".join(sorted(NUMBER_WORDS, key=len, reverse=True)))


def read_number(text: str) -> int:
    """Return the number that digits or number words stand for: '12', '十二', 'twenty'."""
    if text.isdigit():
        return int(text)
    total = 0
    for word in _WORDS.findall(text):
        value = NUMBER_WORDS[word]
        # Ten, hundred and thousand multiply the number before them.
        total = max(total, 1) * value if value in {10, 100, 1000} else total + value
    return total


def count_people(clauses: list[str], away: bool = False) -> int | None:
    """Return the number of people in the clauses; None if they say 'all' or name nobody.

    Of several numbers the lowest counts, but numbers of adults and of children are added. Without a
    number or 'we', the persons named are counted: 'I' is 1, 'children' is at least 2. People
    elsewhere are counted only if `away` is true.
    """
    text = _CATEGORIES_FIRST().sub(_added, _of_people(clauses, away=away))
    parts = [read_number(number) for number in _CATEGORY().findall(text)]
    numbers = [read_number(number) for number in _NUMBER().findall(_CATEGORY().sub(" ", text))]
    if parts:
        numbers.append(sum(parts))
    if numbers:
        return min(numbers)
    return None if has("everyone", text) else _count_named(text)


def _added(found: re.Match[str]) -> str:
    """Return the sum of the two numbers that `_CATEGORIES_FIRST` has found, as text.

    If another number stands before the first noun, return the words unchanged.
    """
    if _COUNTED().search(found.string[: found.start()]):
        return found[0]
    return f" {read_number(found[1]) + read_number(found[2])} "


def numbers_of_people(clauses: list[str]) -> list[int]:
    """Return the numbers of people in the clauses, in their order.

    Numbers of adults or children, and of people elsewhere, are left out.
    """
    said = _CATEGORIES_FIRST().sub(_added, _of_people(clauses, away=False))
    text = _CATEGORY().sub(" ", said)
    return [read_number(number) for number in _NUMBER().findall(text)]


def _of_people(clauses: list[str], *, away: bool) -> str:
    said = without("host", " ; ".join(clauses))
    return without("not_people", said if away else without("elsewhere", said))


def _count_named(text: str) -> int | None:
    """Count the persons named, each once; None if there are none.

    'Just me, I am out' names one person. 'Grandpa and Grandma are out, Grandpa called me' names
    two, because Grandpa belongs to the pair.
    """
    text = _ADDRESSED().sub(" ", text.strip())
    pairs = set(_PAIR().findall(text))
    single = {
        person
        for person in _ONE().findall(_PAIR().sub(" ", text))
        if not person or not any(person in pair for pair in pairs)
    }
    return 2 * len(pairs) + len(single) or None
