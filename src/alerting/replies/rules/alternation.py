"""Faster regular expressions: alternatives with a common beginning are joined into a trie.

A backtracking engine tries the alternatives of `a|b|c` one after another at each position of a
text. In a trie, alternatives that begin alike are tried together: `妈妈|妈|哥` is `妈(?:妈|)|哥`.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

Alternative = tuple[str, ...]
"""The parts of an alternative: characters, sets, groups and '{class}', each with its quantifier."""

_ATOM: Final = re.compile(
    r"(?P<atom>\{[a-z_]+\}|\[\^?\]?(?:\\.|[^\]\\])*\]|\\.)"
    r"|(?P<open>\((?:\?(?:[:=!>]|<[=!]))?)|(?P<close>\))|(?P<bar>\|)"
    r"|(?P<quantifier>(?:[*+?]|\{\d*,?\d*\})[+?]?)|(?P<character>.)",
    re.DOTALL,
)

_LITERAL: Final = re.compile(r"[^\\.^$\[\](){}|*+?]")
"""An atom that is one character: two different ones never match at the same position."""

_CHOICE: Final = re.compile(r"\(\?:(.*)\)", re.DOTALL)
"""A non-capturing group without a quantifier."""

_CLASS: Final = re.compile(r"\{[a-z_]+\}")


def ordered(expressions: Iterable[str]) -> str:
    """Return an expression with exactly the same matches as `'|'.join(expressions)`.

    Alternatives that begin with the same character are joined. None of them is moved past an
    alternative that may match at the same position.
    """
    return "|".join(_joined(_flat(expressions), _is_literal))


def unordered(expressions: Iterable[str]) -> str:
    """Return an expression that occurs in a text if and only if one of `expressions` does.

    Its match may end elsewhere, so use it only to ask whether there is one. Alternatives that begin
    with the same class are joined, so that the class is tried only once.
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
    """Yield the alternatives of all expressions, and those inside an expression that is a group."""
    for expression in expressions:
        for each in _parsed(expression):
            choice = _CHOICE.fullmatch(each[0]) if len(each) == 1 else None
            yield from _flat([choice[1]]) if choice else [each]


def _by_class(alternatives: Iterable[Alternative]) -> Iterator[Alternative]:
    """Split each alternative that begins with a choice of classes into one for each class."""
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
    """Return the alternatives as expressions, joining those whose first atom `is_shared`."""
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
    """Return the remainders in the group that an alternative beginning with `first` may join.

    It may join the last group with the same first atom, if `is_shared` holds for the first atoms of
    that group and of all later ones. Returns None if there is no such group.
    """
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
