"""Alternations written so that few of their alternatives are tried at a place.

An engine that backtracks tries the alternatives of `a|b|c` one after another at each place of a
text. Written as a trie, those that begin alike are tried together: `妈妈|妈|哥` is `妈(?:妈|)|哥`.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

Alternative = tuple[str, ...]
"""The atoms of an alternative, each with its quantifier: characters, sets, groups, '{class}'."""

_ATOM: Final = re.compile(
    r"(?P<atom>\{[a-z_]+\}|\[\^?\]?(?:\\.|[^\]\\])*\]|\\.)"
    r"|(?P<open>\((?:\?(?:[:=!>]|<[=!]))?)|(?P<close>\))|(?P<bar>\|)"
    r"|(?P<quantifier>(?:[*+?]|\{\d*,?\d*\})[+?]?)|(?P<character>.)",
    re.DOTALL,
)

_LITERAL: Final = re.compile(r"[^\\.^$\[\](){}|*+?]")
"""An atom that is one character: two that differ never match at one place."""

_CHOICE: Final = re.compile(r"\(\?:(.*)\)", re.DOTALL)
"""A group that neither captures nor is repeated."""

_CLASS: Final = re.compile(r"\{[a-z_]+\}")


def ordered(expressions: Iterable[str]) -> str:
    """Return an expression with the matches of `'|'.join(expressions)`, the first that fits first.

    Only alternatives that begin with the same character change their place, and none of them passes
    another that may match where it does.
    """
    return "|".join(_joined(_flat(expressions), _is_literal))


def unordered(expressions: Iterable[str]) -> str:
    """Return an expression that matches where one of `expressions` does.

    Where its match ends may differ, so that only its presence may be asked. Alternatives that begin
    with the same class share it, which is tried once then.
    """
    return "|".join(_joined(_by_class(_flat(expressions)), bool))


def _is_literal(atom: str) -> bool:
    return _LITERAL.fullmatch(atom) is not None


def _parsed(expression: str) -> list[Alternative]:
    alternatives: list[list[str]] = [[]]
    depth = 0
    for found in _ATOM.finditer(expression):
        kind, text = found.lastgroup, found[0]
        if depth or kind == "quantifier":
            alternatives[-1][-1] += text
        elif kind == "bar":
            alternatives.append([])
        else:
            alternatives[-1].append(text)
        depth += (kind == "open") - (kind == "close")
    return [tuple(each) for each in alternatives]


def _flat(expressions: Iterable[str]) -> Iterator[Alternative]:
    """Yield the alternatives of all expressions, also of those that are one group of them."""
    for expression in expressions:
        for each in _parsed(expression):
            choice = _CHOICE.fullmatch(each[0]) if len(each) == 1 else None
            yield from _flat([choice[1]]) if choice else [each]


def _by_class(alternatives: Iterable[Alternative]) -> Iterator[Alternative]:
    """Yield alternatives that begin with a choice among classes once for each of them."""
    for each in alternatives:
        choice = _CHOICE.fullmatch(each[0]) if each else None
        first = list(_flat([choice[1]])) if choice else []
        classes = [one for one in first if len(one) == 1 and _CLASS.fullmatch(one[0])]
        if not classes:
            yield each
            continue
        yield from (one + each[1:] for one in classes)
        if others := ["".join(one) for one in first if one not in classes]:
            yield f"(?:{'|'.join(others)})", *each[1:]


def _joined(alternatives: Iterable[Alternative], is_shared: Callable[[str], bool]) -> list[str]:
    """Return expressions, one for each beginning that alternatives share."""
    groups: list[tuple[str, list[Alternative]]] = []
    for each in alternatives:
        first, rest = (each[0], each[1:]) if each else ("", ())
        rests = _rests_of(first, groups, is_shared)
        if rests is None:
            groups.append((first, [rest]))
        elif rest not in rests:
            rests.append(rest)
    return [first + _rest(rests, is_shared) for first, rests in groups]


def _rests_of(
    first: str,
    groups: list[tuple[str, list[Alternative]]],
    is_shared: Callable[[str], bool],
) -> list[Alternative] | None:
    """Return the rests of the group with that beginning which an alternative may join."""
    if not is_shared(first):
        return None
    for other, rests in reversed(groups):
        if other == first:
            return rests
        if not is_shared(other):
            return None
    return None


def _rest(rests: list[Alternative], is_shared: Callable[[str], bool]) -> str:
    if len(rests) == 1:
        return "".join(rests[0])
    joined = _joined(rests, is_shared)
    return joined[0] if len(joined) == 1 else f"(?:{'|'.join(joined)})"
