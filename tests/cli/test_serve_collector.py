"""Long-lived objects are exempt from garbage collection, and threads share memory arenas."""

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
    # In a separate process, because freezing affects the whole process.
    subprocess.run([sys.executable, "-c", _PROGRAM], check=True)


_THREADS = """
import ctypes, os, tempfile, threading
from alerting.cli.serve import share_memory

library = ctypes.CDLL(None)
library.fopen.restype = ctypes.c_void_p

def arenas():
    begun, told = threading.Barrier(9), threading.Barrier(9)

    def takes_memory():
        kept = [bytes(2_000) for _ in range(100)]
        begun.wait()
        told.wait()

    threads = [threading.Thread(target=takes_memory) for _ in range(8)]
    for each in threads:
        each.start()
    begun.wait()
    with tempfile.NamedTemporaryFile("r") as file:
        stream = ctypes.c_void_p(library.fopen(file.name.encode(), b"w"))
        library.malloc_info(0, stream)
        library.fclose(stream)
        found = file.read().count("<heap nr=")
    told.wait()
    return found

for prepare in (lambda: None, share_memory):
    if child := os.fork():
        os.waitpid(child, 0)
    else:
        prepare()
        print(arenas(), flush=True)
        os._exit(0)
"""


def test_threads_share_two_memory_arenas() -> None:
    run = subprocess.run(
        [sys.executable, "-c", _THREADS], check=True, capture_output=True, text=True
    )
    separate, shared = map(int, run.stdout.split())
    assert separate > 4
    assert shared == 2
