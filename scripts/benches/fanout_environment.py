"""The environment of the fan-out bench's peers: their packages, and a C compiler for its limit.

The compiler is a package too, so that every machine measures with the same clients and against the
same limit.
"""

import fcntl
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
_REQUIREMENTS: Final = HERE / "requirements-fanout.txt"
_ENVIRONMENT: Final = Path(sys.prefix) / "bench-peers"
_CACHE: Final = "ZIG_GLOBAL_CACHE_DIR"
"""Folder of the libraries that the compiler builds; its default is in the user's home."""


def peers_python() -> Path:
    """Return the Python of the environment; create the environment if necessary.

    Raises:
        CalledProcessError: if it cannot be created.
    """
    # The lock keeps concurrent runs from creating it twice.
    with _ENVIRONMENT.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _made(_ENVIRONMENT / "bin" / "python", _ENVIRONMENT / "requirements.txt")


def _made(python: Path, made: Path) -> Path:
    wanted = _REQUIREMENTS.read_text("utf-8")
    if made.exists() and made.read_text("utf-8") == wanted:
        return python
    install = (python, "-m", "pip", "install", "-qq", "--requirement", _REQUIREMENTS)
    subprocess.run((sys.executable, "-m", "venv", _ENVIRONMENT), check=True)  # noqa: S603
    subprocess.run(install, check=True)  # noqa: S603
    made.write_text(wanted, "utf-8")
    return python


def compiled(name: str, folder: Path) -> Path:
    """Compile a C source in this folder into `folder`, and return the program.

    Raises:
        CalledProcessError: if it cannot be compiled.
    """
    program, source = folder / name, HERE / f"{name}.c"
    command = (peers_python(), "-m", "ziglang", "cc", "-O2", "-Wall", "-Wextra", "-o", program)
    variables = {**os.environ, _CACHE: str(_ENVIRONMENT / "cache")}
    subprocess.run((*command, source), check=True, env=variables)  # noqa: S603
    return program
