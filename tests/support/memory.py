"""A folder in memory, for databases whose durability is not tested."""

import shutil
from pathlib import Path
from typing import Final

_MEMORY: Final = Path("/dev/shm")
_ROOM: Final = 1 << 30
"""Bytes that have to be free."""


def memory() -> Path | None:
    """Return a folder in memory if there is one with enough room."""
    has_room = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free >= _ROOM
    return _MEMORY if has_room else None
