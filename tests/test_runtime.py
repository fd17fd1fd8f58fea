"""Alert time, of the machine or of a drill; and the locks by key."""

import asyncio
from datetime import UTC, timedelta

from alerting.clock_file import FixedPace
from alerting.runtime import Clock, KeyedLocks, wall_clock


def test_alert_time_is_the_machines_time() -> None:
    before = wall_clock()
    clock = Clock()
    assert before <= clock.now() <= wall_clock()
    assert before.tzinfo is UTC
    assert (clock.is_drill, clock.speed) == (False, 1.0)


def test_drill_uses_the_drills_clock() -> None:
    anchor = wall_clock() - timedelta(seconds=10)
    file = FixedPace(60.0, anchor)
    clock = Clock(file)
    before = wall_clock()
    assert file.at(before) <= clock.now() <= file.at(wall_clock())
    assert (clock.is_drill, clock.speed) == (True, 60.0)
    # After a restart with the same file, drill time continues.
    assert Clock(file).now() >= file.at(before)


def test_drill_at_speed_1_is_still_a_drill() -> None:
    assert Clock(FixedPace(1.0, wall_clock())).is_drill


async def test_tasks_of_one_key_take_turns_and_others_do_not_wait() -> None:
    locks, order, release = KeyedLocks(), list[str](), asyncio.Event()

    async def flood(name: str) -> None:
        async with locks.of("flooding"):
            order.append(name)
            await release.wait()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(flood("first"))
        tasks.create_task(flood("second"))
        await asyncio.sleep(0)
        async with locks.of("other"):
            assert order == ["first"]
        release.set()
    assert order == ["first", "second"]
    assert not locks._locks
