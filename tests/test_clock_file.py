"""A drill's clock gives all processes the same time, at a variable speed."""

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from alerting.clock_file import ClockFile, Pace

BEGAN = datetime(2022, 8, 29, 4, 0, tzinfo=UTC)
NOTICE = timedelta(seconds=0.1)


def after(seconds: float) -> datetime:
    return BEGAN + timedelta(seconds=seconds)


@pytest.fixture
def clock(tmp_path: Path) -> ClockFile:
    return ClockFile.create(tmp_path / "clock", 40.0, BEGAN)


def test_clock_starts_at_wall_time(clock: ClockFile) -> None:
    assert clock.at(BEGAN) == BEGAN
    assert clock.at(after(2)) == after(80)
    assert clock.speed(after(2)) == 40.0


def test_speed_change_takes_effect_later_without_a_jump(clock: ClockFile) -> None:
    clock.change(10.0, after(2))
    holds = after(2) + NOTICE
    assert clock.speed(after(2)) == 40.0
    assert clock.speed(holds) == 10.0
    assert clock.at(holds) == after(84)
    assert clock.at(holds + timedelta(seconds=1)) == after(94)


def test_clock_never_runs_backwards(clock: ClockFile) -> None:
    for second, speed in enumerate((1.0, 40.0, 0.5, 1000.0, 2.0)):
        clock.change(speed, after(second))
    times = [clock.at(after(tenth / 10)) for tenth in range(100)]
    assert times == sorted(set(times))


def test_pending_speed_change_is_superseded(clock: ClockFile) -> None:
    clock.change(10.0, after(2))
    clock.change(20.0, after(1.99))
    assert clock.at(after(2) + NOTICE) == after(84)
    assert clock.speed(after(2) + NOTICE) == 20.0


def test_past_times_are_converted(clock: ClockFile) -> None:
    clock.change(1.0, after(2))
    clock.change(40.0, after(10))
    assert clock.at(after(1)) == after(40)
    for story in (after(40), after(86), after(120)):
        assert clock.at(clock.wall(story)) == story


def test_readers_of_one_file_agree(clock: ClockFile, tmp_path: Path) -> None:
    other = ClockFile(tmp_path / "clock")
    assert other.at(after(1)) == clock.at(after(1))
    clock.change(5.0, after(2))
    assert other.at(after(9)) == clock.at(after(9))
    assert other.paces() == clock.paces()


def test_partial_line_is_ignored_until_complete(clock: ClockFile, tmp_path: Path) -> None:
    line = f"{Pace(after(2), after(80), 5.0)}\n"
    with (tmp_path / "clock").open("a", encoding="utf-8") as file:
        file.write(line[:-3])
        file.flush()
        assert clock.speed(after(3)) == 40.0
        file.write(line[-3:])
    assert clock.speed(after(3) + NOTICE) == 5.0


@pytest.mark.parametrize("line", ["", "1 2", "2022-08-29 2022-08-30 fast"])
def test_malformed_line_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"unpack|float"):
        Pace.parse(line)


_SHOW = """
import sys
from datetime import datetime, UTC
from pathlib import Path
from alerting.clock_file import ClockFile
clock = ClockFile(Path(sys.argv[1]))
while sys.stdin.readline():
    now = datetime.now(UTC)
    print(now.isoformat(), clock.at(now).isoformat(), flush=True)
"""


async def test_processes_change_speed_at_the_same_instant(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    clock = ClockFile.create(file, 40.0, datetime.now(UTC))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _SHOW, str(file)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    for speed in (40.0, 4.0, 400.0):
        clock.change(speed, datetime.now(UTC))
        process.stdin.write(b"\n")
        wall, shown = (await process.stdout.readline()).decode().split()
        assert datetime.fromisoformat(shown) == clock.at(datetime.fromisoformat(wall))
    process.stdin.close()
    assert await process.wait() == 0
