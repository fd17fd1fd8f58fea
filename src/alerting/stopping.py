"""Stopping in bounded time: how long each part of it may take, and ending tasks within that.

`asyncio.wait_for` has no place in this service: up to Python 3.11 it swallows a cancellation that
arrives together with the result, and the loop that is told to stop runs on.
"""

import asyncio
from collections.abc import Collection
from typing import Any, Final

STOP_SECONDS: Final = 10.0
"""From the signal to the end of the process, whatever it is doing.

The parts below may take as long together; they rarely do.
"""

REQUESTS_SECONDS: Final = 3.0
"""For open requests to be answered and websockets to be closed."""

SENDING_SECONDS: Final = 3.0
"""For the messages that were claimed to be sent; the others are left to their lease."""

CLOSE_SECONDS: Final = 1.0
"""For a task to end that was cancelled, and for a connection to be closed."""

LEDGER_SECONDS: Final = 6.0
"""For what waits in the ledger to be committed: most of what the other parts leave."""


class UncleanStopError(Exception):
    """A part of the service failed, or did not stop in its time."""


async def finish(tasks: Collection[asyncio.Task[Any]], seconds: float) -> set[asyncio.Task[Any]]:
    """Wait for the tasks, then cancel those that have not ended; return those that do not end.

    It never swallows a cancellation of its own, nor waits for a task that swallows one.
    """
    if not tasks:
        return set()
    try:
        _, late = await asyncio.wait(tasks, timeout=seconds)
    finally:
        for task in tasks:
            task.cancel()
    if not late:
        return set()
    _, left = await asyncio.wait(late, timeout=CLOSE_SECONDS)
    return left


async def cancel(
    tasks: Collection[asyncio.Task[Any]], seconds: float = CLOSE_SECONDS
) -> set[asyncio.Task[Any]]:
    """Cancel the tasks and wait for them; return those that have not ended in that time."""
    for task in tasks:
        task.cancel()
    if not tasks:
        return set()
    _, left = await asyncio.wait(tasks, timeout=seconds)
    return left
