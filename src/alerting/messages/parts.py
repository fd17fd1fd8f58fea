"""Splits a long list over several texts, or ends it with the number of items left over."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final, Generic, TypeVar

from alerting.messages.text import (
    ComposedText,
    TextFacts,
    TextKind,
    compose,
    segments,
    words_in,
)

Item = TypeVar("Item")

_MOST_SEGMENTS: Final = 2
"""Maximum number of segments of a text with a list, unless one item alone needs more."""

_LONGEST_POST: Final = 600
"""Maximum number of characters of a post; every chat service accepts 2,048 bytes."""

_POSTS: Final = frozenset({TextKind.GROUP_HELP_CASE, TextKind.GROUP_UNWOKEN})

_MOST_PARTS: Final = (1, 9, 99, 999, 9999)
"""Limits to try for the number of texts; each digit more in that number takes room in a text."""


class Rest(StrEnum):
    """The words for items left over, which say where to see them."""

    MORE = "more"
    ON_DOORS = "more_on_doors"
    ON_BOARD = "more_on_board"


@dataclass(frozen=True, slots=True)
class Limit:
    """The maximum number of texts for one list, and the words for the items left over."""

    texts: int
    rest: Rest


def in_parts(
    kind: TextKind,
    language: str,
    items: Sequence[Item],
    facts_of: Callable[[Sequence[Item]], TextFacts],
    limit: Limit | None = None,
) -> list[ComposedText]:
    """Return the fewest texts that name all items in order, without cutting an item.

    `facts_of` returns the facts of a text about some items; its `listed` names them. If there are
    several texts, they are numbered, so that a reader notices a missing one. With a limit, the last
    text says how many items are left over.
    """
    texts = _Texts(kind, language, items, facts_of, limit)
    ends = next(ends for most in _MOST_PARTS if len(ends := texts.ends(most)) <= most)
    left = len(items) - ends[-1] if ends else 0
    return [
        texts.text(start, end, number, len(ends), left if number == len(ends) else 0)
        for number, (start, end) in enumerate(pairwise([0, *ends]), start=1)
    ]


def joined(language: str, items: Iterable[str]) -> str:
    """Join the items with the language's list separator."""
    return words_in(language).texts["separator"].join(items)


@dataclass(frozen=True, slots=True)
class _Texts(Generic[Item]):
    """One list to split over texts."""

    kind: TextKind
    language: str
    items: Sequence[Item]
    facts_of: Callable[[Sequence[Item]], TextFacts]
    limit: Limit | None

    def ends(self, total: int) -> list[int]:
        """Return the end index of each text's items, with room for texts numbered to `total`."""
        ends = [0]
        while ends[-1] < len(self.items) and not self._is_limit(len(ends) - 1):
            ends.append(self._end(ends[-1], total, is_last=self._is_limit(len(ends))))
        return ends[1:]

    def text(self, start: int, end: int, number: int, total: int, left: int) -> ComposedText:
        """Compose text `number` of `total` about items[start:end]; `left` items are left over."""
        words = words_in(self.language).texts
        facts = self.facts_of(self.items[start:end])
        rest = words[self.limit.rest].format(more=left) if self.limit and left else ""
        mark = words["part"].format(part=number, parts=total) if total > 1 else ""
        listed = f"{facts.listed}{rest}{mark}"
        return compose(self.kind, self.language, facts.model_copy(update={"listed": listed}))

    def _is_limit(self, texts: int) -> bool:
        return self.limit is not None and texts == self.limit.texts

    def _end(self, start: int, total: int, *, is_last: bool) -> int:
        all_of_them = len(self.items)
        if self._fits(self.text(start, all_of_them, total, total, 0)):
            return all_of_them

        def is_too_long(end: int) -> bool:
            left = all_of_them - end if is_last else 0
            return not self._fits(self.text(start, end, total, total, left))

        more = range(start + 2, all_of_them)
        return start + 1 + bisect_left(more, True, key=is_too_long)

    def _fits(self, text: str) -> bool:
        if self.kind in _POSTS:
            return len(text) <= _LONGEST_POST
        return segments(text).count <= _MOST_SEGMENTS
