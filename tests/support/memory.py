"""Finds a folder in memory for databases, because tests do not test their durability."""

import shutil
from pathlib import Path
from typing import Final

_MEMORY: Final = Path("/dev/shm")
_ROOM: Final = 1 << 30
"""Minimum number of free bytes."""


def memory() -> Path | None:
    """Return a folder in memory with enough room, or None."""
    has_room = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free >= _ROOM
    return _MEMORY if has_room else None
