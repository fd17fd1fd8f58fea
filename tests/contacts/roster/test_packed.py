"""A packed collection returns equal items in the same order and takes little memory."""

import tracemalloc

from contacts.roster.packed import Packed
from contacts.roster.store import RosterEntry


def entry(number: int) -> RosterEntry:
    code = f"5119211002{number:06d}"
    return RosterEntry({"code": code, "address": f"诺江镇千佛村{number}号"}, (f"+86{number}",))


def test_items_keep_their_order() -> None:
    items = list(map(entry, range(2_345)))
    packed = Packed(items)
    assert len(packed) == 2_345
    assert list(packed) == items
    assert [len(block) for block in packed.blocks()] == [1_000, 1_000, 345]


def test_empty_collection_has_no_blocks() -> None:
    packed: Packed[RosterEntry] = Packed()
    assert not packed
    assert list(packed.blocks()) == []


def test_packed_items_take_less_than_a_tenth_of_the_memory() -> None:
    tracemalloc.start()
    items = list(map(entry, range(10_000)))
    plain = tracemalloc.get_traced_memory()[0]
    packed = Packed(items)
    taken = tracemalloc.get_traced_memory()[0] - plain
    tracemalloc.stop()
    assert list(packed) == items
    assert taken < plain / 10
