"""Many processes of the service at once: `python -m tests.faults.many_services PORT...`.

They are forked from one that has imported all modules, which saves each several seconds.
"""

import os
import signal
import sys

from alerting.cli import main


def _serve(port: str) -> None:
    os.environ["ALERTING_PUBLIC_URL"] = f"http://127.0.0.1:{port}"
    sys.argv = ["alerting", "serve", "--port", port]
    main()


def _fork_all(ports: list[str]) -> list[int]:
    children = []
    for port in ports:
        child = os.fork()
        if not child:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
            _serve(port)
            os._exit(0)
        children.append(child)
    return children


def _run(ports: list[str]) -> None:
    # Passes SIGTERM on to its children, and ends after the last of them.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    children = _fork_all(ports)
    signal.sigwait({signal.SIGTERM})
    for child in children:
        os.kill(child, signal.SIGTERM)
    for child in children:
        os.waitpid(child, 0)


if __name__ == "__main__":
    _run(sys.argv[1:])
