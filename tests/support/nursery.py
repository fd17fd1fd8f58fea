"""Starts `alerting` in forked processes, which saves the seconds of importing it.

The nursery, `python -m tests.support.nursery FD`, is a process that has imported all modules and
prepared the grammar of replies; FD is a listening socket. A client connects and sends one request.
The nursery forks, and sends back the process id and, at the end, the exit status. It kills a forked
process whose connection closes, and ends after its last connection.
"""

import atexit
import contextlib
import fcntl
import gc
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import IO, Final

from alerting.cli import COMMANDS, main
from alerting.replies.rules import grammar
from tests.support import compiled_patterns

_MOST_BYTES: Final = 1 << 20
_QUIET_SECONDS: Final = 0.5
"""Interval in seconds at which the nursery checks whether a connection is left."""


class Forked:
    """A forked process of `alerting`, with the methods of `subprocess.Popen` that tests use."""

    def __init__(
        self,
        arguments: Sequence[str],
        cwd: Path,
        environment: Mapping[str, str],
        stdout: int = subprocess.DEVNULL,
        stderr: int = subprocess.DEVNULL,
    ) -> None:
        """Start the process; `stdout` and `stderr` are file descriptors, PIPE or DEVNULL."""
        self.args = arguments
        self.returncode: int | None = None
        request = {"argv": [*arguments], "cwd": str(cwd), "environment": {**environment}}
        with contextlib.ExitStack() as stack:
            self.stdout, out = _output(stdout, stack)
            self.stderr, err = _output(stderr, stack)
            self._nursery = _connection()
            line = f"{json.dumps(request)}\n".encode()
            sent = socket.send_fds(self._nursery, [line], [out, err])
            self._nursery.sendall(line[sent:])
        self._said = self._nursery.makefile()
        self.pid = int(self._said.readline())

    def poll(self) -> int | None:
        """Return the exit status; None while the process runs."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.wait(0.001)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end, and return the exit status, which is negative after a signal.

        Raises:
            subprocess.TimeoutExpired: if the process still runs after `timeout` seconds.
        """
        if self.returncode is None:
            self._nursery.settimeout(timeout)
            try:
                self.returncode = int(self._nursery.recv(16))
            except TimeoutError:
                raise subprocess.TimeoutExpired(self.args, timeout or 0) from None
            self._said.close()
            self._nursery.close()
        return self.returncode

    def communicate(self, timeout: float) -> tuple[str, str]:
        """Wait for the end, and return the unread rest of both outputs; empty if not piped."""
        with contextlib.ExitStack() as stack:
            for each in (self.stdout, self.stderr):
                stack.enter_context(each or contextlib.nullcontext())
            self.wait(timeout)
            out, err = (each.read() if each else "" for each in (self.stdout, self.stderr))
        return out, err

    def send_signal(self, number: int) -> None:
        """Send a signal, unless the process has ended."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask the process to stop."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the process at once."""
        self.send_signal(signal.SIGKILL)


def _output(wanted: int, stack: contextlib.ExitStack) -> tuple[IO[str] | None, int]:
    """Return the pipe end that the test reads, if any, and the descriptor for the process."""
    if wanted == subprocess.PIPE:
        ours, theirs = os.pipe()
        stack.callback(os.close, theirs)
        return os.fdopen(ours, encoding="utf-8"), theirs
    if wanted == subprocess.DEVNULL:
        nothing = os.open(os.devnull, os.O_WRONLY)
        stack.callback(os.close, nothing)
        return None, nothing
    return None, wanted


@cache
def _kept() -> socket.socket:
    """Return a connection that stays open until this process ends, to keep the nursery running."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    address = Path(tempfile.gettempdir(), f"alerting-nursery-{run}")
    with address.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            kept = _connected(str(address))
        except (FileNotFoundError, ConnectionRefusedError):
            _found(address)
            kept = _connected(str(address))
    atexit.register(kept.close)
    return kept


def _found(address: Path) -> None:
    """Start the nursery, which accepts connections at once and serves them when it is ready."""
    address.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(address))
        listener.listen(64)
        listener.set_inheritable(True)
        command = [sys.executable, "-m", __name__, str(listener.fileno())]
        path = os.pathsep.join(os.path.abspath(place) for place in sys.path if place)
        os.spawnve(os.P_NOWAIT, sys.executable, command, {**os.environ, "PYTHONPATH": path})


def _connected(address: str) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.connect(address)
    except OSError:
        connection.close()
        raise
    return connection


def _connection() -> socket.socket:
    return _connected(_kept().getpeername())


def _run(listener: socket.socket) -> list[str]:
    """Serve until no connection is left; in a forked process, return its arguments."""
    compiled_patterns.keep()
    for command in COMMANDS:
        import_module(f"alerting.cli.{command}")
    # Each service would do it for itself, which takes half a second.
    grammar.prepare()
    gc.freeze()
    listener.settimeout(_QUIET_SECONDS)
    handlers: set[int] = set()
    has_served = False
    while handlers or not has_served:
        with contextlib.suppress(TimeoutError):
            connection, _ = listener.accept()
            handler = os.fork()
            if not handler:
                listener.close()
                return _handle(connection)
            connection.close()
            handlers.add(handler)
            has_served = True
        handlers = {each for each in handlers if os.waitpid(each, os.WNOHANG) == (0, 0)}
    with contextlib.suppress(FileNotFoundError):
        os.unlink(listener.getsockname())
        os.unlink(f"{listener.getsockname()}.lock")
    os._exit(0)


def _handle(connection: socket.socket) -> list[str]:
    """Fork a process for a request; in the forked process, return its arguments."""
    line, descriptors, _, _ = socket.recv_fds(connection, _MOST_BYTES, 2)
    while line and not line.endswith(b"\n"):
        line += connection.recv(_MOST_BYTES)
    if not line:
        os._exit(0)
    child = os.fork()
    if not child:
        connection.close()
        request = json.loads(line)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for number, descriptor in enumerate((nothing, *descriptors)):
            os.dup2(descriptor, number)
            os.close(descriptor)
        os.chdir(request["cwd"])
        os.environ.clear()
        os.environ.update(request["environment"])
        return list(request["argv"])
    for descriptor in descriptors:
        os.close(descriptor)
    connection.sendall(f"{child}\n".encode())
    threading.Thread(target=_kill_if_closed, args=[connection, child], daemon=True).start()
    _, status = os.waitpid(child, 0)
    with contextlib.suppress(BrokenPipeError):
        connection.sendall(str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def _kill_if_closed(connection: socket.socket, child: int) -> None:
    while connection.recv(1):
        pass
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)


if __name__ == "__main__":
    sys.argv = _run(socket.socket(fileno=int(sys.argv[1])))
    main()
