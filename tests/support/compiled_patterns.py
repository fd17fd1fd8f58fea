"""Compiled regular expressions that outlive the process, in pytest's cache.

To compile the words of all languages takes ten seconds, in each worker of a run and in each service
that a test starts. `pytest --cache-clear` removes what is kept.
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
"""Characters of a pattern that takes longer to compile than to read from a file."""
_compiler: Final = re._compiler  # type: ignore[attr-defined]
_compile: Final = _compiler.compile


def keep() -> None:
    """From now on compile each long pattern once for all processes."""
    _KEPT.mkdir(parents=True, exist_ok=True)
    _compiler.compile = compiled


def compiled(pattern: Any, flags: int = 0) -> Any:
    """Return the compiled pattern, as the standard library's function of this name does."""
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
    """Return the arguments with which the standard library calls its engine."""
    parsed = _compiler._parser.parse(pattern, flags)
    code = _compiler._code(parsed, flags)
    state = parsed.state
    names: list[str | None] = [None] * state.groups
    for name, number in state.groupdict.items():
        names[number] = name
    # Plain numbers: the compiler's named constants cannot be pickled.
    return (
        int(flags | state.flags),
        [*map(int, code)],
        state.groups - 1,
        state.groupdict,
        tuple(names),
    )


def _write(file: Path, content: bytes) -> None:
    """Write a file whole, as other processes read and write it too."""
    number, name = tempfile.mkstemp(dir=file.parent)
    with os.fdopen(number, "wb") as draft:
        draft.write(content)
    os.replace(name, file)
