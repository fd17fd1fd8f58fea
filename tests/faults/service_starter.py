"""Starts the service repeatedly: `python -m tests.faults.service_starter PORT`.

For each line of standard input it forks a service, which has all modules imported, and writes the
service's process id. When the service has ended, it writes the exit status. At the end of its input
it kills the service that still runs.
"""

import contextlib
import os
import signal
import sys
import threading

from alerting.cli import main


def _serve(port: str) -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    sys.argv = ["alerting", "serve", "--port", port]
    main()


def _report_end(child: int) -> None:
    _, status = os.waitpid(child, 0)
    _say(os.waitstatus_to_exitcode(status))


def _say(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def _run(port: str) -> None:
    child = 0
    for _ in sys.stdin:
        child = os.fork()
        if not child:
            _serve(port)
        _say(child)
        # The next line comes after the end is reported, so no fork happens beside this thread.
        threading.Thread(target=_report_end, args=[child], daemon=True).start()
    if child:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)


if __name__ == "__main__":
    _run(sys.argv[1])
