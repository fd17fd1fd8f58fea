"""A list that one text cannot hold goes into several, each of which names its own part of it."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from alerting.messages.text import LONGEST_NAME, TextFacts, TextKind, compose

Item = TypeVar("Item")


def in_parts(
    kind: TextKind,
    language: str,
    items: Sequence[Item],
    facts_of: Callable[[Sequence[Item]], TextFacts],
) -> list[str]:
    """Return as few texts as together name all items, in order.

    `facts_of` returns the facts of a text about some of the items; its `listed` names them. An item
    that fills a text alone is cut like any name.
    """
    bodies: list[str] = []
    start = 0
    while start < len(items):
        end = start + 1
        while end < len(items) and _is_whole(kind, language, facts_of(items[start : end + 1])):
            end += 1
        bodies.append(compose(kind, language, facts_of(items[start:end])))
        start = end
    return bodies


def _is_whole(kind: TextKind, language: str, facts: TextFacts) -> bool:
    listed = facts.listed or ""
    return len(listed) < LONGEST_NAME and listed in compose(kind, language, facts)
