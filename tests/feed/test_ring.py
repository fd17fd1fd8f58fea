"""One run of frames, many readers, each at its own pace."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from alerting.feed import ring
from alerting.feed.ring import Ring, RingClosedError, TooSlowError


async def take(texts: AsyncIterator[str], number: int) -> list[str]:
    async with asyncio.timeout(5):
        return [await anext(texts) for _ in range(number)]


async def test_readers_get_every_frame_at_their_own_pace() -> None:
    frames = Ring()
    early = frames.follow(frames.end, 0)
    frames.push(1, "one")
    late = frames.follow(frames.end, 0)
    assert await take(early, 1) == ["one"]
    frames.push(2, "two")
    frames.push(3, "three")
    assert await take(late, 2) == ["two", "three"]
    assert await take(early, 2) == ["two", "three"]


async def test_a_reader_waits_for_news() -> None:
    frames = Ring()
    waiting = [asyncio.create_task(take(frames.follow(0, 0), 2)) for _ in range(3)]
    await asyncio.sleep(0)
    frames.push(1, "one")
    await asyncio.sleep(0)
    assert not any(task.done() for task in waiting)
    frames.push(2, "two")
    assert await asyncio.gather(*waiting) == [["one", "two"]] * 3


async def test_what_is_known_is_left_out() -> None:
    frames = Ring()
    for seq in (1, 2, 3):
        frames.push(seq, f"frame {seq}")
    assert await take(frames.follow(0, 2), 1) == ["frame 3"]


@pytest.mark.parametrize(("seq", "told"), [(4, ["alive"]), (5, ["alive"]), (6, [])])
async def test_a_heartbeat_is_news_unless_more_is_known(seq: int, told: list[str]) -> None:
    frames = Ring()
    frames.push(5, "alive", tells_nothing=True)
    frames.push(7, "frame")
    assert await take(frames.follow(0, seq), len(told) + 1) == [*told, "frame"]


async def test_who_falls_off_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ring, "_FRAMES_KEPT", 3)
    frames = Ring()
    slow = frames.follow(frames.end, 0)
    in_time = frames.follow(frames.end + 1, 0)
    for seq in range(1, 5):
        frames.push(seq, f"frame {seq}")
    assert await take(in_time, 3) == ["frame 2", "frame 3", "frame 4"]
    with pytest.raises(TooSlowError):
        await anext(slow)


async def test_a_closed_ring_sends_its_readers_away() -> None:
    frames = Ring()
    waiting = asyncio.create_task(take(frames.follow(0, 0), 1))
    await asyncio.sleep(0)
    frames.close()
    with pytest.raises(RingClosedError):
        await waiting
    with pytest.raises(RingClosedError):
        await anext(frames.follow(0, 0))
