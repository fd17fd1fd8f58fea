"""What stays is not looked through again; what is made later still is collected."""

import subprocess
import sys

import pytest

_PROGRAM = """
import gc, weakref
from alerting.cli.service import spare_what_stays

class Node:
    pass

stays = [[] for _ in range(10_000)]
spare_what_stays()
assert gc.get_freeze_count() > 10_000, gc.get_freeze_count()
node = Node()
node.self = node
gone = weakref.ref(node)
del node
later = [[] for _ in range(50_000)]
assert gone() is None
"""


@pytest.mark.long
def test_what_stays_is_spared_and_later_garbage_collected() -> None:
    # In a process of its own: it is for the whole of one.
    subprocess.run([sys.executable, "-c", _PROGRAM], check=True)
