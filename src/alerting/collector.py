"""The garbage collector, set for a process that serves."""

import gc
from typing import Final

_NEW_OBJECTS: Final = 20_000
"""After so many more containers the young ones are looked through: some dozens of answers."""


def spare_what_stays() -> None:
    """Let no collection look again through what the program itself is made of.

    Modules, tables and compiled expressions are hundreds of thousands of objects that stay as
    long as the process does. Call it once all of them are loaded, before serving: the collector
    would go through them again and again, and everybody would wait meanwhile.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS)
