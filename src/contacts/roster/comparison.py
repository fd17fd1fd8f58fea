"""The changes that an import of households makes, and what is suspicious about them."""

from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final, TypeVar

from contacts.bounds import CellError
from contacts.division import village_of
from contacts.roster.codes import may_be_shortened
from contacts.roster.packed import Packed
from contacts.roster.store import RosterEntry

_MOST_ON_A_PHONE: Final = 3
"""More households than this with one phone are suspicious."""

_MOST_PEOPLE: Final = 30
"""More people than this in one household are suspicious."""

_LEAST_SHORTENED: Final = 5
"""At least this many codes that all end in zeros are suspicious."""

_SHARE_GONE: Final = 0.5
"""If more than this share of a village's households is removed, the file may be incomplete."""

_LISTED: Final = 5


_T = TypeVar("_T")

_Listing = list[_T] | Packed[_T]


@dataclass(frozen=True, slots=True)
class Change:
    """A changed field of a household, with its old and new value."""

    field: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class Label:
    """The data by which a list names a household."""

    code: str
    head: str
    address: str


@dataclass(slots=True)
class Difference:
    """The changes that an import makes. Each household is in one of the lists, or unchanged."""

    added: _Listing[Label] = field(default_factory=list)
    changed: _Listing[tuple[Label, tuple[Change, ...]]] = field(default_factory=list)
    moved: list[tuple[Label, str]] = field(default_factory=list)
    """Households with a new code, each with its old code."""
    gone: list[Label] = field(default_factory=list)
    suspicious: list[CellError] = field(default_factory=list)
    """Warnings, which do not stop the import."""
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class Namesake:
    """A stored household that shares a phone with a new one."""

    code: str
    head: str
    number: str


def changes(before: RosterEntry, after: RosterEntry, fields: Collection[str]) -> tuple[Change, ...]:
    """Return the differences in the fields that the file has."""
    found = [
        Change(name, before.row[name], value)
        for name, value in after.row.items()
        if name in fields and before.row[name] != value
    ]
    if "phones" in fields and before.phones != after.phones:
        found.append(Change("phones", ";".join(before.phones), ";".join(after.phones)))
    return tuple(found)


def label(row: Mapping[str, Any]) -> Label:
    """Return the label of the household in a row."""
    return Label(row["code"], row["head"], row["address"])


def settle_moves(
    difference: Difference, new: Iterable[RosterEntry], namesakes: Iterable[Namesake]
) -> None:
    """Sort new households into added ones and moved ones.

    A new household has moved if a household with the same head and phone is removed. If that
    household is not removed, a warning says that its people may be counted twice.
    """
    gone = {each.code: each for each in difference.gone}
    by_mark = {(each.head, each.number): each.code for each in namesakes}
    for entry in new:
        marks = ((entry.row["head"], number) for number in entry.phones)
        old = next((code for mark in marks if (code := by_mark.get(mark))), None)
        if old in gone:
            del gone[old]
            difference.moved.append((label(entry.row), old))
        else:
            difference.added.append(label(entry.row))
            if old is not None:
                difference.suspicious.append(_counted_twice(entry.row["code"], old))
    difference.gone = list(gone.values())


def doubts(entries: Callable[[], Iterable[RosterEntry]]) -> list[CellError]:
    """Return warnings about the households of a file; `entries` is called twice."""
    repeated = _repeated(hash(mark) for entry in entries() for mark in _marks(entry))
    codes: dict[_Mark, list[str]] = {}
    found = []
    count, are_zeros = 0, True
    for entry in entries():
        code = entry.row["code"]
        for mark in _marks(entry):
            if hash(mark) in repeated:
                codes.setdefault(mark, []).append(code)
        if entry.row["headcount"] > _MOST_PEOPLE:
            found.append(_crowded(code, entry.row["headcount"]))
        count, are_zeros = count + 1, are_zeros and may_be_shortened(code)
    found += [_shared(*m, c) for m, c in codes.items() if len(m) == 1 and len(c) > _MOST_ON_A_PHONE]
    found += [_counted_twice(*c[:2]) for m, c in codes.items() if len(m) > 1 and len(c) > 1]
    if count >= _LEAST_SHORTENED and are_zeros:
        found.append(_zeros())
    return found


_Mark = tuple[str] | tuple[str, str, str]
"""Data that few households should share: a phone, or a village with a head and an address."""


def _marks(entry: RosterEntry) -> Iterator[_Mark]:
    row = entry.row
    yield from ((number,) for number in entry.phones)
    yield village_of(row["code"]), row["head"], row["address"]


def _repeated(hashes: Iterable[int]) -> set[int]:
    """Return the hashes that occur several times. Hashes take less memory than marks."""
    return {one for one, next_one in pairwise(sorted(array("q", hashes))) if one == next_one}


def emptied(gone: Iterable[Label], stored: Mapping[str, int]) -> list[CellError]:
    """Return a warning for each village that loses most of its households.

    `stored` holds the number of stored households of each village.
    """
    going = Counter(village_of(each.code) for each in gone)
    return [
        CellError(
            f"{count} of {stored[village]} households of {village} go: is the file incomplete?",
            f"{village}的{stored[village]}户中有{count}户将注销：文件是否只是一部分？",
        )
        for village, count in sorted(going.items())
        if count > _SHARE_GONE * stored[village]
    ]


def _counted_twice(code: str, other: str) -> CellError:
    return CellError(
        f"{code} has the same head as {other}, and its phone or address: people may count twice",
        f"{code}与{other}户主相同，电话或住址也相同：人数可能重复计算",
    )


def _crowded(code: str, headcount: int) -> CellError:
    return CellError(
        f"{code} has {headcount} people: is it one household?",
        f"{code}有{headcount}人：是一户吗？",
    )


def _shared(number: str, codes: Sequence[str]) -> CellError:
    listed = ", ".join(codes[:_LISTED])
    return CellError(
        f"{number} is the phone of {len(codes)} households ({listed} ...): whose is it?",
        f"{number}是{len(codes)}户共用的电话（{listed}等）：是谁的？",
    )


def _zeros() -> CellError:
    return CellError(
        "all codes end in zeros: a spreadsheet may have shortened them",
        "户编码都以0结尾：可能被表格软件截短了",
    )
