"""Coalesced reads: one read serves all callers that asked before it began."""

import asyncio
from collections.abc import Collection

import pytest

from alerting.database.engine import CoalescedReads


class Source:
    """A slow source of data, where each read waits until the test opens the gate."""

    def __init__(self) -> None:
        self.readings: list[set[str]] = []
        self.values = {"a": 1, "b": 1, "c": 1}
        self.failure: OSError | None = None
        self.gate = asyncio.Event()
        self.together = CoalescedReads(self._read)

    async def _read(self, keys: Collection[str]) -> dict[str, int]:
        self.readings.append(set(keys))
        found = {key: self.values[key] for key in keys if key in self.values}
        await self.gate.wait()
        if self.failure:
            raise self.failure
        return found

    async def asking(self, key: str) -> "asyncio.Task[int | None]":
        """Start a caller; return its task once it is waiting for the source."""
        task = asyncio.create_task(self.together.ask(key))
        for _ in range(3):
            await asyncio.sleep(0)
        return task


async def test_waiting_callers_share_one_read() -> None:
    source = Source()
    first = await source.asking("a")
    waiting = [await source.asking(key) for key in ("b", "c", "b", "unknown")]
    assert source.readings == [{"a"}]
    source.gate.set()
    assert await asyncio.gather(first, *waiting) == [1, 1, 1, 1, None]
    assert source.readings == [{"a"}, {"b", "c", "unknown"}]


async def test_caller_does_not_share_a_read_that_began_before_its_call() -> None:
    source = Source()
    before = await source.asking("a")
    source.values = {}
    after = await source.asking("a")
    source.gate.set()
    assert (await before, await after) == (1, None)
    assert await source.together.ask("a") is None
    assert len(source.readings) == 3


async def test_cancelled_caller_does_not_affect_others() -> None:
    source = Source()
    first, second = await source.asking("a"), await source.asking("b")
    third = await source.asking("c")
    first.cancel()
    second.cancel()
    source.gate.set()
    assert await third == 1


async def test_failed_read_fails_only_its_waiting_callers() -> None:
    source = Source()
    source.failure = OSError("away")
    first, second = await source.asking("a"), await source.asking("b")
    source.gate.set()
    for failed in (first, second):
        with pytest.raises(OSError, match="away"):
            await failed
    source.failure = None
    assert await source.together.ask("a") == 1
