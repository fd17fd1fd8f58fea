"""Long-lived objects are frozen; later garbage is still collected."""

import subprocess
import sys

import pytest

_PROGRAM = """
import gc, weakref
from alerting.cli.serve import spare_what_stays

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
def test_frozen_objects_are_skipped_and_later_garbage_collected() -> None:
    # Runs in its own process, because freezing affects a whole process.
    subprocess.run([sys.executable, "-c", _PROGRAM], check=True)
