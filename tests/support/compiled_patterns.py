"""Caches compiled regular expressions across processes, in pytest's cache.

Compiling the words of all languages takes ten seconds in each worker, and in each service that a
test starts. `pytest --cache-clear` removes the cache.
"""

import _sre
import hashlib
import os
import pickle
import re
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

_KEPT: Final = Path(__file__).parents[2] / ".pytest_cache/patterns"
_LONG: Final = 400
"""Minimum length of a cached pattern; shorter ones compile faster than a file is read."""
_compiler: Final = re._compiler  # type: ignore[attr-defined]
_compile: Final = _compiler.compile


def keep() -> None:
    """From now on, compile each long pattern only once for all processes."""
    _KEPT.mkdir(parents=True, exist_ok=True)
    _compiler.compile = compiled


def compiled(pattern: Any, flags: int = 0) -> Any:
    """Return the compiled pattern, from the cache if possible; replaces `re._compiler.compile`."""
    if not isinstance(pattern, str) or len(pattern) < _LONG:
        return _compile(pattern, flags)
    key = hashlib.sha256(repr((sys.version, flags, pattern)).encode()).hexdigest()
    file = _KEPT / key
    try:
        code = pickle.loads(file.read_bytes())
    except FileNotFoundError:
        code = _code_of(pattern, flags)
        _write(file, pickle.dumps(code))
    return _sre.compile(pattern, *code)


def _code_of(pattern: str, flags: int) -> tuple[Any, ...]:
    """Return the arguments that the standard library passes to `_sre.compile`."""
    parsed = _compiler._parser.parse(pattern, flags)
    code = _compiler._code(parsed, flags)
    state = parsed.state
    names: list[str | None] = [None] * state.groups
    for name, number in state.groupdict.items():
        names[number] = name
    # Converted to plain integers, because the compiler's named constants cannot be pickled.
    return (
        int(flags | state.flags),
        [*map(int, code)],
        state.groups - 1,
        state.groupdict,
        tuple(names),
    )


def _write(file: Path, content: bytes) -> None:
    """Write a file atomically, because other processes read and write it too."""
    number, name = tempfile.mkstemp(dir=file.parent)
    with os.fdopen(number, "wb") as draft:
        draft.write(content)
    os.replace(name, file)
