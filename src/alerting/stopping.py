"""Shutdown in bounded time: time limits, and cancellation of tasks within them.

This service does not use `asyncio.wait_for`. Up to Python 3.11 it swallows a cancellation that
arrives together with the result, so that a cancelled loop runs on.
"""

import asyncio
from collections.abc import Collection, Coroutine, Iterable
from typing import Any, Final

STOP_SECONDS: Final = 10.0
"""Hard limit from the signal to the end of the process.

The limits below add up to more, but a stop rarely needs all of them.
"""

REQUESTS_SECONDS: Final = 3.0
"""Time limit for answering open requests and closing websockets."""

SENDING_SECONDS: Final = 3.0
"""Time limit for sending the claimed messages; the others wait until their leases expire."""

CLOSE_SECONDS: Final = 1.0
"""Time limit for a cancelled task to end, and for a connection to close."""

LEDGER_SECONDS: Final = 6.0
"""Time limit for committing the ledger's waiting units; the other limits leave little more."""


class UncleanStopError(Exception):
    """A part of the service failed, or did not stop within its time limit."""


async def finish(tasks: Collection[asyncio.Task[Any]], seconds: float) -> set[asyncio.Task[Any]]:
    """Wait for tasks, then cancel the unfinished ones; return those that still do not end.

    This function never swallows its own cancellation, and never waits for a task that swallows one.
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


async def run_all(work: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Run coroutines concurrently; if cancelled, allow them `SENDING_SECONDS` to finish."""
    tasks = [asyncio.create_task(each) for each in work]
    try:
        await asyncio.gather(*map(asyncio.shield, tasks))
    finally:
        await finish(tasks, SENDING_SECONDS)


async def cancel(
    tasks: Collection[asyncio.Task[Any]], seconds: float = CLOSE_SECONDS
) -> set[asyncio.Task[Any]]:
    """Cancel tasks and wait up to `seconds`; return those that have not ended."""
    for task in tasks:
        task.cancel()
    if not tasks:
        return set()
    _, left = await asyncio.wait(tasks, timeout=seconds)
    return left
