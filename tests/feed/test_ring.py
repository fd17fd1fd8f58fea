"""A ring writes frames to readers that are up to date, and lets the others catch up."""

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from alerting.feed import ring
from alerting.feed.ring import Ring, RingClosedError, TooSlowError
from tests.support.patience import PATIENCE_SECONDS
from tests.support.watched_city import never_now, texts_of


@dataclass
class Reader:
    """A reader whose socket takes frames at once if `taking` is set, and refuses them otherwise."""

    taking: bool = True
    got: list[str] = field(default_factory=list)
    asked: int = 0

    def write_now(self, frame: bytes) -> bool:
        self.asked += 1
        if self.taking:
            self.got += texts_of(frame)
        return self.taking

    async def read(self, frames: AsyncIterator[bytes]) -> None:
        async for frame in frames:
            self.got += texts_of(frame)


async def take(frames: AsyncIterator[bytes], number: int) -> list[str]:
    async with asyncio.timeout(PATIENCE_SECONDS):
        return [text for _ in range(number) for text in texts_of(await anext(frames))]


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_lagging_reader_gets_every_frame() -> None:
    frames = Ring()
    early = frames.follow(frames.end, 0, never_now)
    frames.push(1, "one")
    late = frames.follow(frames.end, 0, never_now)
    assert await take(early, 1) == ["one"]
    frames.push(2, "two")
    frames.push(3, "three")
    assert await take(late, 2) == ["two", "three"]
    assert await take(early, 2) == ["two", "three"]


async def test_up_to_date_reader_is_written_to_at_once() -> None:
    frames, reader = Ring(), Reader()
    frames.push(1, "one")
    reading = asyncio.create_task(reader.read(frames.follow(0, 0, reader.write_now)))
    await settle()
    assert (reader.got, reader.asked) == (["one"], 0)
    frames.push(2, "two")
    frames.push(3, "three")
    assert reader.got == ["one", "two", "three"]
    reading.cancel()
    await settle()
    frames.push(4, "four")
    assert len(reader.got) == 3


async def test_reader_whose_first_frames_know_more_gets_only_what_is_news_to_it() -> None:
    frames, reader = Ring(), Reader()
    reading = asyncio.create_task(reader.read(frames.follow(0, 3, reader.write_now)))
    await settle()
    for seq, beside in ((2, False), (2, True), (3, False), (3, True), (3, True), (4, False)):
        frames.push(seq, f"{seq} {'beside' if beside else 'log'}", is_beside_log=beside)
    assert reader.got == ["3 beside", "3 beside", "4 log"]
    assert reader.asked == 3
    reading.cancel()
    await settle()


async def test_reader_that_is_ahead_ends_with_the_ring() -> None:
    frames, reader = Ring(), Reader()
    reading = asyncio.create_task(reader.read(frames.follow(0, 3, reader.write_now)))
    await settle()
    frames.close()
    with pytest.raises(RingClosedError):
        await reading


async def test_readers_are_written_to_in_arrival_order() -> None:
    frames, order = Ring(), []

    async def read(number: int) -> None:
        def write_now(_frame: bytes) -> bool:
            order.append(number)
            return True

        async for _ in frames.follow(0, 0, write_now):
            pass

    reading = [asyncio.create_task(read(number)) for number in range(50)]
    await settle()
    frames.push(1, "one")
    assert order == list(range(50))
    for task in reading:
        task.cancel()
    await settle()


async def test_reader_catches_up_on_frames_its_socket_refused() -> None:
    frames, reader = Ring(), Reader()
    reading = asyncio.create_task(reader.read(frames.follow(0, 0, reader.write_now)))
    await settle()
    reader.taking = False
    for seq in (1, 2, 3):
        frames.push(seq, f"frame {seq}")
    assert (reader.got, reader.asked) == ([], 1)
    await settle()
    reader.taking = True
    frames.push(4, "frame 4")
    assert reader.got == [f"frame {seq}" for seq in (1, 2, 3, 4)]
    reading.cancel()


@pytest.mark.parametrize("seed", range(20))
async def test_each_reader_gets_each_frame_once_in_order(seed: int) -> None:
    chance, frames = random.Random(seed), Ring()
    readers = [Reader() for _ in range(4)]
    reading = [
        asyncio.create_task(reader.read(frames.follow(0, 0, reader.write_now)))
        for reader in readers
    ]
    for seq in range(1, 60):
        for reader in readers:
            reader.taking = chance.random() < 0.6
        frames.push(seq, str(seq))
        for _ in range(chance.randrange(3)):
            await asyncio.sleep(0)
    await settle()
    assert [reader.got for reader in readers] == [[str(seq) for seq in range(1, 60)]] * 4
    for task in reading:
        task.cancel()


@pytest.mark.parametrize("up_to_date", [False, True])
async def test_frames_that_the_reader_has_are_skipped(up_to_date: bool) -> None:
    frames, reader = Ring(), Reader()
    reading = asyncio.create_task(reader.read(frames.follow(0, 2, reader.write_now)))
    if up_to_date:
        await settle()
    for seq in (1, 2, 3):
        frames.push(seq, f"frame {seq}")
    await settle()
    assert reader.got == ["frame 3"]
    reading.cancel()


@pytest.mark.parametrize(("seq", "told"), [(4, ["alive"]), (5, ["alive"]), (6, [])])
async def test_heartbeat_is_skipped_only_by_readers_with_later_entries(
    seq: int, told: list[str]
) -> None:
    frames = Ring()
    frames.push(5, "alive", is_beside_log=True)
    frames.push(7, "frame")
    assert await take(frames.follow(0, seq, never_now), len(told) + 1) == [*told, "frame"]


async def test_reader_whose_next_frame_is_gone_gets_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ring, "_FRAMES_KEPT", 3)
    frames = Ring()
    slow = frames.follow(frames.end, 0, never_now)
    in_time = frames.follow(frames.end + 1, 0, never_now)
    for seq in range(1, 5):
        frames.push(seq, f"frame {seq}")
    assert await take(in_time, 3) == ["frame 2", "frame 3", "frame 4"]
    with pytest.raises(TooSlowError):
        await anext(slow)


async def test_closed_ring_ends_its_readers() -> None:
    frames, reader = Ring(), Reader()
    waiting = asyncio.create_task(reader.read(frames.follow(0, 0, reader.write_now)))
    await settle()
    frames.close()
    with pytest.raises(RingClosedError):
        await waiting
    with pytest.raises(RingClosedError):
        await anext(frames.follow(0, 0, reader.write_now))
